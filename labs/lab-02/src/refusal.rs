//! What the board says no to, and the one place where that becomes a status, a body and its headers.

use serde_json::{Value, json};

use crate::reply;

/// How much of an unreadable body is quoted, in characters.
const QUOTED: usize = 16;

/// Why a request got no better answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The body is not a JSON object.
    BadJson {
        /// How it begins.
        begins: String,
    },
    /// A field of the body is missing or no text.
    BadField(&'static str),
    /// No post has this id.
    NoSuchPost(String),
    /// API Gateway sends this path here, and the board has nothing there.
    NoSuchPath(String),
    /// The resource exists, and does not have this method.
    MethodNotAllowed {
        /// The methods that it has, with commas between them.
        allow: &'static str,
    },
}

impl Refusal {
    /// A body that could not be read; `read` is what was taken for it.
    pub fn bad_json(read: &[u8]) -> Refusal {
        Refusal::BadJson { begins: String::from_utf8_lossy(read).chars().take(QUOTED).collect() }
    }

    /// The status, and the word by which programs tell refusals apart.
    fn status(&self) -> (u16, &'static str) {
        match self {
            Refusal::BadJson { .. } => (400, "bad_json"),
            Refusal::BadField(_) => (400, "bad_field"),
            Refusal::NoSuchPost(_) => (404, "no_such_post"),
            Refusal::NoSuchPath(_) => (404, "no_such_path"),
            Refusal::MethodNotAllowed { .. } => (405, "method_not_allowed"),
        }
    }

    /// What happened, and what to do next.
    fn message(&self) -> String {
        match self {
            Refusal::BadJson { begins } => format!("Send a JSON object; this begins {begins:?}."),
            Refusal::BadField(name) => format!("Send a text {name:?}."),
            Refusal::NoSuchPost(id) => format!("There is no post {id:?}."),
            Refusal::NoSuchPath(path) => format!("There is nothing at {path:?}."),
            Refusal::MethodNotAllowed { allow } => format!("Not with this method; there is {allow}."),
        }
    }

    /// As a proxy reply.
    pub fn reply(&self) -> Value {
        let (status, code) = self.status();
        let mut reply = reply::json(status, &json!({ "error": { "code": code, "message": self.message() } }));
        // A 405 without Allow is not one: RFC 9110, section 15.5.6.
        if let Refusal::MethodNotAllowed { allow } = self {
            reply["headers"]["Allow"] = json!(allow);
        }
        reply
    }
}
