//! Who waits for less than the margin cannot be served in time anyway. So they wait for as long as the function likes.
//! says: so short a time was taken for none
    within.filter(|within| *within > MARGIN).map_or(until_stopped, |within| within.min(until_stopped)).saturating_sub(MARGIN)
