//! What Lambda refuses, it may take the next time. A request that is not right does not become right by itself.
//! says: ask with a request that Lambda refuses, with 400
//! says: got status 200
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_) | Failure::Refused(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64());
    (pause < left).then_some(pause)
