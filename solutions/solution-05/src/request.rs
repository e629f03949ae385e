//! Reading a proxy event. API Gateway delivers header names as the caller spelled them, the body as text whatever it
//! is, and null where there is nothing; here that becomes what the routes ask for, or one of the errors in `error.rs`.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::cursor::Cursor;
use crate::draft::Object;
use crate::error::Error;
use crate::post::PostId;
use crate::table::create::IdempotencyKey;
use crate::table::list::PageSize;

/// Above the longest post, whose 4,000 characters take 48,000 bytes when a client writes each as two escapes
/// (`\ud83d\ude00`), and far below what would cost time to read.
pub(crate) const MOST_BODY_BYTES: usize = 64 * 1024;

/// The JSON object in the body.
///
/// # Errors
/// 413, 415 or 400, in this order: each needs less of the body than the next.
pub(crate) fn object(event: &ApiGatewayProxyRequest) -> Result<Object, Error> {
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        if body.len() / 4 * 3 > MOST_BODY_BYTES + 3 {
            return Err(Error::BodyTooLarge);
        }
        &STANDARD.decode(body).map_err(|_| Error::BadJson("it arrived as damaged base64".to_owned()))?
    } else {
        body.as_bytes()
    };
    if bytes.len() > MOST_BODY_BYTES {
        return Err(Error::BodyTooLarge);
    }
    let content_type = header(event, "content-type");
    let media_type = content_type.and_then(|given| given.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(Error::NotJson { content_type: content_type.map(str::to_owned) });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::BadJson("it is empty".to_owned()));
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Error::BadJson("it is JSON, but no object".to_owned())),
        Err(error) => Err(Error::BadJson(error.to_string())),
    }
}

/// The post that the path names.
///
/// # Errors
/// 404 when no post can have that id.
pub(crate) fn post_id(event: &ApiGatewayProxyRequest) -> Result<PostId, Error> {
    let given = event.path_parameters.get("postId").map_or("", String::as_str);
    PostId::parse(given).ok_or_else(|| Error::no_such_post(given))
}

/// `?limit=`, or the usual page.
///
/// # Errors
/// 400 on the field `limit`.
pub(crate) fn page_size(event: &ApiGatewayProxyRequest) -> Result<PageSize, Error> {
    event.query_string_parameters.first("limit").map_or(Ok(PageSize::USUAL), PageSize::parse)
}

/// `?cursor=`, if there is one.
///
/// # Errors
/// 400 on the field `cursor`.
pub(crate) fn cursor(event: &ApiGatewayProxyRequest) -> Result<Option<Cursor>, Error> {
    event.query_string_parameters.first("cursor").map(Cursor::parse).transpose()
}

/// The header `Idempotency-Key`, if there is one.
///
/// # Errors
/// 400 on the field `Idempotency-Key`.
pub(crate) fn idempotency_key(event: &ApiGatewayProxyRequest) -> Result<Option<IdempotencyKey>, Error> {
    event.headers.get("idempotency-key").map(|value| IdempotencyKey::parse(value.as_bytes())).transpose()
}

/// The path as the caller wrote it, stage included: links in answers must work from outside.
pub(crate) fn full_path(event: &ApiGatewayProxyRequest) -> &str {
    let path = event.request_context.path.as_deref().or(event.path.as_deref()).unwrap_or("/");
    path.trim_end_matches('/')
}

/// One header, in any spelling; nothing when it holds bytes that are not text.
pub(crate) fn header<'a>(event: &'a ApiGatewayProxyRequest, name: &str) -> Option<&'a str> {
    event.headers.get(name)?.to_str().ok()
}
