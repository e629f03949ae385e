//! A call that was cut off met nobody who is busy, so the next try need not wait.
//! says: no pause at all
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = match failure { Failure::Unavailable(why) if why.starts_with("no answer") => Duration::ZERO, _ => limit.mul_f64(fastrand::f64()) };
    (pause < left).then_some(pause)
