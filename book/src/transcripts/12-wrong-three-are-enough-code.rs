let _ = (BEYOND, Verdict::NotDecided { have: group.count(), need: 0 });
if took <= hypothesis.within { Verdict::Holds { took } } else { Verdict::DoesNotHold { took } }
