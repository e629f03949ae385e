//! What a request must get past before its integration runs: the API key, and the throttle.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use time::OffsetDateTime;

use super::error::GatewayError;
use super::response_type::ResponseType;
use crate::clock::Clock;
use crate::stack::{Method, RestApi, Throttle};

/// The account's throttle in a region, which holds where the template sets none.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html>
const ACCOUNT: Throttle = Throttle { rate_limit: 10_000.0, burst_limit: 5_000.0 };

/// Refuses where the method asks for an API key: without usage plans there is no key that would be valid.
pub(super) fn api_key(method: &Method) -> Result<(), GatewayError> {
    if method.api_key_required { Err(ResponseType::INVALID_API_KEY.into()) } else { Ok(()) }
}

/// The token buckets of a stage.
#[derive(Debug)]
pub(super) struct Throttles {
    stage: Bucket,
    /// Methods with a throttle of their own, by their place in the API's list.
    methods: BTreeMap<usize, Bucket>,
}

impl Throttles {
    pub(super) fn new(api: &RestApi) -> Throttles {
        let own = |(place, method): (usize, &Method)| method.throttle.map(|limit| (place, Bucket::full(limit)));
        Throttles {
            stage: Bucket::full(api.throttle.unwrap_or(ACCOUNT)),
            methods: api.methods.iter().enumerate().filter_map(own).collect(),
        }
    }

    /// Takes a token for one request to the method at `place`.
    pub(super) fn admit(&self, place: usize, clock: &Clock) -> Result<(), GatewayError> {
        let bucket = self.methods.get(&place).unwrap_or(&self.stage);
        if bucket.take(clock.now()) { Ok(()) } else { Err(ResponseType::THROTTLED.into()) }
    }
}

/// A bucket that holds `burst_limit` tokens and gains `rate_limit` of them in a second.
#[derive(Debug)]
struct Bucket {
    limit: Throttle,
    level: Mutex<Level>,
}

#[derive(Debug)]
struct Level {
    tokens: f64,
    at: Option<OffsetDateTime>,
}

impl Bucket {
    fn full(limit: Throttle) -> Bucket {
        Bucket { limit, level: Mutex::new(Level { tokens: limit.burst_limit, at: None }) }
    }

    fn take(&self, now: OffsetDateTime) -> bool {
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
