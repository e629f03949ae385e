//! Who does not say how long they wait has a limit of nothing. It is no limit.
//! says: although the caller set no limit
    within.unwrap_or_default().min(until_stopped).saturating_sub(MARGIN)
