//! The way home is short, so half of the margin will do. It was measured for a machine with more to do.
//! says: expected an answer after 500 ms: 900, less the margin of 400
//! says: less than the margin is kept back
    within.map_or(until_stopped, |within| within.min(until_stopped)).saturating_sub(MARGIN / 2)
