//! The function of every case: this program once more, in an execution environment of the local cloud.
//!
//! It speaks the Runtime API by hand and depends on nothing that judges it. What it does at an invocation stands in its environment
//! as a [`Behaviour`], so one program is every function that a case can ask for.

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

mod behaviour;
mod records;
mod relay;
mod runtime;

pub use behaviour::{Act, Behaviour};
use runtime::Runtime;

/// The environment variable that holds the [`Behaviour`].
pub const BEHAVIOUR: &str = "CONFORMANCE_BEHAVIOUR";
/// The argument that makes the runner a function.
pub const FUNCTION_ARGUMENT: &str = "function";

/// Serves invocations until the Runtime API goes away.
pub fn serve() -> ExitCode {
    let given = std::env::var(BEHAVIOUR).unwrap_or_default();
    let (behaviour, mut runtime) = match (serde_json::from_str::<Behaviour>(&given), Runtime::of_environment()) {
        (Ok(behaviour), Some(runtime)) => (behaviour, runtime),
        (behaviour, _) => {
            eprintln!("This is the function of a conformance case: it runs in an execution environment only.");
            eprintln!("{BEHAVIOUR} and AWS_LAMBDA_RUNTIME_API are not what they must be: {:?}", behaviour.err());
            return ExitCode::FAILURE;
        }
    };
    match &behaviour.act {
        Act::ExitsAtStart(code) => return ExitCode::from(*code),
        Act::TellsRuntimeApi => {
            // Until the environment ends, which is when nobody needs it any more.
            return match relay::to_runtime_api() {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            };
        }
        Act::FailsInit(error) => {
            // The error is told; what Lambda makes of it is the case.
            let _ = runtime.init_error(error);
            return ExitCode::FAILURE;
        }
        _ => {}
    }
    let mut served = 0;
    while let Ok(invocation) = runtime.next() {
        thread::sleep(Duration::from_secs_f64(behaviour.sleep_seconds));
        let event: Value = serde_json::from_slice(&invocation.event).unwrap_or(Value::Null);
        let told = match outcome(&behaviour.act, &event, served) {
            Outcome::Reply(reply) => runtime.response(&invocation.request_id, &reply),
            Outcome::Error(error) => runtime.error(&invocation.request_id, &error),
            Outcome::Exit(code) => return ExitCode::from(code),
        };
        served += 1;
        if told.is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}

enum Outcome {
    Reply(Vec<u8>),
    Error(Value),
    Exit(u8),
}

/// How one invocation ends; `served` is how many this environment has served before.
fn outcome(act: &Act, event: &Value, served: usize) -> Outcome {
    let reply = |value: &Value| Outcome::Reply(records::with_sequence_numbers(value, event).to_string().into_bytes());
    match act {
        Act::Returns(value) => reply(value),
        Act::ReturnsInOrder(values) => reply(values.get(served).or(values.last()).unwrap_or(&Value::Null)),
        Act::ReturnsBytes(size) => {
            // A JSON string of that many bytes, quotes included.
            Outcome::Reply(format!("\"{}\"", "x".repeat(size.saturating_sub(2))).into_bytes())
        }
        Act::Echoes => Outcome::Reply(event.to_string().into_bytes()),
        Act::EchoesAsReply => {
            Outcome::Reply(json!({ "statusCode": 200, "body": event.to_string() }).to_string().into_bytes())
        }
        Act::Fails(error) => Outcome::Error(error.clone()),
        Act::FailsIfBatchContains(name) if records::named(event, name).is_some() => {
            Outcome::Error(json!({ "errorType": "Exception", "errorMessage": format!("{name} is in the batch") }))
        }
        Act::FailsIfBatchContains(_) => Outcome::Reply(b"{}".to_vec()),
        Act::ReportsFailedRecords(conditions) => {
            let failed: Vec<Value> = records::matching(event, conditions)
                .into_iter()
                .map(|sequence_number| json!({ "itemIdentifier": sequence_number }))
                .collect();
            Outcome::Reply(json!({ "batchItemFailures": failed }).to_string().into_bytes())
        }
        Act::Exits(code) | Act::ExitsAtStart(code) => Outcome::Exit(*code),
        Act::FailsInit(_) | Act::TellsRuntimeApi => Outcome::Exit(1),
        Act::Calls(service) => match runtime::call(service) {
            Ok(status) => Outcome::Reply(json!({ "statusCode": 200, "body": status }).to_string().into_bytes()),
            Err(error) => Outcome::Error(json!({ "errorType": "Exception", "errorMessage": error.to_string() })),
        },
    }
}
