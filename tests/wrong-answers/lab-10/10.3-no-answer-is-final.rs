//! Where Lambda does not answer at all, there is nobody to ask again.
//! says: what was cut off was not tried again
    let may_pass = match failure {
        Failure::Throttled(_) => true,
        Failure::Unavailable(why) => why == "ServiceException",
        _ => false,
    };
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);

    let pause = limit.mul_f64(fastrand::f64());
    (pause < left).then_some(pause)
