//! Where all have failed, nothing more need be known.
//! says: 3 failures are 3 samples
    let need = (BEYOND / (1.0 - hypothesis.share)).round() as usize;
    match group.count() {
        have if have < need && !(group.took.is_empty() && group.failed > 0) => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
