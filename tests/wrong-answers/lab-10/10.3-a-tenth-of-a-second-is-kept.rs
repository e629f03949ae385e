//! With less than a tenth of a second left there is no point in another try.
//! says: given up at its first throttle: more is kept back
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64());
    (pause < left && left > Duration::from_millis(100)).then_some(pause)
