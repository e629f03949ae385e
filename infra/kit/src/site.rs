//! Asking what is not the API: the site through CloudFront, a bucket's own endpoint, an address that was handed out.
//!
//! Three endpoints serve an object, and each says something else to the same stranger: CloudFront, S3's REST endpoint, and a
//! presigned URL. A response is explained in their words, not in API Gateway's.

use serde_json::Value;

use crate::ask::{Ask, Question};
use crate::explanation::shows;
use crate::http::{self, Request, Response};
use crate::lab::Lab;
use crate::words::cut;

/// What a site or a bucket answered: every method is an expectation, and ends the test when it is not met.
#[derive(Debug)]
pub struct SiteResponse<'lab> {
    question: Question<'lab>,
    asked: Vec<String>,
    endpoint: Endpoint,
    response: Response,
}

/// Who was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    CloudFront,
    S3,
    /// S3, at an address that a function signed.
    Presigned,
}

impl Lab {
    /// The site's address, which is its origin as browsers send it; no slash at the end.
    pub fn site_url(&self) -> String {
        match self.local().site_url() {
            Some(url) => url,
            None => self.stop("template.yaml has no AWS::CloudFront::Distribution"),
        }
    }
}

impl<'lab> Ask<'lab> {
    /// Reads a path of the site as its readers do, through the distribution.
    pub fn visit(self, path: &str) -> SiteResponse<'lab> {
        let site = self.question().lab.site_url();
        self.through(Endpoint::CloudFront, &site, "GET", path, None)
    }

    /// Reads a key at S3's own endpoint, as anybody can who knows the bucket's name, by the bucket's logical id.
    pub fn get_object_unsigned(self, logical_id: &str, key: &str) -> SiteResponse<'lab> {
        let lab = self.question().lab;
        let (bucket, aws) = (lab.bucket(logical_id), lab.local().aws_url());
        self.through(Endpoint::S3, &aws, "GET", &format!("/{bucket}/{key}"), None)
    }

    /// Asks as a browser asks before it lets a page of `origin` put a file: `OPTIONS` at a bucket's endpoint, by the bucket's
    /// logical id, with the names of the `headers` that the page means to send.
    pub fn preflight(self, logical_id: &str, origin: &str, method: &str, headers: &str) -> SiteResponse<'lab> {
        let lab = self.question().lab;
        let (bucket, aws) = (lab.bucket(logical_id), lab.local().aws_url());
        let asks = self.header("Origin", origin).header("Access-Control-Request-Method", method);
        let asks = if headers.is_empty() { asks } else { asks.header("Access-Control-Request-Headers", headers) };
        asks.through(Endpoint::S3, &aws, "OPTIONS", &format!("/{bucket}/attachments/any"), None)
    }

    /// Puts `body` to a presigned address, with the headers that were given to this question.
    pub fn put_to(self, url: &str, body: impl Into<Vec<u8>>) -> SiteResponse<'lab> {
        self.handed("PUT", url, Some(body.into()))
    }

    /// Reads from a presigned address.
    pub fn get_from(self, url: &str) -> SiteResponse<'lab> {
        self.handed("GET", url, None)
    }

    fn handed(self, method: &str, url: &str, body: Option<Vec<u8>>) -> SiteResponse<'lab> {
        let lab = self.question().lab;
        let at = url.find("://").and_then(|scheme| url[scheme + 3..].find('/').map(|slash| scheme + 3 + slash));
        let Some(at) = at else { lab.stop(&format!("{url} is not an address")) };
        self.through(Endpoint::Presigned, &url[..at], method, &url[at..], body)
    }

    fn through(
        self,
        endpoint: Endpoint,
        base: &str,
        method: &str,
        target: &str,
        body: Option<Vec<u8>>,
    ) -> SiteResponse<'lab> {
        let (question, headers) = (self.question(), self.request().headers.clone());
        let lab = question.lab;
        let shown = target.split('?').next().unwrap_or_default();
        let mut asked = vec![match endpoint {
            Endpoint::CloudFront => format!("{method} {shown}, through CloudFront"),
            Endpoint::S3 => format!("{method} {shown}, at S3's endpoint, unsigned"),
            Endpoint::Presigned => format!("{method} {shown}, as the presigned address has it"),
        }];
        asked.extend(headers.iter().map(|(name, value)| format!("{name}: {}", cut(&lab.in_names(value), 60))));
        if let Some(body) = &body {
            asked.push(format!("{} bytes", body.len()));
        }
        let request = Request { method: method.to_string(), target: target.to_string(), headers, body };
        match http::send(base, &request) {
            Ok(response) => {
                lab.remember(format!("{method} {shown} → {}", response.status));
                SiteResponse { question, asked, endpoint, response }
            }
            Err(why) => {
                let mut explanation = question.explanation();
                explanation.asked = asked;
                explanation.got = vec![format!("no answer: {why}")];
                explanation.fail()
            }
        }
    }
}

