//! The permissions that Lambda's operations need.

use http::Method;
use percent_encoding::percent_decode_str;

use super::Needed;
use crate::stack::function_arn;

/// What a call of Lambda's REST protocol needs.
pub(super) fn needed(method: &Method, path: &str) -> Vec<Needed> {
    // The version's date says nothing here.
    let path = path.trim_start_matches('/').split_once('/').map_or("", |(_, path)| path).trim_end_matches('/');
    let segments: Vec<&str> = path.split('/').collect();
    let function = |name: &&str| function_arn(&plain_name(name));
    let one = |action: &str, resource: String| vec![Needed::new(format!("lambda:{action}"), resource)];
    match (method.as_str(), segments.as_slice()) {
        // The action is called after what it lets one do, not after the operation.
        (_, ["functions", name, "invocations" | "invoke-async" | "response-streaming-invocations"]) => {
            one("InvokeFunction", function(name))
        }
        ("GET", ["functions"]) => one("ListFunctions", "*".to_string()),
        ("GET", ["functions", name]) => one("GetFunction", function(name)),
        ("DELETE", ["functions", name]) => one("DeleteFunction", function(name)),
        ("GET", ["functions", name, "configuration"]) => one("GetFunctionConfiguration", function(name)),
        ("PUT", ["functions", name, "configuration"]) => one("UpdateFunctionConfiguration", function(name)),
        ("GET", ["functions", name, "concurrency"]) => one("GetFunctionConcurrency", function(name)),
        ("PUT", ["functions", name, "concurrency"]) => one("PutFunctionConcurrency", function(name)),
        ("DELETE", ["functions", name, "concurrency"]) => one("DeleteFunctionConcurrency", function(name)),
        ("GET", ["functions", name, "policy"]) => one("GetPolicy", function(name)),
        ("GET", ["functions", name, "event-invoke-config"]) => one("GetFunctionEventInvokeConfig", function(name)),
        ("PUT", ["functions", name, "event-invoke-config"]) => one("PutFunctionEventInvokeConfig", function(name)),
        ("GET", ["event-source-mappings"]) => one("ListEventSourceMappings", "*".to_string()),
        ("POST", ["event-source-mappings"]) => one("CreateEventSourceMapping", "*".to_string()),
        ("GET", ["event-source-mappings", _]) => one("GetEventSourceMapping", "*".to_string()),
        ("PUT", ["event-source-mappings", _]) => one("UpdateEventSourceMapping", "*".to_string()),
        ("DELETE", ["event-source-mappings", _]) => one("DeleteEventSourceMapping", "*".to_string()),
        ("GET", ["account-settings"]) => one("GetAccountSettings", "*".to_string()),
        // Whatever it is, only a role that may do everything with Lambda may do it.
        _ => one("*", "*".to_string()),
    }
}

/// The name in a path that names a function by name, by ARN or with a qualifier.
fn plain_name(segment: &str) -> String {
    let name = percent_decode_str(segment).decode_utf8_lossy();
    let name = name.split_once(":function:").map_or(&*name, |(_, name)| name);
    name.split(':').next().unwrap_or_default().to_string()
}
