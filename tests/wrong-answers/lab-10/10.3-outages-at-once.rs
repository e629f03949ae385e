//! A service that failed is not busy, so it can be asked again at once.
//! says: while Lambda itself fails, with 500
//! says: no pause at all
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    if matches!(failure, Failure::Unavailable(_)) {
        return (left > LONGEST_PAUSE).then_some(Duration::ZERO);
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64());
    (pause < left).then_some(pause)
