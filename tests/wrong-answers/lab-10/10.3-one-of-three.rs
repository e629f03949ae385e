//! Random is random, and a few values are enough. A third of all callers meet again each time.
//! says: five different pauses at most
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit * fastrand::u32(0..3) / 3;
    (pause < left).then_some(pause)
