//! No pause may outlast what is left, so it is as long as that. The try after it has no time, and the caller gets the wrong reason.
//! says: each is cut to what is left
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    Some(limit.mul_f64(fastrand::f64()).min(left))
