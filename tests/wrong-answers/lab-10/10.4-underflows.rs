//! The margin is subtracted, as it says. From a caller's 300 ms that cannot be done, and it panics.
//! says: got status 502
//! says: overflow when subtracting durations
    within.map_or(until_stopped, |within| within.min(until_stopped)) - MARGIN
