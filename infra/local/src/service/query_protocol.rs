//! The query protocol: a form, or a query string, names an operation and its parameters, and the answer is XML.
//!
//! It is the oldest of AWS's protocols, and IAM, CloudFormation, SNS and STS have no other. SQS had it before JSON, so clients of a
//! certain age still ask in it. Not even these services agree on a namespace: each has its own, and AWS's tools look at none.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html>

use std::borrow::Cow;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

/// The namespace of SQS, whose errors have one element more.
pub const SQS_NAMESPACE: &str = "http://queue.amazonaws.com/doc/2012-11-05/";
/// The media type of every answer.
const MEDIA_TYPE: &str = "text/xml";
/// How deep a name may go. None of AWS's goes further.
const DEEPEST: usize = 16;
/// The largest number in a list.
const LONGEST: usize = 10_000;

/// What a call says, decoded: the pairs of its query string, and those of its form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryParameters(Vec<(String, String)>);

impl QueryParameters {
    /// The parameters of a call; nothing where one of them is not text.
    pub fn of(query: Option<&str>, form: &[u8]) -> Option<QueryParameters> {
        let form = std::str::from_utf8(form).ok()?;
        let pairs = query.unwrap_or_default().split('&').chain(form.split('&')).filter(|pair| !pair.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(name)?, decoded(value)?))
        });
        decoded.collect::<Option<_>>().map(QueryParameters)
    }

    /// The value of the parameter called `name`; of two that are called so, the first.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find_map(|(own, value)| (own == name).then_some(value))
    }

    /// The operation that is asked for; empty where none is.
    pub fn action(&self) -> &str {
        self.get("Action").unwrap_or_default()
    }

    /// The request that JSON would hold, with texts for all values. A name says where a value belongs:
    /// `MetricData.member.1.Dimensions.member.2.Name`.
    pub fn tree(&self) -> Value {
        let mut request = json!({});
        for (name, text) in self.iter() {
            let path: Vec<&str> = name.split('.').filter(|part| *part != "member").collect();
            if path.len() <= DEEPEST {
                insert(&mut request, &path, text);
            }
        }
        request
    }

    /// All of them, in the order in which they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Puts `text` where `path` says. What has no place, because another value stands there, is left out.
fn insert(at: &mut Value, path: &[&str], text: &str) {
    let Some((first, rest)) = path.split_first() else {
        if at.is_null() {
            *at = text.into();
        }
        return;
    };
    let place = match first.parse::<usize>() {
        Ok(number) if (1..=LONGEST).contains(&number) => {
            if !at.is_array() {
                *at = json!([]);
            }
            let Some(list) = at.as_array_mut() else { return };
            if list.len() < number {
                list.resize(number, Value::Null);
            }
            &mut list[number - 1]
        }
        _ => {
            if !at.is_object() {
                *at = json!({});
            }
            let Some(object) = at.as_object_mut() else { return };
            object.entry(*first).or_insert(Value::Null)
        }
    };
    insert(place, rest, text);
}

/// `text` as a form means it. In a form, a plus is a space.
fn decoded(text: &str) -> Option<String> {
    percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(Cow::into_owned)
}

/// `<name>text</name>`.
pub fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}

/// `text` as the content of an element. What XML cannot say in any way, such as most control characters, becomes the replacement
/// character: a message may repeat what a caller sent, and no parser takes those.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // A parser makes a line feed of it otherwise.
            '\r' => escaped.push_str("&#xD;"),
            _ if is_xml(character) => escaped.push(character),
            _ => escaped.push(char::REPLACEMENT_CHARACTER),
        }
    }
    escaped
}

/// Whether XML can say `character` at all. <https://www.w3.org/TR/xml/#charsets>
fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// The answer to `operation`, with the elements of its result; an operation without one has no element for it either.
pub fn answer(namespace: &str, operation: &str, result: Option<&str>, request_id: &str) -> Response {
    let result = result.map(|result| format!("<{operation}Result>{result}</{operation}Result>")).unwrap_or_default();
    let metadata = format!("<ResponseMetadata>{}</ResponseMetadata>", element("RequestId", request_id));
    let body = format!(
        "<?xml version=\"1.0\"?><{operation}Response xmlns=\"{namespace}\">{result}{metadata}</{operation}Response>"
    );
    xml(StatusCode::OK, body, request_id)
}

/// An error. `message` may repeat what a caller sent. A service whose namespace is not known has an empty one.
pub fn error(status: StatusCode, namespace: &str, code: &str, message: &str, request_id: &str) -> Response {
    let fault = if status.is_server_error() { "Receiver" } else { "Sender" };
    let mut error = [element("Type", fault), element("Code", code), element("Message", message)].concat();
    if namespace == SQS_NAMESPACE {
        error += "<Detail/>";
    }
    let namespace = if namespace.is_empty() { String::new() } else { format!(" xmlns=\"{namespace}\"") };
    let request = element("RequestId", request_id);
    let body =
        format!("<?xml version=\"1.0\"?><ErrorResponse{namespace}><Error>{error}</Error>{request}</ErrorResponse>");
    xml(status, body, request_id)
}

fn xml(status: StatusCode, body: String, request_id: &str) -> Response {
    let response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
    super::json_protocol::with(response, "x-amzn-requestid", request_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_stand_in_the_query_and_in_the_form() {
        let parameters =
            QueryParameters::of(Some("Version=1&Empty"), b"Action=Send&Body=a+b%2Bc%26%EC%95%88&Body=2").unwrap();
        assert_eq!(parameters.action(), "Send");
        assert_eq!((parameters.get("Body"), parameters.get("Version")), (Some("a b+c&안"), Some("1")));
        assert_eq!((parameters.get("Empty"), parameters.get("Nothing")), (Some(""), None));
        assert_eq!(QueryParameters::of(None, b"").unwrap(), QueryParameters::default());
        assert_eq!(QueryParameters::of(None, b"Action=%FF"), None);
        assert_eq!(QueryParameters::of(None, b"\xff"), None);
    }

    #[test]
    fn names_say_where_values_belong() {
        let parameters = QueryParameters::of(None, b"Action=A&L.member.2.K=v&L.member.1=t&S=1&S=2").unwrap();
        assert_eq!(parameters.tree(), json!({ "Action": "A", "L": ["t", { "K": "v" }], "S": "1" }));
    }

    #[test]
    fn what_a_caller_sent_is_text_and_no_markup() {
        assert_eq!(
            element("M", "<a href=\"&\">\r\n\t\0\u{b}\u{ffff}안😀"),
            "<M>&lt;a href=&quot;&amp;&quot;&gt;&#xD;\n\t\u{fffd}\u{fffd}\u{fffd}안😀</M>"
        );
    }
}
