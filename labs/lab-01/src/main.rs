//! Lab 01, the reply contract: a function that greets. API Gateway hands it the whole HTTP request as a *proxy event*
//! and takes back a *proxy reply*, an envelope with a status, headers and a body. Anything else is a 502.
//!
//! `GET /hello?name=Kim` and `POST /hello` with `{"name": "Kim"}` both answer `{"greeting": "Hello, Kim!"}`; a request
//! without a name is answered 400.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(hello)).await
}

async fn hello(event: LambdaEvent<ApiGatewayProxyRequest>) -> Result<Value, Error> {
    match name(&event.payload) {
        Ok(name) => Ok(reply(200, &json!({ "greeting": format!("Hello, {name}!") }))),
        Err(message) => {
            // TODO(lab-01.2): answer 400 with {"error": {"code": "bad_request", "message": …}} and this message in it.
            // An Err says that the function failed; it did not.
            Err(message.into())
        }
    }
}

/// The envelope around an answer.
fn reply(status: u16, body: &Value) -> Value {
    // TODO(lab-01.1): make this a reply that API Gateway accepts. Which type must each part of it have?
    json!({
        "statusCode": status,
        "headers": { "Content-Type": "application/json" },
        "body": body,
    })
}

/// Whom to greet, or what the caller must do to be greeted.
fn name(request: &ApiGatewayProxyRequest) -> Result<String, String> {
    let name = match request.http_method.as_str() {
        "POST" => name_in_body(request.body.as_deref().unwrap_or_default())?,
        _ => request.query_string_parameters.first("name").map(str::to_owned),
    };
    // TODO(lab-01.4): a name that is missing, or nothing but spaces, is the caller's mistake. Say what to send instead.
    Ok(name.unwrap_or_default())
}

/// The name in a JSON body, if it has one. The event carries every body as text, JSON too.
fn name_in_body(body: &str) -> Result<Option<String>, String> {
    // TODO(lab-01.3): find the name in the JSON object, and refuse a body that is not one. Say what to send instead.
    Ok(Some(body.to_owned()))
}
