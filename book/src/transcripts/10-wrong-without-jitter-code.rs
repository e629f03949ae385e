let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
let pause = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
(may_pass && tries < TRIES && pause < left).then_some(pause)
