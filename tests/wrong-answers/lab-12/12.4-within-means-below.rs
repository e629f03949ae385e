//! Within 100 ms is less than 100 ms. The claim includes the last one.
//! says: the claim is "within 100 ms"
    let need = (BEYOND / (1.0 - hypothesis.share)).round() as usize;
    match group.count() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took < hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
