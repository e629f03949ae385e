//! S3's error documents: XML from the REST endpoint, HTML from the website endpoint.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use local::clock::Clock;

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
        ErrorDocument { status, code: code.into(), message: message.into(), details: Vec::new() }
    }

    /// The plain refusal, which tells an anonymous caller nothing.
    pub fn access_denied() -> ErrorDocument {
        ErrorDocument::new(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied")
    }

    /// A key that is not there.
    pub fn no_such_key(key: &str) -> ErrorDocument {
        ErrorDocument::new(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.").with("Key", key)
    }

    /// With one more element.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> ErrorDocument {
        self.details.push((name, value.into()));
        self
    }

    /// The error that an XML body holds; `None` where it holds none.
    pub fn of_xml(status: StatusCode, xml: &[u8]) -> Option<ErrorDocument> {
        let xml = std::str::from_utf8(xml).ok()?;
        let element = |name: &str| {
            let (_, rest) = xml.split_once(&format!("<{name}>"))?;
            rest.split_once(&format!("</{name}>")).map(|(text, _)| unescaped(text))
        };
        Some(ErrorDocument::new(status, element("Code")?, element("Message").unwrap_or_default()))
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
        ids.stamp(&mut response);
        response
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The keys that an answer to `ListObjectsV2` holds, in its order.
pub(super) fn keys_of_xml(xml: &[u8]) -> Vec<String> {
    let xml = String::from_utf8_lossy(xml);
    let parts = xml.split("<Key>").skip(1);
    parts.filter_map(|part| part.split_once("</Key>")).map(|(key, _)| unescaped(key)).collect()
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&apos;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
