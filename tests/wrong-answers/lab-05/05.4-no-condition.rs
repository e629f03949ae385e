//! The version is counted up, so it is taken care of. Nobody looks at it: the last writer wins, and the first one's words are
//! gone.
//! says: expected status 409
