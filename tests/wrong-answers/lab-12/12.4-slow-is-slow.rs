//! To find something slow, a few samples are enough. So a measurement that looks bad is over soon.
//! says: the rule is made before the measurement, and holds both ways
    let need = (BEYOND / (1.0 - hypothesis.share)).round() as usize;
    match group.count() {
        _ if took > hypothesis.within && !group.took.is_empty() => Verdict::DoesNotHold { took },
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
