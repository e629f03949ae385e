//! The permissions that Lambda's operations need.

use http::Method;
use percent_encoding::percent_decode_str;

use super::Needed;
use crate::lambda::function_name;
use crate::stack::function_arn;

/// What a call of Lambda's REST protocol needs.
pub(super) fn needed(method: &Method, path: &str) -> Vec<Needed> {
    // The version's date says nothing here.
    let path = path.trim_start_matches('/').split_once('/').map_or("", |(_, path)| path).trim_end_matches('/');
    let segments: Vec<&str> = path.split('/').collect();
    // By the name under which the call will find it, or another function could be asked about.
    let function = |name: &&str| function_arn(function_name(&percent_decode_str(name).decode_utf8_lossy()).0);
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
        ("POST", ["functions", name, "event-invoke-config"]) => one("UpdateFunctionEventInvokeConfig", function(name)),
        ("DELETE", ["functions", name, "event-invoke-config"]) => {
            one("DeleteFunctionEventInvokeConfig", function(name))
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_needs_the_action_that_is_called_like_it_on_the_function_that_it_will_find() {
        let ask = |method: &str, path: &str| {
            let needed = needed(&method.parse().unwrap(), &format!("/2019-09-25/{path}"));
            format!("{} {}", needed[0].action, needed[0].resource)
        };
        let config = "functions/f/event-invoke-config";
        let on = |action: &str, resource: &str| format!("lambda:{action} {resource}");
        let f = function_arn("f");
        for (method, action) in [("GET", "Get"), ("PUT", "Put"), ("POST", "Update"), ("DELETE", "Delete")] {
            assert_eq!(ask(method, config), on(&format!("{action}FunctionEventInvokeConfig"), &f));
        }
        for name in ["f", "f:1", "function:f", "123456789012:function:f", &f, &f.replace(':', "%3A")] {
            assert_eq!(ask("POST", &format!("functions/{name}/invocations")), on("InvokeFunction", &f), "{name}");
        }
        assert_eq!(ask("PATCH", "functions/f"), on("*", "*"));
    }
}
