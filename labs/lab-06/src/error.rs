//! What can go wrong with a request for an attachment, and the one place where that becomes an HTTP status.

use serde_json::{Value, json};

/// Why a request got no better answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// The body is declared as something else than JSON, or as nothing.
    NotJson(Option<String>),
    /// The body is not a JSON object; how so.
    BadJson(String),
    /// One field is wrong. The message continues the sentence that begins with the field's name.
    BadField(&'static str, String),
    /// Nothing is attached under this id.
    NoSuchAttachment,
    /// Nothing is at this path and method.
    NoSuchRoute,
    /// S3 did not do what it was asked; the cause is for the log.
    Storage(String),
}

impl Error {
    /// A wrong field.
    pub(crate) fn field(field: &'static str, message: impl Into<String>) -> Error {
        Error::BadField(field, message.into())
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Error::BadJson(_) | Error::BadField(..) => 400,
            Error::NoSuchAttachment | Error::NoSuchRoute => 404,
            Error::NotJson(_) => 415,
            Error::Storage(_) => 503,
        }
    }

    /// The body: what happened, and what to do next.
    pub(crate) fn body(&self) -> Value {
        let (code, message) = match self {
            Error::NotJson(None) => {
                ("unsupported_media_type", "The request has no Content-Type. Send application/json.".to_owned())
            }
            Error::NotJson(Some(given)) => {
                ("unsupported_media_type", format!("This takes JSON, and got {given}. Send application/json."))
            }
            Error::BadJson(how) => ("bad_json", format!("The body must be a JSON object: {how}.")),
            Error::BadField(field, message) => ("bad_field", format!("{field} {message}.")),
            Error::NoSuchAttachment => ("no_such_attachment", "Nothing is attached under this id.".to_owned()),
            Error::NoSuchRoute => ("no_such_path", "There are GET /attachments and POST /attachments.".to_owned()),
            Error::Storage(_) => ("storage", "The attachments cannot be reached now. Try again.".to_owned()),
        };
        let mut error = json!({ "code": code, "message": message });
        if let Error::BadField(field, _) = self {
            error["field"] = json!(field);
        }
        json!({ "error": error })
    }
}
