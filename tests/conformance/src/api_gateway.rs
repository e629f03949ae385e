//! The harness for the REST API: `given.api` as a deployed API, `given.lambda` as the function behind it, a request over a socket.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use stack::{ApiGatewayAccount, Integration, Permission, Stack};
use tokio::time;

use crate::case::{Case, Inexpressible, only_known, typed};
use crate::ground::{self, FUNCTION, Ground, Setup};
use crate::observed::Observed;
use crate::socket::Ask;

pub(crate) mod api;
mod method;

/// How long an asynchronous invocation may take to end.
const ASYNCHRONOUS: Duration = Duration::from_secs(10);

/// Deploys the case's API, sends its request, and looks at everything that a caller or an owner of the API could look at.
pub async fn observe(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    only_known("given", &case.given, &["api", "lambda", "host_resolves_to_api"])?;
    let given = case.given.get("api").ok_or_else(|| Inexpressible::new("a case without given.api"))?;
    let api = api::deployed(given)?;
    let proxied = api.methods.iter().any(|method| method.integration.proxied_function().is_some());
    let asynchronous = api.methods.iter().any(|method| is_asynchronous(&method.integration));
    let setup = ground::function(FUNCTION, case.given.get("lambda"), proxied)?;
    let ask = request(case)?;

    let log_group = format!("API-Gateway-Execution-Logs_{}/{}", api.id, api.stage);
    let function_log_group = setup.function.log_group.clone();
    let stack = Stack {
        name: "case".to_string(),
        api_gateway_account: Some(ApiGatewayAccount::with_log_role()),
        permissions: permissions(&setup, &api.id),
        functions: vec![setup.function],
        apis: vec![api],
        ..Stack::default()
    };
    let cloud = ground.boot(stack).await?;
    let url = cloud.api_url().ok_or_else(|| Inexpressible::new("a cloud without an API"))?;
    let answer = ask.send(ground::socket_of(&url)?).await.map_err(Inexpressible::new);

    if asynchronous {
        // The caller has its answer before the function has its event, and logs change with everything that happens.
        let mut changed = cloud.logs().changed();
        let ended =
            async { while cloud.lambda().invocations(FUNCTION).is_empty() && changed.changed().await.is_ok() {} };
        // A function that was never invoked is for the comparison to find.
        let _ = time::timeout(ASYNCHRONOUS, ended).await;
    }
    let function_log = ground::lines(&cloud, &function_log_group);
    let event = cloud.lambda().invocations(FUNCTION).first().and_then(|call| serde_json::from_slice(&call.event).ok());
    let execution_log = ground::lines(&cloud, &log_group);
    cloud.shutdown().await;
    let started = function_log.iter().filter(|line| line.starts_with("START RequestId:")).count();
    let observed = Observed {
        answer: Some(answer?),
        event,
        lambda_invoked: Some(started > 0),
        execution_log,
        function_log,
        ..Observed::default()
    };
    Ok(observed.with("invocations", started))
}

/// Whether the function is invoked with a header that asks Lambda not to wait for it.
fn is_asynchronous(integration: &Integration) -> bool {
    integration.request_parameters.keys().any(|target| target.to_lowercase().ends_with(".header.x-amz-invocation-type"))
}

/// The function's resource-based policy: what SAM would add, unless the case says otherwise.
pub(crate) fn permissions(setup: &Setup, api_id: &str) -> Vec<Permission> {
    let any = format!("arn:aws:execute-api:{}:{}:{api_id}/*", stack::REGION, stack::ACCOUNT);
    let source_arn = match &setup.permission {
        None => Some(any),
        Some(None) => return Vec::new(),
        Some(Some(given)) => Some(given.replace("{apiId}", api_id)),
    };
    vec![Permission {
        function: setup.function.name.clone(),
        action: "lambda:InvokeFunction".to_string(),
        principal: "apigateway.amazonaws.com".to_string(),
        source_arn,
    }]
}

/// The request of `case`, to be sent as it stands there.
pub(crate) fn request(case: &Case) -> Result<Ask, Inexpressible> {
    only_known("request", &case.request, &["method", "path", "headers", "body", "body_bytes"])?;
    let text = |key: &str| case.request.get(key).and_then(Value::as_str);
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in case.request.get("headers").and_then(Value::as_object).into_iter().flatten() {
        match value {
            Value::String(value) => headers.push((name.clone(), value.clone())),
            // Several lines of one name.
            Value::Array(values) => {
                for value in values {
                    headers.push((name.clone(), typed(&format!("request.headers.{name}"), value)?));
                }
            }
            other => headers.push((name.clone(), other.to_string())),
        }
    }
    if case.given.get("host_resolves_to_api") == Some(&Value::Bool(false)) {
        headers.push(("Host".to_string(), "another.example".to_string()));
    }
    let body = match (case.request.get("body"), case.request.get("body_bytes")) {
        (Some(Value::String(text)), _) => Bytes::from(text.clone()),
        (Some(Value::Null) | None, None) => Bytes::new(),
        (Some(json), None) => Bytes::from(json.to_string()),
        (_, Some(size)) => Bytes::from(vec![b'x'; typed("request.body_bytes", size)?]),
    };
    let path = text("path").ok_or_else(|| Inexpressible::new("a request without a path"))?;
    let method = text("method").unwrap_or("GET");
    Ok(Ask { method: method.to_string(), path: path.to_string(), headers, body })
}
