//! A service that is down is tried three times; six are for throttles.
//! says: 3, as the lines of the log say
    let most = match failure {
        Failure::Throttled(_) => TRIES,
        Failure::Unavailable(_) => TRIES / 2,
        _ => 1,
    };
    if tries >= most {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64());
    (pause < left).then_some(pause)
