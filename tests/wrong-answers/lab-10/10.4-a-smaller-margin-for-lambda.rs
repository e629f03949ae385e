//! Lambda is near and the caller is far, so Lambda needs less of the margin.
//! says: with no limit and a Timeout of 1 s
    let stop = until_stopped.saturating_sub(MARGIN * 5 / 8);
    within.map_or(stop, |within| within.saturating_sub(MARGIN).min(stop))
