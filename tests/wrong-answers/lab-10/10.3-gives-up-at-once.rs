//! An error is an error, and the caller may try again. Each caller then needs what this function was to do for them.
//! says: 1 call of the archive, answered 429
    let _ = (failure, tries, left, TRIES, FIRST_PAUSE, LONGEST_PAUSE);
    None
