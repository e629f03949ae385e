//! Lambda stops the function at its Timeout, so that is the limit. The caller had said that they leave before.
//! says: to a caller who has gone
    let _ = within;
    until_stopped.saturating_sub(MARGIN)
