//! The token bucket.

use std::sync::{Mutex, PoisonError};

use time::OffsetDateTime;

use stack::Throttle;

/// A bucket that holds `burst_limit` tokens and gains `rate_limit` of them in a second.
#[derive(Debug)]
pub(super) struct Bucket {
    limit: Throttle,
    level: Mutex<Level>,
}

#[derive(Debug)]
struct Level {
    tokens: f64,
    at: Option<OffsetDateTime>,
}

impl Bucket {
    /// With all the tokens that it can hold.
    pub(super) fn full(limit: Throttle) -> Bucket {
        Bucket { limit, level: Mutex::new(Level { tokens: limit.burst_limit, at: None }) }
    }

    /// Takes a token, if there is one.
    pub(super) fn take(&self, now: OffsetDateTime) -> bool {
        // Two numbers are whole at any moment, so a panic elsewhere leaves nothing to repair.
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not take tokens away.
        let seconds = level.at.map_or(0.0, |at| (now - at).as_seconds_f64().max(0.0));
        level.tokens = (level.tokens + seconds * self.limit.rate_limit).min(self.limit.burst_limit);
        level.at = Some(now);
        let granted = level.tokens >= 1.0;
        if granted {
            level.tokens -= 1.0;
        }
        granted
    }
}
