//! Pauses double twice, which is enough.
//! says: last pauses that all end before their limit
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(Duration::from_millis(200));
    let _ = LONGEST_PAUSE;
    let pause = limit.mul_f64(fastrand::f64());
    (pause < left).then_some(pause)
