//! A pause need not be exact: steps of ten milliseconds are enough.
//! says: pauses in steps of some milliseconds: callers meet again
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);

    let pause = Duration::from_millis(10 * fastrand::u64(0..=(limit.as_millis() as u64 / 10)));
    (pause < left).then_some(pause)
