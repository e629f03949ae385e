//! Thirty samples are a sample, as every course on statistics has it. About one in a hundred, thirty say nothing.
//! says: got "not decided, 12 samples of 30"
    let (have, need) = (group.count(), (BEYOND * 3.0) as usize);
    match have {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
