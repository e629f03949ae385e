//! A whole number of samples is what is left without the point. To a computer 10 / (1 - 0.99) is a hair less than 1,000.
//! says: got "not decided, 3 samples of 999"
    let need = (BEYOND / (1.0 - hypothesis.share)) as usize;
    match group.count() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
