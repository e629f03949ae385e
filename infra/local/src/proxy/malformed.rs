//! What is wrong with a reply, in words.

use thiserror::Error;

/// Why API Gateway does not send a reply on. The display form names the rule and, where a slip is likely, the way out.
///
/// The caller of the API sees none of it: only `{"message": "Internal server error"}`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The reply is not JSON at all.
    #[error("the reply is not JSON: {0}")]
    NotJson(String),
    /// The reply is JSON, but not an object.
    #[error(
        "the reply is {found}; it must be an object such as {{\"statusCode\": 200, \"body\": \"text\"}}{}",
        if found == "null" { " (did the function return nothing?)" } else { "" }
    )]
    NotAnObject {
        /// What it is: `a string`, `null`, …
        found: String,
    },
    /// The object has keys beside the five. This is the most frequent one.
    #[error(
        "unknown key{} {}: only statusCode, headers, multiValueHeaders, body, isBase64Encoded are allowed{}",
        if keys.len() == 1 { "" } else { "s" },
        keys.iter().map(|key| format!("{key:?}")).collect::<Vec<_>>().join(", "),
        keys.iter().find_map(|key| meant(key)).unwrap_or_default()
    )]
    UnknownKeys {
        /// The keys that are too many, sorted.
        keys: Vec<String>,
    },
    /// `statusCode` is not an HTTP status.
    #[error("statusCode is {found}; it must be a whole number from 200 to 599")]
    StatusCode {
        /// What it is.
        found: String,
    },
    /// A key has a value of the wrong type.
    #[error("{key} is {found}; it must be {wanted}")]
    Type {
        /// The key, with the header's name after a dot where it is about one header.
        key: String,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A header that cannot be sent.
    #[error("the header {name:?} cannot be sent: names are letters, digits and hyphens, and values have no line ends")]
    Header {
        /// The header's name.
        name: String,
    },
    /// `isBase64Encoded` is true, the caller asked for a binary type, and the body is not base64.
    #[error("isBase64Encoded is true, but body is not base64: {0}")]
    Base64(String),
}

impl Malformed {
    /// The status that the caller sees: 502, or 500 for a body that cannot be decoded.
    pub fn status(&self) -> u16 {
        match self {
            Malformed::Base64(_) => 500,
            _ => 502,
        }
    }

    /// The line in the API's execution log.
    pub fn log_line(&self) -> &'static str {
        match self {
            Malformed::Base64(_) => "Execution failed due to configuration error: Unable to base64 decode the body.",
            _ => "Execution failed due to configuration error: Malformed Lambda proxy response",
        }
    }
}

/// What the writer of an unknown `key` probably had in mind, as the end of a sentence.
fn meant(key: &str) -> Option<&'static str> {
    let folded: String = key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match folded.as_str() {
        "statuscode" | "status" | "code" => Some(" (did you mean \"statusCode\"?)"),
        "headers" | "header" => Some(" (did you mean \"headers\"?)"),
        "multivalueheaders" | "multivalueheader" => Some(" (did you mean \"multiValueHeaders\"?)"),
        "body" | "data" | "message" | "payload" => Some(" (did you mean \"body\"?)"),
        "isbase64encoded" | "isbase64" | "base64encoded" => Some(" (did you mean \"isBase64Encoded\"?)"),
        "cookies" => Some(" (cookies is for HTTP APIs; a REST API takes a Set-Cookie header)"),
        "statusdescription" => Some(" (statusDescription is for Application Load Balancers)"),
        _ => None,
    }
}