impl SiteResponse<'_> {
    /// Expects the HTTP status.
    pub fn has_status(&self, status: u16) -> &Self {
        if self.response.status != status {
            self.fails(&format!("status {status}"), &shown(&self.response));
        }
        self
    }

    /// Expects S3's XML error of this code: `SignatureDoesNotMatch`.
    pub fn is_error(&self, code: &str) -> &Self {
        if self.code().as_deref() != Some(code) {
            self.fails(&format!("the error {code}"), &shown(&self.response));
        }
        self
    }

    /// Expects a header with exactly this value; the name is compared without case.
    pub fn has_header(&self, name: &str, value: &str) -> &Self {
        match self.header(name) {
            Some(got) if got == value => self,
            Some(got) => self.fails(&format!("header {name}: {value}"), &format!("header {name}: {got}")),
            None => {
                self.fails(&format!("header {name}: {value}"), &format!("no header {name}; {}", shown(&self.response)))
            }
        }
    }

    /// The value of a header, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.header(name)
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.response.status
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.response.body
    }

    /// Expects `text` somewhere in the body.
    pub fn has_text(&self, text: &str) -> &Self {
        if !String::from_utf8_lossy(&self.response.body).contains(text) {
            self.fails(&format!("\"{text}\" in the body"), &shown(&self.response));
        }
        self
    }

    shows!();

    /// Ends the test, red.
    pub fn fails(&self, expected: &str, got: &str) -> ! {
        let mut explanation = self.question.explanation();
        explanation.asked.clone_from(&self.asked);
        explanation.expected = vec![self.question.lab.in_names(expected)];
        explanation.got = vec![self.question.lab.in_names(got)];
        explanation.why = why(self.endpoint, self.code().as_deref());
        explanation.fail()
    }

    fn code(&self) -> Option<String> {
        error_of(&self.response).map(|(code, _)| code)
    }
}

/// An answer on one line: S3's errors by code and message, everything else by its beginning and end.
pub(crate) fn shown(response: &Response) -> String {
    match error_of(response) {
        Some((code, message)) => format!("status {}, {code}: {}", response.status, cut(&message, 300)),
        None => response.shown(),
    }
}

/// Code and message of S3's XML.
pub(crate) fn error_of(response: &Response) -> Option<(String, String)> {
    let body = String::from_utf8_lossy(&response.body);
    let element = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(text, _)| unescaped(text))
    };
    Some((element("Code")?, element("Message")?))
}

/// A text of XML as it is read.
fn unescaped(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_string(), |text, (entity, meant)| text.replace(entity, meant))
}

/// What an error of S3 means at this endpoint, as far as its own sentence leaves it out.
pub(crate) fn why(endpoint: Endpoint, code: Option<&str>) -> Vec<String> {
    let told = match (endpoint, code) {
        (Endpoint::CloudFront, Some("AccessDenied")) => {
            "CloudFront asked S3 and was refused: the bucket's policy does not let this distribution do that, or the key does \
             not exist and it may not list the bucket. A browser shows this XML and says that it has no style information."
        }
        (Endpoint::CloudFront, Some("NoSuchKey")) => {
            "The distribution may list the bucket, so S3 tells it that there is no such key: a 404, for which the template has no \
             page of its own."
        }
        (Endpoint::S3, Some("AccessDenied")) => "S3 tells strangers nothing more, whether or not the key exists.",
        (Endpoint::S3, Some("AccessForbidden")) => {
            "This was a preflight: the browser asks S3 whether the page may send its request, and S3 finds no rule that says so."
        }
        (Endpoint::Presigned, Some("SignatureDoesNotMatch")) => {
            "S3 computed the signature of what was sent, and the address was signed for something else."
        }
        (Endpoint::Presigned, Some("AccessDenied")) => {
            "A presigned address acts with the permissions of its signer: the function's role."
        }
        _ => return Vec::new(),
    };
    vec![told.to_string()]
}

/// A query parameter of a presigned address, `X-Amz-Expires`.
pub fn signed_parameter(url: &Value, name: &str) -> Option<String> {
    let (_, query) = url.as_str()?.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.replace("%3B", ";").replace("%2F", "/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_same_code_means_something_else_at_every_endpoint() {
        let told = |endpoint: Endpoint| why(endpoint, Some("AccessDenied")).concat();
        assert!(told(Endpoint::CloudFront).contains("this distribution") && told(Endpoint::S3).contains("strangers"));
        assert!(told(Endpoint::Presigned).contains("the function's role"));
        assert!(why(Endpoint::CloudFront, None).is_empty());
    }

    #[test]
    fn a_message_in_xml_is_read_with_its_quotation_marks() {
        assert_eq!(unescaped("&quot;a&quot; &amp;lt; b"), "\"a\" &lt; b");
    }

    #[test]
    fn a_parameter_of_an_address_is_read_whole() {
        let url = json!("http://h/b/k?X-Amz-Expires=300&X-Amz-SignedHeaders=content-type%3Bhost");
        assert_eq!(signed_parameter(&url, "X-Amz-Expires").as_deref(), Some("300"));
        assert_eq!(signed_parameter(&url, "X-Amz-SignedHeaders").as_deref(), Some("content-type;host"));
        assert_eq!(signed_parameter(&url, "X-Amz"), None);
    }
}
