//! Once they are apart they stay apart, so only the first pause is random. The others are the same for everybody.
//! says: after try 2: measured
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = if tries == 1 { limit.mul_f64(fastrand::f64()) } else { limit };
    (pause < left).then_some(pause)
