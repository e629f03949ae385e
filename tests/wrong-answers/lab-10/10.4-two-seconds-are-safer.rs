//! The margin is for callers in a hurry. Where a caller leaves more time than that, two seconds are safer.
//! says: with 2150 ms of patience and a Timeout of 3 s
//! says: more than the margin is kept back
    let safe = Duration::from_secs(2);
    let limit = within.map_or(until_stopped, |within| within.min(until_stopped));
    limit.saturating_sub(if within.is_some() && limit > safe { safe } else { MARGIN })
