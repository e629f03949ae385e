//! The average is half of the limit, so the pause is drawn up to there. Nobody comes in the second half.
//! says: no pause above half of its limit
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64() / 2.0);
    (pause < left).then_some(pause)
