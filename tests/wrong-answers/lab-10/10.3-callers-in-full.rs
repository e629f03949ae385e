//! Who asks too often waits in full. All of them do, and meet again.
//! says: a random pause before each further try
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = match failure {
        Failure::Throttled(why) if why.starts_with("Caller") => limit,
        _ => limit.mul_f64(fastrand::f64()),
    };
    (pause < left).then_some(pause)
