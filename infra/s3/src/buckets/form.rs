//! Uploads by a form: a page's visitor sends the fields, and the bucket's owner has signed a policy that says which are allowed.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::access::Asker;
use super::authentication::{self, mismatch};
use super::context;
use super::encoded_word;
use super::error::{ErrorDocument, insert, insert_bytes};
use super::exchange::{Answer, Exchange};
use super::request::{METADATA, S3Call};
use super::{Buckets, is_bucket_name};
use local::service::query_protocol::element;
use local::signature::{ALGORITHM, encoded, hex, keyed, same, signing_key};

/// How long the fields in front of the file may be together.
const MOST_FIELDS: usize = 20 * 1024;
/// Fields that no policy has to name.
const UNNAMED: [&str; 5] = ["x-amz-signature", "file", "policy", "awsaccesskeyid", "signature"];

/// A form, read.
struct Form {
    /// Names as they were sent, in the order in which they were; those after the file are overlooked, as S3 does.
    fields: Vec<(String, String)>,
    /// None where the page sends the file as it sends any other field.
    file_name: Option<String>,
    /// What the page says of the file.
    file_type: Option<String>,
    file: Bytes,
}

/// Puts what a form holds.
pub(super) fn post_object(buckets: &Buckets, mut call: S3Call, verified: &mut Option<String>) -> Answer {
    let settings = buckets.settings(&call.bucket).filter(|_| is_bucket_name(&call.bucket));
    let settings = settings.ok_or_else(|| ErrorDocument::no_such_bucket(&call.bucket))?;
    let content_type = call.header("content-type").unwrap_or_default().to_string();
    let Some(boundary) = boundary(&content_type) else {
        return Err(ErrorDocument::precondition_failed(
            "Bucket POST must be of the enclosure-type multipart/form-data",
        ));
    };
    let malformed = || {
        let message = "The body of your POST request is not well-formed multipart/form-data.";
        ErrorDocument::bad_request("MalformedPOSTRequest", message)
    };
    let form = read(&call.body, &boundary).ok_or_else(malformed)?;
    let required = |name: &str| {
        let message = format!(
            "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
        );
        ErrorDocument::invalid_argument(&message, name, Some(""))
    };
    let key = form.value("key").ok_or_else(|| required("key"))?;
    let key = form.file_name.as_ref().map_or_else(|| key.to_string(), |name| key.replace("${filename}", name));
    if key.is_empty() {
        let message = "User key must have a length greater than 0.";
        return Err(ErrorDocument::invalid_argument(message, "key", Some("")));
    }
    if key.len() > super::request::LONGEST_KEY {
        return Err(super::request::too_long(&key));
    }
    let access_key = signer(buckets, &form, &required)?;
    let asker = Asker::of(&buckets.identities, access_key.as_deref());
    let context = context::of_form(buckets.clock(), &call.headers, &call.uri);
    let may = asker.check(&settings, "s3:PutObject", &call.bucket, Some(&key), &context);
    // A policy that nobody signed is not looked at before its sender may put anything.
    let is_signed = access_key.is_some();
    *verified = access_key;
    match form.value("policy") {
        Some(policy) if is_signed => {
            is_met(policy, &form, &call.bucket, &key, buckets.clock().now())?;
            may?;
        }
        Some(policy) => {
            may?;
            is_met(policy, &form, &call.bucket, &key, buckets.clock().now())?;
        }
        None => may?,
    }
    call.headers = headers(&form)?;
    (call.key, call.body, call.method) = (key, form.file.clone(), Method::PUT);
    let exchange = Exchange { buckets, call, asker };
    let put = exchange.put_object()?;
    Ok(success(&form, &exchange.call, &put))
}

