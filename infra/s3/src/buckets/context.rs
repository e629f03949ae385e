//! The condition keys of a call of S3, beside those of every call.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>

use http::{HeaderMap, Uri, header};
use percent_encoding::percent_decode_str;

use local::clock::Clock;
use local::iam::request_context;
use local::service::CallContext;

/// Headers that are condition keys, too. A presigned URL has them in its query.
const HEADERS: [(&str, &str); 17] = [
    ("s3:if-match", "if-match"),
    ("s3:if-none-match", "if-none-match"),
    ("s3:x-amz-acl", "x-amz-acl"),
    ("s3:x-amz-content-sha256", "x-amz-content-sha256"),
    ("s3:x-amz-copy-source", "x-amz-copy-source"),
    ("s3:x-amz-grant-full-control", "x-amz-grant-full-control"),
    ("s3:x-amz-grant-read", "x-amz-grant-read"),
    ("s3:x-amz-grant-read-acp", "x-amz-grant-read-acp"),
    ("s3:x-amz-grant-write", "x-amz-grant-write"),
    ("s3:x-amz-grant-write-acp", "x-amz-grant-write-acp"),
    ("s3:x-amz-metadata-directive", "x-amz-metadata-directive"),
    ("s3:x-amz-server-side-encryption", "x-amz-server-side-encryption"),
    ("s3:x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-aws-kms-key-id"),
    ("s3:x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-customer-algorithm"),
    ("s3:x-amz-storage-class", "x-amz-storage-class"),
    ("s3:x-amz-website-redirect-location", "x-amz-website-redirect-location"),
    ("s3:versionid", "versionId"),
];
/// How many keys a list has at most, unless the call says it. The key is there in every list.
const MAX_KEYS: &str = "1000";

/// What holds of every call with these headers and this address.
pub(super) fn of_call(clock: &Clock, headers: &HeaderMap, uri: &Uri) -> CallContext {
    let mut keys = request_context(clock, headers);
    keys.push(("s3:ResourceAccount", stack::ACCOUNT.to_string()));
    let in_header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_string);
    for (key, name) in HEADERS {
        keys.extend(in_header(name).or_else(|| in_query(uri, name)).map(|value| (key, value)));
    }
    let signed = match (headers.contains_key(header::AUTHORIZATION), in_query(uri, "X-Amz-Signature")) {
        (true, _) => Some("REST-HEADER"),
        (false, Some(_)) => Some("REST-QUERY-STRING"),
        (false, None) => None,
    };
    if let Some(signed) = signed {
        keys.extend([("s3:authType", signed.to_string()), ("s3:signatureversion", "AWS4-HMAC-SHA256".to_string())]);
    }
    CallContext { keys, unknown_keys: Vec::new() }
}

/// As [`of_call`], of a call that lists a bucket.
pub(super) fn of_list(clock: &Clock, headers: &HeaderMap, uri: &Uri) -> CallContext {
    let mut context = of_call(clock, headers, uri);
    for (key, name) in [("s3:prefix", "prefix"), ("s3:delimiter", "delimiter")] {
        context.keys.extend(in_query(uri, name).map(|value| (key, value)));
    }
    let max_keys = in_query(uri, "max-keys").unwrap_or_else(|| MAX_KEYS.to_string());
    context.keys.push(("s3:max-keys", max_keys));
    context
}

/// As [`of_call`], of a form: what it says stands in its fields.
pub(super) fn of_form(clock: &Clock, headers: &HeaderMap, uri: &Uri) -> CallContext {
    let mut context = of_call(clock, headers, uri);
    context.keys.retain(|(key, _)| !key.starts_with("s3:x-amz-"));
    context.keys.extend([("s3:authType", "POST".to_string()), ("s3:signatureversion", "AWS4-HMAC-SHA256".to_string())]);
    context.unknown_keys = HEADERS.iter().map(|(key, _)| *key).filter(|key| key.starts_with("s3:x-amz-")).collect();
    context
}

/// The value of a query parameter, decoded.
fn in_query(uri: &Uri, name: &str) -> Option<String> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = uri.query()?.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut pairs = pairs.map(|(name, value)| (decoded(name), decoded(value)));
    pairs.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(context: &CallContext, key: &str, expected: Option<&str>) {
        let found = context.keys.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str());
        assert_eq!(found, expected, "{key}");
    }

    #[test]
    fn a_list_has_what_it_is_limited_to() {
        let list = |uri: &str| of_list(&Clock::real(), &HeaderMap::new(), &uri.parse().unwrap());
        let context = list("/b?list-type=2&prefix=home%2Fa+b&delimiter=/&max-keys=2");
        check(&context, "s3:prefix", Some("home/a b"));
        check(&context, "s3:delimiter", Some("/"));
        check(&context, "s3:max-keys", Some("2"));
        check(&list("/b?prefix="), "s3:prefix", Some(""));
        check(&list("/b?list-type=2"), "s3:prefix", None);
        check(&list("/b?list-type=2"), "s3:max-keys", Some("1000"));
    }

    #[test]
    fn a_call_has_its_headers_wherever_they_are_signed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-acl", "private".parse().unwrap());
        headers.insert("authorization", "AWS4-HMAC-SHA256 …".parse().unwrap());
        headers.insert("user-agent", "curl".parse().unwrap());
        let call = of_call(&Clock::real(), &headers, &"/b/k".parse().unwrap());
        check(&call, "s3:x-amz-acl", Some("private"));
        check(&call, "s3:authType", Some("REST-HEADER"));
        check(&call, "aws:UserAgent", Some("curl"));
        check(&call, "s3:prefix", None);
        let presigned = "/b/k?X-Amz-Acl=public-read&X-Amz-Signature=0&versionId=v".parse().unwrap();
        let call = of_call(&Clock::real(), &HeaderMap::new(), &presigned);
        check(&call, "s3:x-amz-acl", Some("public-read"));
        check(&call, "s3:authType", Some("REST-QUERY-STRING"));
        check(&call, "s3:versionid", Some("v"));
        let form = of_form(&Clock::real(), &headers, &"/b".parse().unwrap());
        check(&form, "s3:x-amz-acl", None);
        assert!(form.unknown_keys.contains(&"s3:x-amz-acl"));
        let plain = of_call(&Clock::real(), &HeaderMap::new(), &"/b/k".parse().unwrap());
        check(&plain, "s3:authType", None);
    }
}
