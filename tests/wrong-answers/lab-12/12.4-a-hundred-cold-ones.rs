//! Cold starts are rare, so a hundred must do.
//! says: not decided, 300 samples of 1000
    let most = if hypothesis.group == crate::group::Kind::Cold { 100 } else { usize::MAX };
    let need = ((BEYOND / (1.0 - hypothesis.share)).round() as usize).min(most);
    match group.count() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
