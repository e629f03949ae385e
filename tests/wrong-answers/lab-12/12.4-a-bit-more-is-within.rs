//! A hundredth of a millisecond more is the same time.
//! says: within 100 ms
    let need = (BEYOND / (1.0 - hypothesis.share)).round() as usize;
    match group.count() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within + 0.01 => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
