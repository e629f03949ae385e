//! A hundredth of the limit is a step small enough.
//! says: certain parts of their limit
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit * fastrand::u32(0..100) / 100;
    (pause < left).then_some(pause)
