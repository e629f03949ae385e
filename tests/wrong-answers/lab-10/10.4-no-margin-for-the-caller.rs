//! Lambda kills, so the margin is kept back of its limit. A caller leaves of their own will, and the answer sets out when they do.
//! says: none of it kept back for the way home
    let until_stopped = until_stopped.saturating_sub(MARGIN);
    within.map_or(until_stopped, |within| within.min(until_stopped))
