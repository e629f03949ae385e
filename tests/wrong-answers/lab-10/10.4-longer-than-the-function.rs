//! A generous limit does no harm. It is longer than the function lives, so it limits nothing.
//! says: Task timed out after 3.00 seconds
    let _ = (until_stopped, within, MARGIN);
    Duration::from_secs(30)
