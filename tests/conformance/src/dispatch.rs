//! Which harness observes which topic.

use crate::case::{Case, Inexpressible};
use crate::ground::Ground;
use crate::observed::Observed;
use crate::{api_gateway, dynamodb, event_source_mapping, invoke, policy, runtime_api, s3, vpc};

/// Sets `case` up in a local cloud of its own, asks, and says what was observed.
pub async fn observe(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    match case.topic.as_str() {
        "routing" | "event" | "response-format" | "binary" | "headers" | "trace" | "validation" | "api-key"
        | "gateway-error" | "non-proxy" | "cors" => api_gateway::observe(case, ground).await,
        "esm-partial-batch" | "esm-retry" | "esm-filter" | "esm-create" | "stream-record" => {
            event_source_mapping::observe(case, ground).await
        }
        "invoke" => invoke::observe(case, ground).await,
        "runtime-api" => runtime_api::observe(case, ground).await,
        "s3-website" => s3::observe(case, ground).await,
        "dynamodb" => dynamodb::observe(case, ground).await,
        "policy" => policy::observe(case, ground).await,
        "vpc" => vpc::observe(case, ground).await,
        other => Err(Inexpressible::new(format_args!("topic {other}"))),
    }
}
