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
    // lab-02.4 begin
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json(&bytes))
    // lab-02.4 starter
    // | // TODO(lab-02.4): the event says how the body is written. Read it that way, and refuse what is not a JSON object.
    // | let body = event.body.as_deref().expect("who posts sends a body");
    // | Ok(serde_json::from_str(body).expect("who posts sends JSON"))
    // lab-02.4 end
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
    // lab-02.5 begin
    let written = event.path_parameters.get("postId").map_or("", String::as_str);
    encoding::from_path(written)
    // lab-02.5 starter
    // | // TODO(lab-02.5): not the whole path, only its variable part, and not as it is written, but as it is meant.
    // | event.path.clone().unwrap_or_default()
    // lab-02.5 end
}

/// Where one of the things below this request's path is: a link that works from outside.
pub(crate) fn link(event: &ApiGatewayProxyRequest, id: &str) -> String {
    // lab-02.6 begin
    let here = event.request_context.path.as_deref().unwrap_or_default();
    // Who asked for /board/ has written the slash already.
    format!("{}/{}", here.trim_end_matches('/'), encoding::to_path(id))
    // lab-02.6 starter
    // | // TODO(lab-02.6): a reader who follows this link reaches API Gateway first. What does the path begin with out there?
    // | format!("{}/{}", event.resource.as_deref().unwrap_or_default(), encoding::to_path(id))
    // lab-02.6 end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> ApiGatewayProxyRequest {
        ApiGatewayProxyRequest::default()
    }

    fn with_body(body: Option<&str>, is_base64_encoded: bool) -> ApiGatewayProxyRequest {
        let mut event = event();
        event.body = body.map(str::to_owned);
        event.is_base64_encoded = is_base64_encoded;
        event
    }

    #[test]
    fn a_body_is_read_as_the_event_says_that_it_is_written() {
        let json = r#"{"title":"Hi"}"#;
        let encoded = encoding::to_base64(json.as_bytes());
        assert_eq!(object(&with_body(Some(json), false)).unwrap(), object(&with_body(Some(&encoded), true)).unwrap());
        for body in [None, Some(""), Some("title=Hi"), Some("[1]"), Some("\"Hi\"")] {
            assert!(matches!(object(&with_body(body, false)), Err(Refusal::BadJson { .. })), "{body:?}");
        }
        assert!(matches!(object(&with_body(Some("%%%"), true)), Err(Refusal::BadJson { .. })));
    }

    #[test]
    fn links_and_ids_go_through_a_path_and_come_back() {
        let mut at = event();
        for path in ["/v2/board", "/v2/board/"] {
            at.request_context.path = Some(path.to_owned());
            assert_eq!(link(&at, "c++"), "/v2/board/c%2B%2B");
        }
        at.path_parameters.insert("postId".to_owned(), "caf%C3%A9".to_owned());
        assert_eq!(post_id(&at), "café");
    }
}
