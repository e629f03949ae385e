//! A pause should be one, so half of the limit is certain and the other half random. Nobody comes in the first half.
//! says: no pause below half of its limit
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(0.5 + fastrand::f64() / 2.0);
    (pause < left).then_some(pause)
