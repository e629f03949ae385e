//! The first two tries are the quick ones.
//! says: pauses after tries 2 and 3 that all end before their limits
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << tries.saturating_sub(2)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64());
    (pause < left).then_some(pause)
