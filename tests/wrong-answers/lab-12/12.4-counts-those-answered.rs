//! A sample is a time, and a failure has none. So the more fails, the longer nothing is decided.
//! says: got "not decided, 94 samples of 100"
    let need = (BEYOND / (1.0 - hypothesis.share)).round() as usize;
    match group.took.len() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
