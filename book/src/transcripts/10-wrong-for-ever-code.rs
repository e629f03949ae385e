let _ = (failure, left, TRIES);
let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1).min(8)).min(LONGEST_PAUSE);
Some(limit.mul_f64(fastrand::f64()))
