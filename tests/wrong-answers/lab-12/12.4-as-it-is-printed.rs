//! What is printed is what is judged: a tenth of a millisecond.
//! says: by 100 answers after 100.04 ms
    let need = (BEYOND / (1.0 - hypothesis.share)).round() as usize;

    match group.count() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if (took * 10.0).round() / 10.0 <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
