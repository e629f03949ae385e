//! Lambda stops functions, so the margin is taken from its limit. A caller leaves on their own, and the answer sets out at that
//! moment.
//! says: none of it kept back for the way home
    let until_stopped = until_stopped.saturating_sub(MARGIN);
    within.map_or(until_stopped, |within| within.min(until_stopped))
