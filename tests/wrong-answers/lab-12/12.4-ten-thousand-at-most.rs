//! Nobody has more than ten thousand samples.
//! says: not decided, 1001 samples of 20000
    let need = ((BEYOND / (1.0 - hypothesis.share)).round() as usize).min(10_000);
    match group.count() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
