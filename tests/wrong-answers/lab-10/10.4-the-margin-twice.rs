//! Both limits lose the margin, and so does the shortest of them. An answer that would have come is given up.
//! says: expected an answer after 500 ms: 900, less the margin of 400
//! says: expected an answer after 600 ms: 1000, less the margin of 400
//! says: more than the margin is kept back
    let until_stopped = until_stopped.saturating_sub(MARGIN);
    let within = within.map(|within| within.saturating_sub(MARGIN));
    within.map_or(until_stopped, |within| within.min(until_stopped)).saturating_sub(MARGIN)
