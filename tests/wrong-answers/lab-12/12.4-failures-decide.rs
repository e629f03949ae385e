//! Where so many have failed that the share was never answered, nothing more need be known. So a few failures decide.
//! says: a failure is a sample like the others, and 99 are one too few
    let need = (BEYOND / (1.0 - hypothesis.share)).round() as usize;
    match group.count() {
        _ if took.is_infinite() && group.failed > 0 => Verdict::DoesNotHold { took },
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
