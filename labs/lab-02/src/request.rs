//! Reading a proxy event: its body, the id in its path, the way back to where it came from.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use serde_json::{Map, Value};

use crate::encoding;
use crate::refusal::Refusal;

/// The JSON object in the body.
///
/// # Errors
///
/// `bad_json`, for anything else, and when there is no body.
pub(crate) fn object(event: &ApiGatewayProxyRequest) -> Result<Map<String, Value>, Refusal> {
    // TODO(lab-02.4): the event says how the body is written. Read it that way, and refuse what is not a JSON object.
    let body = event.body.as_deref().expect("who posts sends a body");
    Ok(serde_json::from_str(body).expect("who posts sends JSON"))
}

/// A field of the body that must be a text.
///
/// # Errors
///
/// `bad_field`.
pub(crate) fn text(object: &Map<String, Value>, name: &'static str) -> Result<String, Refusal> {
    object.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(Refusal::BadField(name))
}

/// The id of the post that the path names.
pub(crate) fn post_id(event: &ApiGatewayProxyRequest) -> String {
    // TODO(lab-02.5): not the whole path, only its variable part, and not as it is written, but as it is meant.
    event.path.clone().unwrap_or_default()
}

/// Where one of the things below this request's path is: a link that works from outside.
pub(crate) fn link(event: &ApiGatewayProxyRequest, id: &str) -> String {
    // TODO(lab-02.6): a reader who follows this link reaches API Gateway first. What does the path begin with out there?
    format!("{}/{}", event.resource.as_deref().unwrap_or_default(), encoding::to_path(id))
}
