//! A 429 says "not now", and every other error is one. A service that fails for a moment says 500.
//! says: ask while Lambda itself fails at 2 calls
//! says: got status 503, and 1 call of the archive, answered 500
    let may_pass = matches!(failure, Failure::Throttled(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64());
    (pause < left).then_some(pause)
