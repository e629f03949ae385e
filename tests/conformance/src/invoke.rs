//! The harness for the Invoke API: `given.lambda` as a function, and a call to the AWS endpoint.

use serde_json::Value;
use stack::Stack;

use crate::case::{Case, Inexpressible, only_known, typed};
use crate::ground::{self, FUNCTION, Ground};
use crate::observed::Observed;
use crate::socket::Ask;

/// Sets `case` up and says what was observed.
pub async fn observe(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    only_known("given", &case.given, &["lambda"])?;
    let setup = ground::function(FUNCTION, case.given.get("lambda"), false)?;
    let group = setup.function.log_group.clone();
    let stack = Stack { name: "case".to_string(), functions: vec![setup.function], ..Stack::default() };
    let cloud = ground.boot(stack).await?;
    let address = ground::socket_of(&cloud.aws_url())?;
    let ask = request(case)?.signed(cloud.credentials(), "lambda", address);
    let answer = ask.send(address).await.map_err(Inexpressible::new)?;
    if answer.status == 202 {
        // The call is over before the function has run.
        cloud.lambda().events_settled().await;
    }
    let invocations = cloud.lambda().invocations(FUNCTION);
    let function_log = ground::lines(&cloud, &group);
    cloud.shutdown().await;
    let event = invocations.first().and_then(|call| serde_json::from_slice(&call.event).ok());
    let started = function_log.iter().any(|line| line.starts_with("START RequestId:"));
    let observed =
        Observed { answer: Some(answer), event, lambda_invoked: Some(started), function_log, ..Observed::default() };
    Ok(observed.with("invocations", invocations.len()))
}

/// The call that `request` describes: `method`, `path`, `headers`, and a body as text, as JSON or by its size.
pub(crate) fn request(case: &Case) -> Result<Ask, Inexpressible> {
    let request = &case.request;
    only_known("request", request, &["method", "path", "headers", "body", "body_bytes"])?;
    let text = |name: &str, default: &str| request.get(name).and_then(Value::as_str).unwrap_or(default).to_string();
    let body = match (request.get("body"), request.get("body_bytes")) {
        (None | Some(Value::Null), None) => String::new(),
        (Some(Value::String(text)), None) => text.clone(),
        (Some(json), None) => json.to_string(),
        (None | Some(Value::Null), Some(size)) => {
            // A JSON string of that many bytes, quotes included.
            format!("\"{}\"", "x".repeat(typed::<usize>("request.body_bytes", size)?.saturating_sub(2)))
        }
        (Some(_), Some(_)) => return Err(Inexpressible::new("request.body together with request.body_bytes")),
    };
    let mut headers = Vec::new();
    for (name, value) in request.get("headers").and_then(Value::as_object).into_iter().flatten() {
        headers.push((name.clone(), typed(&format!("request.headers.{name}"), value)?));
    }
    let path = text("path", &format!("/2015-03-31/functions/{FUNCTION}/invocations"));
    Ok(Ask { method: text("method", "POST"), path, headers, body: body.into() })
}
