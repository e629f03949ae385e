//! The sooner the next try, the sooner the answer. The archive is busy for as long as it is busy.
//! says: no pause at all
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    let _ = (left, FIRST_PAUSE, LONGEST_PAUSE);
    (may_pass && tries < TRIES).then_some(Duration::ZERO)
