//! The archive has two drives, so that is why it is busy. A throttle has other reasons as well.
//! says: with the reason CallerRateLimitExceeded
    let may_pass = matches!(failure, Failure::Throttled(why) if why.starts_with("Reserved")) || matches!(failure, Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64());
    (pause < left).then_some(pause)
