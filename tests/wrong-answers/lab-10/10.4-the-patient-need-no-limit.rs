//! Who waits for a second or more waits for as long as the function may run.
//! says: with 1100 ms of patience
    within.filter(|within| *within < Duration::from_secs(1)).unwrap_or(until_stopped).min(until_stopped).saturating_sub(MARGIN)
