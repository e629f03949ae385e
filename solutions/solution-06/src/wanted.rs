//! What a reader wants to attach, as the page describes it before the file itself goes anywhere.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::error::Error;

/// The types that are taken: what browsers show or save, and nothing that runs in one.
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/png", "image/webp", "text/plain"];
/// The largest file, in bytes. S3 itself takes 5 GB in one `PUT`.
const MOST_BYTES: i64 = 5 * 1024 * 1024;
/// The longest name, in characters.
const MOST_NAME: usize = 120;

/// A description that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The file's name on the reader's disk: text for people, and nothing else.
    pub(crate) name: String,
    /// Its media type.
    pub(crate) content_type: String,
    /// Its size in bytes.
    pub(crate) size: i64,
}

impl Wanted {
    /// Reads the body `{"name", "type", "size"}` of a request.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub(crate) fn of(event: &ApiGatewayProxyRequest) -> Result<Wanted, Error> {
        let declared = event.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = declared.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Error::NotJson(declared.map(str::to_owned)));
        }
        let body = event.body.as_deref().unwrap_or_default();
        let object: Map<String, Value> = serde_json::from_str(body).map_err(|why| Error::BadJson(why.to_string()))?;
        Wanted::parse(&object)
    }

    fn parse(object: &Map<String, Value>) -> Result<Wanted, Error> {
        let text = |field: &'static str| {
            let value = object.get(field).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
            value.ok_or_else(|| Error::field(field, "must be a text"))
        };
        let name = text("name")?;
        if name.chars().count() > MOST_NAME || name.chars().any(char::is_control) {
            return Err(Error::field("name", format!("must be at most {MOST_NAME} characters on one line")));
        }
        let content_type = text("type")?.to_ascii_lowercase();
        if !TYPES.contains(&content_type.as_str()) {
            return Err(Error::field("type", format!("must be one of {}", TYPES.join(", "))));
        }
        let size = object.get("size").and_then(Value::as_i64).filter(|size| (1..=MOST_BYTES).contains(size));
        let size = size.ok_or_else(|| Error::field("size", format!("must be from 1 to {MOST_BYTES} bytes")))?;
        Ok(Wanted { name: name.to_owned(), content_type, size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parsed(value: Value) -> Result<Wanted, Error> {
        Wanted::parse(value.as_object().unwrap())
    }

    #[test]
    fn a_good_description_is_taken_as_it_is() {
        let wanted = parsed(json!({ "name": " 호수.png ", "type": "Image/PNG", "size": 1 })).unwrap();
        assert_eq!(wanted, Wanted { name: "호수.png".into(), content_type: "image/png".into(), size: 1 });
    }

    #[test]
    fn the_first_wrong_field_is_named() {
        let wrong = |value: Value| match parsed(value) {
            Err(Error::BadField(field, _)) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(wrong(json!({ "type": "image/png", "size": 1 })), "name");
        assert_eq!(wrong(json!({ "name": "a\u{7}.png", "type": "image/png", "size": 1 })), "name");
        assert_eq!(wrong(json!({ "name": "a".repeat(121), "type": "image/png", "size": 1 })), "name");
        for page in ["text/html", "image/svg+xml", ""] {
            assert_eq!(wrong(json!({ "name": "a", "type": page, "size": 1 })), "type", "{page}");
        }
        for size in [json!(0), json!(-1), json!(MOST_BYTES + 1), json!("7"), json!(1.5), Value::Null] {
            assert_eq!(wrong(json!({ "name": "a", "type": "image/png", "size": size })), "size", "{size}");
        }
    }

    #[test]
    fn a_form_is_not_json_whatever_is_in_it() {
        let mut event = ApiGatewayProxyRequest::default();
        event.body = Some("{}".to_owned());
        assert_eq!(Wanted::of(&event), Err(Error::NotJson(None)));
        event.headers.insert(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        assert!(matches!(Wanted::of(&event), Err(Error::NotJson(Some(given))) if given.contains("form")));
        event.headers.insert(CONTENT_TYPE, "application/json; charset=utf-8".parse().unwrap());
        assert!(matches!(Wanted::of(&event), Err(Error::BadField("name", _))));
    }
}
