//! Something went wrong, and the next try may go right. What does not exist or is torn stays so.
//! says: 6 calls of the archive, each answered 404
    let _ = failure;
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64());
    (tries < TRIES && pause < left).then_some(pause)
