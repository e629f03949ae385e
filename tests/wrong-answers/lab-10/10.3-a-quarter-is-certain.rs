//! A quarter of the pause at least, and the rest is random.
//! says: more than a part of their limit
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit / 4 + limit.mul_f64(fastrand::f64() * 0.75);
    (pause < left).then_some(pause)
