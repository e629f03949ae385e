//! The function's limit does not change, so it is worked out once for all requests of an environment.
//! says: although the caller set no limit
    static BUDGET: std::sync::OnceLock<Duration> = std::sync::OnceLock::new();
    *BUDGET.get_or_init(|| {
        within.map_or(until_stopped, |within| within.min(until_stopped)).saturating_sub(MARGIN)
    })
