//! Nobody needs the fraction of a second, except where there is no whole one.
//! says: with no limit and a Timeout of 2 s
//! says: more than the margin is kept back
    let budget = within.map_or(until_stopped, |within| within.min(until_stopped)).saturating_sub(MARGIN);
    if budget.as_secs() > 0 { Duration::from_secs(budget.as_secs()) } else { budget }
