//! Nobody waits for less than a tenth of a second, so a small number is one of seconds.
//! says: with 99 ms of patience
    let within = within.map(|within| if within < Duration::from_millis(100) { within * 1000 } else { within });
    within.map_or(until_stopped, |within| within.min(until_stopped)).saturating_sub(MARGIN)