/// Who signed the form; none where nobody did.
fn signer(
    buckets: &Buckets,
    form: &Form,
    required: &dyn Fn(&str) -> ErrorDocument,
) -> Result<Option<String>, ErrorDocument> {
    let names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"];
    if form.value("awsaccesskeyid").is_some() || form.value("signature").is_some() {
        let message = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
        return Err(ErrorDocument::bad_request("InvalidRequest", message));
    }
    let Some(policy) = form.value("policy") else {
        return match names.iter().any(|name| form.value(name).is_some()) {
            true => Err(required("policy")),
            false => Ok(None),
        };
    };
    if names.iter().all(|name| form.value(name).is_none()) {
        return Ok(None);
    }
    for name in names {
        form.value(name).ok_or_else(|| required(name))?;
    }
    let value = |name: &str| form.value(name).unwrap_or_default();
    let malformed = |message: &str, name: &str| ErrorDocument::invalid_argument(message, name, Some(value(name)));
    if value("x-amz-algorithm") != ALGORITHM {
        return Err(malformed("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"", "X-Amz-Algorithm"));
    }
    let (access_key, scope) = authentication::scope(value("x-amz-credential"))
        .ok_or_else(|| malformed("The Credential is mal-formed", "X-Amz-Credential"))?;
    let credentials =
        authentication::credentials(&buckets.identities, &access_key, form.value("x-amz-security-token"))?;
    let own = hex(&keyed(&signing_key(&credentials.secret_access_key, &scope), policy));
    match same(own.as_bytes(), value("x-amz-signature").as_bytes()) {
        true => Ok(Some(access_key)),
        false => Err(mismatch(&access_key, policy, value("x-amz-signature"))),
    }
}

/// The headers that the fields of a form stand for.
fn headers(form: &Form) -> Result<HeaderMap, ErrorDocument> {
    let mut headers = HeaderMap::new();
    for (name, value) in &form.fields {
        let name = name.to_lowercase();
        let is_signature =
            ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-security-token"];
        let is_header =
            ["cache-control", "content-type", "content-disposition", "content-encoding", "content-language", "expires"];
        if is_header.contains(&name.as_str()) || (name.starts_with("x-amz-") && !is_signature.contains(&name.as_str()))
        {
            match name.starts_with(METADATA) {
                // A form says what it means: what looks like an encoded word is text.
                true if encoded_word::decoded(value).is_some() => {
                    insert(&mut headers, &name, &encoded_word::in_base64(value));
                }
                true => insert(&mut headers, &name, &encoded_word::encoded(value)),
                // What ISO 8859-1 does not have becomes a blank, and so does what no header can hold.
                false => {
                    let text =
                        value.chars().map(|character| if character.is_ascii_control() { ' ' } else { character });
                    let latin = text.map(|character| u8::try_from(u32::from(character)).unwrap_or(b' '));
                    insert_bytes(&mut headers, &name, &latin.collect::<Vec<_>>());
                }
            }
        }
        // A form's tags are a document.
        if name == "tagging" {
            let root = super::xml::Element::any(value.as_bytes())?;
            let tags = root.child("TagSet").into_iter().flat_map(|set| set.all("Tag"));
            let tags = tags.map(|tag| {
                let text = |name| encoded(tag.text_of(name).unwrap_or_default());
                format!("{}={}", text("Key"), text("Value"))
            });
            insert(&mut headers, "x-amz-tagging", &tags.collect::<Vec<_>>().join("&"));
        }
        if name == "acl" {
            insert(&mut headers, "x-amz-acl", value);
        }
    }
    if let Some(file_type) = form.file_type.as_ref().filter(|_| !headers.contains_key("content-type")) {
        insert(&mut headers, "content-type", file_type);
    }
    Ok(headers)
}

/// What the page gets: what it asked for.
fn success(form: &Form, call: &S3Call, put: &Response<Bytes>) -> Response<Bytes> {
    let etag = put.headers().get("etag").and_then(|etag| etag.to_str().ok()).unwrap_or_default();
    let location = call.location();
    let mut response = Response::new(Bytes::new());
    *response.headers_mut() = put.headers().clone();
    insert(response.headers_mut(), "location", &location);
    let redirect = form.value("success_action_redirect").or_else(|| form.value("redirect"));
    let redirect = redirect.filter(|target| target.starts_with("http://") || target.starts_with("https://"));
    *response.status_mut() = match (redirect, form.value("success_action_status")) {
        (Some(target), _) => {
            let separator = if target.contains('?') { '&' } else { '?' };
            let own = [("bucket", call.bucket.as_str()), ("key", &call.key), ("etag", etag)];
            let own = own.map(|(name, value)| format!("{name}={}", encoded(value))).join("&");
            insert(response.headers_mut(), "location", &format!("{target}{separator}{own}"));
            StatusCode::SEE_OTHER
        }
        (None, Some("200")) => StatusCode::OK,
        (None, Some("201")) => {
            let content = element("Location", &location)
                + &element("Bucket", &call.bucket)
                + &element("Key", &call.key)
                + &element("ETag", etag);
            let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse>{content}</PostResponse>");
            *response.body_mut() = body.into();
            insert(response.headers_mut(), "content-type", "application/xml");
            StatusCode::CREATED
        }
        (None, _) => StatusCode::NO_CONTENT,
    };
    response
}

// -- the policy ----------------------------------------------------------------------------------------------------------------

/// Whether a form is what its policy allows.
fn is_met(policy: &str, form: &Form, bucket: &str, key: &str, now: OffsetDateTime) -> Result<(), ErrorDocument> {
    let invalid = |why: &str| ErrorDocument::bad_request("InvalidPolicyDocument", format!("Invalid Policy: {why}"));
    let decoded = BASE64_STANDARD.decode(policy).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or_else(|| invalid("Invalid Base64 Encoding."))?;
    let document: Value = serde_json::from_str(&decoded).map_err(|_| invalid("Invalid JSON."))?;
    let end = document["expiration"].as_str().ok_or_else(|| invalid("Policy missing expiration."))?;
    let end =
        OffsetDateTime::parse(end, &Rfc3339).map_err(|_| invalid(&format!("Invalid 'expiration' value: '{end}'")))?;
    let failed = |why: &str| ErrorDocument::forbidden("AccessDenied", format!("Invalid according to Policy: {why}"));
    if now > end {
        return Err(failed("Policy expired."));
    }
    let conditions = document["conditions"].as_array().ok_or_else(|| invalid("Policy missing conditions."))?;
    let mut named: Vec<String> = Vec::new();
    let actual = |name: &str| match name {
        "bucket" => Some(bucket.to_string()),
        "key" => Some(key.to_string()),
        name => form.value(name).map(str::to_string),
    };
    let mut limits = None;
    for condition in conditions {
        let (holds, name) = match condition {
            Value::Object(one) => {
                let mut pairs = one.iter();
                let (Some((name, value)), None) = (pairs.next(), pairs.next()) else {
                    return Err(invalid(
                        "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
                    ));
                };
                let value =
                    value.as_str().ok_or_else(|| invalid("Invalid Simple-Condition: value must be a string."))?;
                // As the refusal shows it, a simple condition is one of equality.
                let shown = Value::from(vec!["eq".to_string(), format!("${name}"), value.to_string()]);
                if actual(&name.to_lowercase()).as_deref() != Some(value) {
                    return Err(failed(&format!("Policy Condition failed: {}", spaced(&shown))));
                }
                (true, name.to_lowercase())
            }
            Value::Array(parts) => match &parts[..] {
                [operator, low, high] if operator == "content-length-range" => {
                    let number = |value: &Value| match value {
                        Value::String(text) => text.parse().ok(),
                        other => other.as_u64(),
                    };
                    let (Some(low), Some(high)) = (number(low), number(high)) else {
                        return Err(failed(&format!("Policy Condition failed: {}", spaced(condition))));
                    };
                    limits = Some((low, high));
                    continue;
                }
                [operator, name, value] => {
                    let (operator, name) = (operator.as_str().unwrap_or_default(), name.as_str().unwrap_or_default());
                    let value = value.as_str().unwrap_or_default();
                    let field = name.strip_prefix('$').map(str::to_lowercase);
                    let found = field.as_deref().and_then(actual).unwrap_or_default();
                    let holds = field.is_some()
                        && match operator.to_lowercase().as_str() {
                            "eq" => found == value,
                            "starts-with" => found.starts_with(value),
                            _ => return Err(invalid(&format!("Invalid Condition: Unknown operation '{operator}'"))),
                        };
                    (holds, field.unwrap_or_default())
                }
                _ => return Err(invalid("Invalid Condition: wrong number of arguments.")),
            },
            _ => return Err(invalid("Invalid Condition.")),
        };
        if !holds {
            return Err(failed(&format!("Policy Condition failed: {}", spaced(condition))));
        }
        named.push(name);
    }
    // Every field is allowed by name, so that nobody adds one.
    let extra = form
        .fields
        .iter()
        .map(|(name, _)| name.to_lowercase())
        .find(|name| !UNNAMED.contains(&name.as_str()) && !name.starts_with("x-ignore-") && !named.contains(name));
    if let Some(extra) = extra {
        return Err(failed(&format!("Extra input fields: {extra}")));
    }
    let size = form.file.len() as u64;
    let (code, message, name, limit) = match limits {
        Some((low, _)) if size < low => {
            ("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", "MinSizeAllowed", low)
        }
        Some((_, high)) if size > high => {
            ("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", "MaxSizeAllowed", high)
        }
        _ => return Ok(()),
    };
    let error = ErrorDocument::bad_request(code, message);
    Err(error.with("ProposedSize", size.to_string()).with(name, limit.to_string()))
}

/// A condition as S3 writes it into its refusals.
fn spaced(condition: &Value) -> String {
    let parts = condition.as_array().into_iter().flatten().map(Value::to_string);
    format!("[{}]", parts.collect::<Vec<_>>().join(", "))
}

// -- the body ------------------------------------------------------------------------------------------------------------------

impl Form {
    /// A field, however its name is written.
    fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case("boundary").then_some(value)
    })?;
    Some(value.trim_matches('"').to_string()).filter(|boundary| !boundary.is_empty())
}

