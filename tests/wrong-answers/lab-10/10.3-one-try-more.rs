//! TRIES is how often it is tried again. With the first one, that makes seven.
//! says: more than 6 tries of one of them
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries > TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64());
    (pause < left).then_some(pause)
