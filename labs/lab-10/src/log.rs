//! What the function logs: one JSON object a line, which CloudWatch Logs Insights searches by field, and metrics in it,
//! which CloudWatch reads out of the line by itself. <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_runtime::Context;
use serde_json::json;

use crate::archive::Failure;

/// Whether this process has not answered anything yet.
static IS_NEW: AtomicBool = AtomicBool::new(true);

/// The line about a request that was answered with `status` after `tries` calls of the archive.
pub(crate) fn answered(context: &Context, status: u64, tries: u32, took: Duration) -> String {
    // TODO(lab-10.5): one JSON object: level (ERROR from status 500 on, INFO below), message (answered), requestId,
    // coldStart, status, Tries and Duration (milliseconds); the last two as metrics of the namespace OnThisDay, with
    // FunctionName as their dimension.
    let _ = (IS_NEW.load(Ordering::Relaxed), epoch_millis(), &context.env_config);
    format!("answered with {status} after {tries} tries in {took:?}")
}

/// The line about a try that failed and is made again after `pause`.
pub(crate) fn trying_again(context: &Context, failure: &Failure, pause: Duration) -> String {
    let line = json!({
        "level": "WARN",
        "message": "trying again",
        "requestId": context.request_id,
        "cause": failure.cause(),
        "pauseMs": pause.as_millis() as u64,
    });
    line.to_string()
}

/// Milliseconds since 1970.
fn epoch_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