/// The fields up to the file, and the file.
fn read(body: &Bytes, boundary: &str) -> Option<Form> {
    let delimiter = format!("--{boundary}");
    let mut at = find(body, delimiter.as_bytes(), 0)? + delimiter.len();
    let mut fields = Vec::new();
    loop {
        if body[at..].starts_with(b"--") {
            // No file was sent.
            return None;
        }
        at += find(&body[at..], b"\r\n", 0)? + 2;
        let head = find(body, b"\r\n\r\n", at)?;
        let end = find(body, format!("\r\n{delimiter}").as_bytes(), head + 4 - 2)?;
        let (name, file_name, kind) = disposition(std::str::from_utf8(&body[at..head]).ok()?)?;
        let content = body.slice((head + 4).min(end)..end);
        if name.eq_ignore_ascii_case("file") {
            // Some browsers sent a whole path.
            let file_name = file_name.map(|name| name.rsplit(['/', '\\']).next().unwrap_or_default().to_string());
            return Some(Form { fields, file_name, file_type: kind, file: content });
        }
        fields.push((name, String::from_utf8(content.to_vec()).ok()?));
        if fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MOST_FIELDS {
            return None;
        }
        at = end + 2 + delimiter.len();
    }
}

/// Name, file name and media type of a part.
fn disposition(head: &str) -> Option<(String, Option<String>, Option<String>)> {
    let line = |name: &str| {
        let lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(own, _)| own.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let disposition = line("content-disposition")?;
    let parameter = |wanted: &str| {
        let at = disposition.split(';').skip(1).find_map(|part| {
            let (name, value) = part.trim().split_once('=')?;
            name.eq_ignore_ascii_case(wanted).then_some(value)
        })?;
        Some(at.trim_matches('"').to_string())
    };
    Some((parameter("name")?, parameter("filename"), line("content-type").map(str::to_string)))
}

fn find(text: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let found = text.get(from..)?.windows(wanted.len()).position(|window| window == wanted)?;
    Some(from + found)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn form(fields: &[(&str, &str)], file: &str) -> Form {
        let mut body = String::new();
        for (name, value) in fields {
            body += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        body += "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\x\\a.txt\"\r\n";
        body += &format!("Content-Type: text/plain\r\n\r\n{file}\r\n--b--\r\n");
        read(&Bytes::from(body), "b").unwrap()
    }

    #[test]
    fn a_form_is_its_fields_and_its_file() {
        let form = form(&[("key", "a"), ("empty", ""), ("Policy", "x\r\ny")], "two\r\nlines\r\n");
        assert_eq!(
            (form.value("KEY"), form.value("empty"), form.value("policy")),
            (Some("a"), Some(""), Some("x\r\ny"))
        );
        assert_eq!(
            (form.file_name.as_deref(), form.file_type.as_deref(), form.file.as_ref()),
            (Some("a.txt"), Some("text/plain"), &b"two\r\nlines\r\n"[..])
        );
        for broken in [
            "",
            "--b",
            "--b--\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nx\r\n--b--\r\n",
            "--b\r\n\r\n\r\n--b--",
        ] {
            assert!(read(&Bytes::from(broken), "b").is_none(), "{broken:?}");
        }
        assert_eq!(boundary("multipart/form-data; charset=x; boundary=\"a b\"").as_deref(), Some("a b"));
        assert_eq!(boundary("application/x-www-form-urlencoded"), None);
    }

    /// The code and the message that a policy with `conditions` has for a form of three bytes.
    fn judged(conditions: &str) -> String {
        let form = form(&[("key", "user/1"), ("Content-Type", "image/png")], "abc");
        let policy = format!("{{\"expiration\": \"2026-01-01T10:00:00Z\", \"conditions\": {conditions}}}");
        let policy = BASE64_STANDARD.encode(policy);
        let judged = is_met(&policy, &form, "b", "user/1", datetime!(2026-01-01 09:00 UTC));
        judged.err().map_or(String::new(), |error| format!("{}: {}", error.code, error.message))
    }

    #[test]
    fn a_form_is_what_its_policy_allows() {
        let all =
            "{\"bucket\": \"b\"}, [\"starts-with\", \"$key\", \"user/\"], [\"eq\", \"$content-type\", \"image/png\"]";
        assert_eq!(judged(&format!("[{all}]")), "");
        assert_eq!(judged(&format!("[{all}, [\"content-length-range\", 0, 3]]")), "");
        for (conditions, refusal) in [
            (format!("[{all}, [\"content-length-range\", 4, 9]]"), "EntityTooSmall: "),
            (format!("[{all}, [\"content-length-range\", 0, 2]]"), "EntityTooLarge: "),
            (
                format!("[{all}, {{\"acl\": \"private\"}}]"),
                "AccessDenied: Invalid according to Policy: Policy Condition failed: [\"eq\", \"$acl\", \"private\"]",
            ),
            (
                format!("[{all}, [\"eq\", \"$key\", \"user/2\"]]"),
                "AccessDenied: Invalid according to Policy: Policy Condition failed: [\"eq\", \"$key\", \"user/2\"]",
            ),
            (
                format!("[{all}, [\"eq\", \"key\", \"user/1\"]]"),
                "AccessDenied: Invalid according to Policy: Policy Condition failed",
            ),
            (format!("[{all}, [\"ends-with\", \"$key\", \"1\"]]"), "InvalidPolicyDocument: "),
            (
                format!("[{all}, {{\"a\": \"b\", \"c\": \"d\"}}]"),
                "InvalidPolicyDocument: Invalid Policy: Invalid Simple-Condition",
            ),
            (
                "[{\"bucket\": \"b\"}, [\"starts-with\", \"$key\", \"\"]]".to_string(),
                "AccessDenied: Invalid according to Policy: Extra input fields: content-type",
            ),
            ("{}".to_string(), "InvalidPolicyDocument: "),
        ] {
            assert!(judged(&conditions).starts_with(refusal), "{conditions}: {}", judged(&conditions));
        }
    }

    #[test]
    fn a_policy_ends() {
        let form = form(&[("key", "a")], "");
        let at = |expiration: &str| {
            let policy = BASE64_STANDARD
                .encode(format!("{{\"expiration\": \"{expiration}\", \"conditions\": [{{\"key\": \"a\"}}]}}"));
            is_met(&policy, &form, "b", "a", datetime!(2026-01-01 09:00 UTC)).err().map(|error| error.message)
        };
        assert_eq!(at("2026-01-01T09:00:00.000Z"), None);
        assert_eq!(at("2026-01-01T08:59:59Z").as_deref(), Some("Invalid according to Policy: Policy expired."));
        assert!(at("tomorrow").unwrap().starts_with("Invalid Policy: Invalid 'expiration'"));
    }
}
