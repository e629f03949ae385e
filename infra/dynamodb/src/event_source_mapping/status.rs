//! What a mapping says of itself: its state, and how the last invocation went.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use stack::{ACCOUNT, EventSourceMapping, REGION, function_arn};

/// The status of one mapping. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Status(Arc<ReportedStatus>);

#[derive(Debug)]
struct ReportedStatus {
    reported: Mutex<Reported>,
    invocations: AtomicU64,
}

#[derive(Debug)]
struct Reported {
    state: &'static str,
    last_processing_result: &'static str,
    last_modified_millis: i64,
}

impl Status {
    /// Of a mapping that is being made.
    pub(super) fn new(now_millis: i64) -> Status {
        let reported = Reported {
            state: "Creating",
            last_processing_result: "No records processed",
            last_modified_millis: now_millis,
        };
        Status(Arc::new(ReportedStatus { reported: Mutex::new(reported), invocations: AtomicU64::new(0) }))
    }

    /// `State`: `Creating`, `Enabled`, `Disabling`, `Disabled`, `Updating`, `Deleting`.
    pub(super) fn state(&self) -> &'static str {
        self.reported().state
    }

    pub(super) fn set_state(&self, state: &'static str) {
        self.reported().state = state;
    }

    /// The state of a mapping at rest.
    pub(super) fn settle(&self, enabled: bool) {
        self.set_state(if enabled { "Enabled" } else { "Disabled" });
    }

    pub(super) fn modified(&self, now_millis: i64) {
        self.reported().last_modified_millis = now_millis;
    }

    pub(super) fn invoked(&self, succeeded: bool) {
        self.0.invocations.fetch_add(1, Ordering::Relaxed);
        self.reported().last_processing_result = if succeeded { "OK" } else { "PROBLEM: Function call failed" };
    }

    /// How often the function was invoked.
    pub(super) fn invocations(&self) -> u64 {
        self.0.invocations.load(Ordering::Relaxed)
    }

    /// The mapping as the API describes it.
    pub(super) fn describe(&self, mapping: &EventSourceMapping, stream_arn: &str) -> Value {
        let reported = self.reported();
        let arn = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{}", mapping.uuid);
        let on_failure = mapping.on_failure.as_ref().map_or_else(|| json!({}), |arn| json!({ "Destination": arn }));
        let response_types =
            if mapping.report_batch_item_failures { json!(["ReportBatchItemFailures"]) } else { json!([]) };
        #[expect(clippy::cast_precision_loss, reason = "the API counts milliseconds as a fraction of seconds")]
        let last_modified = reported.last_modified_millis as f64 / 1000.0;
        let mut described = json!({
            "UUID": mapping.uuid,
            "StartingPosition": if mapping.from_trim_horizon { "TRIM_HORIZON" } else { "LATEST" },
            "BatchSize": mapping.batch_size,
            "MaximumBatchingWindowInSeconds": mapping.maximum_batching_window.as_secs(),
            "ParallelizationFactor": mapping.parallelization_factor,
            "EventSourceArn": stream_arn,
            "FunctionArn": function_arn(&mapping.function),
            "LastModified": last_modified,
            "LastProcessingResult": reported.last_processing_result,
            "State": reported.state,
            "StateTransitionReason": "User action",
            "DestinationConfig": { "OnFailure": on_failure },
            "MaximumRecordAgeInSeconds": mapping.maximum_record_age.map_or(json!(-1), |age| json!(age.as_secs())),
            "BisectBatchOnFunctionError": mapping.bisect_batch_on_function_error,
            "MaximumRetryAttempts": mapping.maximum_retry_attempts.map_or(json!(-1), |retries| json!(retries)),
            "TumblingWindowInSeconds": 0,
            "FunctionResponseTypes": response_types,
            "EventSourceMappingArn": arn,
        });
        if mapping.event_count_metrics {
            described["MetricsConfig"] = json!({ "Metrics": ["EventCount"] });
        }
        if !mapping.filters.is_empty() {
            let filters: Vec<Value> = mapping.filters.iter().map(|pattern| json!({ "Pattern": pattern })).collect();
            described["FilterCriteria"] = json!({ "Filters": filters });
        }
        described
    }

    fn reported(&self) -> MutexGuard<'_, Reported> {
        self.0.reported.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
