//! What a request must get past before its integration runs: the API key, the usage plan, and the throttle.

use std::collections::BTreeMap;

use super::error::GatewayError;
use crate::clock::Clock;
use crate::wire::Request;
use bucket::Bucket;
use counter::Counter;
use stack::ResponseType;
use stack::{Method, Quota, RestApi, Throttle};

mod bucket;
mod counter;

/// The API keys of a stage's usage plans, with what each has used.
#[derive(Debug, Default)]
pub(super) struct UsagePlanKeys(BTreeMap<String, Key>);

#[derive(Debug)]
struct Key {
    enabled: bool,
    bucket: Option<Bucket>,
    quota: Option<(Quota, Counter)>,
}

impl UsagePlanKeys {
    pub(super) fn new(api: &RestApi) -> UsagePlanKeys {
        let of_plan = api.usage_plans.iter().flat_map(|plan| {
            plan.keys.iter().map(|key| {
                let (bucket, quota) =
                    (plan.throttle.map(Bucket::full), plan.quota.map(|quota| (quota, Counter::default())));
                (key.value.clone(), Key { enabled: key.enabled, bucket, quota })
            })
        });
        UsagePlanKeys(of_plan.collect())
    }

    /// Lets a request to `method` pass whose key is in a usage plan, is enabled, and has requests left. A key that is missing,
    /// unknown or switched off is the same to the caller.
    pub(super) fn admit(&self, method: &Method, request: &Request, clock: &Clock) -> Result<(), GatewayError> {
        if !method.api_key_required {
            return Ok(());
        }
        let key = request.header("x-api-key").and_then(|value| self.0.get(value)).filter(|key| key.enabled);
        let Some(key) = key else { return Err(ResponseType::INVALID_API_KEY.into()) };
        if key.bucket.as_ref().is_some_and(|bucket| !bucket.take(clock.now())) {
            return Err(GatewayError::key_throttled());
        }
        match &key.quota {
            Some((quota, counter)) if !counter.take(quota, clock.now()) => Err(GatewayError::quota_exceeded(quota)),
            _ => Ok(()),
        }
    }
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
            stage: Bucket::full(api.throttle.unwrap_or(Throttle::ACCOUNT)),
            methods: api.methods.iter().enumerate().filter_map(own).collect(),
        }
    }

    /// Takes a token for one request to the method at `place`.
    pub(super) fn admit(&self, place: usize, clock: &Clock) -> Result<(), GatewayError> {
        let bucket = self.methods.get(&place).unwrap_or(&self.stage);
        if bucket.take(clock.now()) { Ok(()) } else { Err(ResponseType::THROTTLED.into()) }
    }
}
