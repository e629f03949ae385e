//! There must be more than are needed. 1,000 were asked for, and 1,000 are not enough.
//! says: got "not decided, 13 samples of 13"
    let need = (BEYOND / (1.0 - hypothesis.share)).round() as usize;
    match group.count() {
        have if have <= need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
