//! Milliseconds fit into 32 bits.
//! says: with 4294967300 ms of patience
    let limit = within.map_or(until_stopped, |within| Duration::from_millis(u64::from(within.as_millis() as u32)).min(until_stopped));
    limit.saturating_sub(MARGIN)
