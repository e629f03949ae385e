//! The limit is the least that a pause takes, and twice that the most: none is too short.
//! says: ms, limit 50
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(1.0 + fastrand::f64());
    (pause < left).then_some(pause)
