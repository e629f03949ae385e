//! It was fast every time that it was tried, so it is fast.
//! says: with 3 samples, one in a hundred has most likely not been met
    let _ = (BEYOND, Verdict::NotDecided { have: group.count(), need: 0 });
    if took <= hypothesis.within { Verdict::Holds { took } } else { Verdict::DoesNotHold { took } }
