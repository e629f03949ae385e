//! Below twenty there is no statistics.
//! says: not decided, 12 samples of 13
    let need = ((BEYOND / (1.0 - hypothesis.share)).round() as usize).max(20);
    match group.count() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
