//! S3's errors: a code, a sentence and often more elements, as XML from the REST endpoint and as HTML from the website endpoint.
//!
//! The words are the service's. <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::encoded_word;
use local::clock::Clock;
use local::service::query_protocol::escaped;

/// An error as S3 describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorDocument {
    /// The HTTP status.
    pub status: StatusCode,
    /// `NoSuchKey`.
    pub code: String,
    /// The sentence.
    pub message: String,
    /// More elements, such as `Key`.
    pub details: Vec<(&'static str, String)>,
    /// Headers of the answer besides those of every answer.
    pub headers: Vec<(&'static str, String)>,
}

/// Who answered, as every answer of S3 says twice: in headers, and where there is one in the error document.
#[derive(Debug, Clone)]
pub struct RequestIds {
    request_id: String,
    host_id: String,
}

impl RequestIds {
    /// New ones.
    pub fn draw(clock: &Clock) -> RequestIds {
        let noise = [clock.uuid().into_bytes(), clock.uuid().into_bytes(), clock.uuid().into_bytes()].concat();
        RequestIds { request_id: clock.hex(16).to_uppercase(), host_id: BASE64_STANDARD.encode(noise) }
    }

    /// Puts them into an answer's headers.
    pub fn stamp(&self, response: &mut Response<Bytes>) {
        let headers = response.headers_mut();
        for (name, value) in [("x-amz-request-id", &self.request_id), ("x-amz-id-2", &self.host_id)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        headers.insert(header::SERVER, HeaderValue::from_static("AmazonS3"));
    }
}

impl ErrorDocument {
    /// An error without details.
    pub fn new(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> ErrorDocument {
        ErrorDocument { status, code: code.into(), message: message.into(), ..ErrorDocument::default() }
    }

    /// The caller's mistake.
    pub(super) fn bad_request(code: &str, message: impl Into<String>) -> ErrorDocument {
        ErrorDocument::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// Something that is not there.
    pub(super) fn not_found(code: &str, message: &str) -> ErrorDocument {
        ErrorDocument::new(StatusCode::NOT_FOUND, code, message)
    }

    /// An argument that S3 does not take, with its value where there is one.
    pub(super) fn invalid_argument(message: &str, name: &str, value: Option<&str>) -> ErrorDocument {
        let error = ErrorDocument::bad_request("InvalidArgument", message).with("ArgumentName", name);
        match value {
            Some(value) => error.with("ArgumentValue", value),
            None => error,
        }
    }

    /// A refusal, with its sentence.
    pub(super) fn forbidden(code: &str, message: impl Into<String>) -> ErrorDocument {
        ErrorDocument::new(StatusCode::FORBIDDEN, code, message)
    }

    /// The plain refusal, which explains nothing to an anonymous caller.
    pub fn access_denied() -> ErrorDocument {
        ErrorDocument::forbidden("AccessDenied", "Access Denied")
    }

    /// A key that is not there.
    pub fn no_such_key(key: &str) -> ErrorDocument {
        ErrorDocument::not_found("NoSuchKey", "The specified key does not exist.").with("Key", key)
    }

    /// A version that is not there.
    pub(super) fn no_such_version(key: &str, version: &str) -> ErrorDocument {
        let error = ErrorDocument::not_found("NoSuchVersion", "The specified version does not exist.");
        error.with("Key", key).with("VersionId", version)
    }

    /// A bucket that is not there.
    pub(super) fn no_such_bucket(bucket: &str) -> ErrorDocument {
        ErrorDocument::not_found("NoSuchBucket", "The specified bucket does not exist").with("BucketName", bucket)
    }

    /// A name that no bucket can have.
    pub(super) fn invalid_bucket_name(bucket: &str) -> ErrorDocument {
        let message = "The specified bucket is not valid.";
        ErrorDocument::bad_request("InvalidBucketName", message).with("BucketName", bucket)
    }

    /// A bucket that is not a website.
    pub(super) fn no_such_website(bucket: &str) -> ErrorDocument {
        let message = "The specified bucket does not have a website configuration";
        ErrorDocument::not_found("NoSuchWebsiteConfiguration", message).with("BucketName", bucket)
    }

    /// A bucket that has no policy.
    pub(super) fn no_such_policy(bucket: &str) -> ErrorDocument {
        let message = "The bucket policy does not exist";
        ErrorDocument::not_found("NoSuchBucketPolicy", message).with("BucketName", bucket)
    }

    /// An upload in parts that is not there.
    pub(super) fn no_such_upload(id: &str) -> ErrorDocument {
        let message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted \
                       or completed.";
        ErrorDocument::not_found("NoSuchUpload", message).with("UploadId", id)
    }

    /// A body that is not the XML that an operation takes.
    pub(super) fn malformed_xml() -> ErrorDocument {
        let message = "The XML you provided was not well-formed or did not validate against our published schema";
        ErrorDocument::bad_request("MalformedXML", message)
    }

    /// A condition of the caller's that does not hold.
    pub(super) fn precondition_failed(condition: &str) -> ErrorDocument {
        let message = "At least one of the pre-conditions you specified did not hold";
        ErrorDocument::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message).with("Condition", condition)
    }

    /// A method that is not for what is asked, in S3's words for it: `OBJECT`, `DeleteMarker`.
    pub(super) fn method_not_allowed(method: &str, resource_type: &str) -> ErrorDocument {
        let message = "The specified method is not allowed against this resource.";
        let error = ErrorDocument::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message);
        error.with("Method", method).with("ResourceType", resource_type)
    }

    /// Something that S3 has and the local cloud does not, by its name.
    pub(super) fn not_implemented(what: &str) -> ErrorDocument {
        let message =
            format!("A header or operation you provided implies functionality that is not implemented: {what}");
        ErrorDocument::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    /// A header that S3 does not take for this operation.
    pub(super) fn header_not_implemented(header: &str) -> ErrorDocument {
        let message = "A header you provided implies functionality that is not implemented";
        ErrorDocument::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message).with("Header", header)
    }

    /// An upload that does not say how long it is.
    pub(super) fn missing_length() -> ErrorDocument {
        let message = "You must provide the Content-Length HTTP header.";
        ErrorDocument::new(StatusCode::LENGTH_REQUIRED, "MissingContentLength", message)
    }

    /// The store broke.
    pub(super) fn internal() -> ErrorDocument {
        let message = "We encountered an internal error. Please try again.";
        ErrorDocument::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message)
    }

    /// With one more element.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> ErrorDocument {
        self.details.push((name, value.into()));
        self
    }

    /// With a header of the answer.
    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> ErrorDocument {
        self.headers.push((name, value.into()));
        self
    }

    /// The REST endpoint's answer.
    pub fn xml(&self, ids: &RequestIds) -> Response<Bytes> {
        let mut body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>".to_string();
        let own = [("Code", &self.code), ("Message", &self.message)];
        let details = self.details.iter().map(|(name, value)| (*name, value));
        for (name, value) in
            own.into_iter().chain(details).chain([("RequestId", &ids.request_id), ("HostId", &ids.host_id)])
        {
            body += &format!("<{name}>{}</{name}>", escaped(value));
        }
        body += "</Error>";
        self.answer(ids, "application/xml", body)
    }

    /// The website endpoint's answer; `while_showing` is the error that reading its custom error document gave.
    pub fn html(&self, ids: &RequestIds, while_showing: Option<&ErrorDocument>) -> Response<Bytes> {
        let title = format!("{} {}", self.status.as_u16(), self.status.canonical_reason().unwrap_or_default());
        let mut body = format!("<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<ul>\n");
        body += &self.items();
        body += &format!("<li>RequestId: {}</li>\n<li>HostId: {}</li>\n</ul>\n", ids.request_id, ids.host_id);
        if let Some(error) = while_showing {
            body += "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n";
            body += &error.items();
            body += "</ul>\n";
        }
        body += "<hr/>\n</body>\n</html>\n";
        self.answer(ids, "text/html; charset=utf-8", body)
    }

    fn items(&self) -> String {
        let own = [("Code", &self.code), ("Message", &self.message)];
        let details = self.details.iter().map(|(name, value)| (*name, value));
        own.into_iter().chain(details).map(|(name, value)| format!("<li>{name}: {}</li>\n", escaped(value))).collect()
    }

    fn answer(&self, ids: &RequestIds, media_type: &'static str, body: String) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        for (name, value) in &self.headers {
            insert(response.headers_mut(), name, value);
        }
        ids.stamp(&mut response);
        response
    }
}

/// What SQLite says stays in the log: the caller learns only that the store broke.
impl From<rusqlite::Error> for ErrorDocument {
    fn from(error: rusqlite::Error) -> ErrorDocument {
        tracing::error!(%error, "the store of the buckets failed");
        ErrorDocument::internal()
    }
}

impl From<std::io::Error> for ErrorDocument {
    fn from(error: std::io::Error) -> ErrorDocument {
        tracing::error!(%error, "a body of the buckets cannot be read or written");
        ErrorDocument::internal()
    }
}

/// Puts a header into an answer. S3 writes headers in ISO 8859-1; other text is encoded as in a mail.
pub(super) fn insert(headers: &mut HeaderMap, name: &str, value: &str) {
    let latin: Option<Vec<u8>> = value.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect();
    let bytes = latin.unwrap_or_else(|| encoded_word::encoded(value).into_bytes());
    insert_bytes(headers, name, &bytes);
}

/// Puts a header whose value is sent as it is kept.
pub(super) fn insert_bytes(headers: &mut HeaderMap, name: &str, value: &[u8]) {
    let name = HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
        headers.insert(name, value);
    }
}
