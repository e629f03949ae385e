//! What is not whole is rounded up, to be on the safe side. To a computer 10 / (1 - 0.9) is a hair more than 100, and the hair
//! becomes a whole sample.
//! says: 99 samples of 101
    let need = (BEYOND / (1.0 - hypothesis.share)).ceil() as usize;
    match group.count() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
