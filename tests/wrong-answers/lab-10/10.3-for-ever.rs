//! It will pass, so it is tried until it has passed. Lambda ends the function before that, and then nobody answers.
//! says: Your function did not reply in time
    let _ = (failure, left, TRIES);
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1).min(8)).min(LONGEST_PAUSE);
    Some(limit.mul_f64(fastrand::f64()))
