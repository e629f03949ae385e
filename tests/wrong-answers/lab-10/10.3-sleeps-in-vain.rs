//! The number of tries is limited, so the time is. Nobody looked at how much of it was left.
//! says: the last one was slept in vain
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    let _ = left;
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    (may_pass && tries < TRIES).then(|| limit.mul_f64(fastrand::f64()))
