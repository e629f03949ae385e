//! Nobody should wait for longer than a second, whatever they say.
//! says: with 2000 ms of patience
    within.map_or(until_stopped, |within| within.min(until_stopped).min(Duration::from_secs(1))).saturating_sub(MARGIN)
