//! No claim is finer than a thousandth.
//! says: not decided, 1001 samples of
    let percent = (hypothesis.share * 1000.0).round();
    let need = (BEYOND * 1000.0 / (1000.0 - percent)).round() as usize;
    match group.count() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
