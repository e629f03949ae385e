//! The way home is short, so half of the margin will do. It was measured for a machine with more to do.
//! says: the archive was given more time than there is
    within.map_or(until_stopped, |within| within.min(until_stopped)).saturating_sub(MARGIN / 2)
