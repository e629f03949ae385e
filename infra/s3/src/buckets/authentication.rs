//! Who signed a call of S3, beyond what `s3s` verifies. A call is signed once, and with Version 4; its signature covers every header
//! that tells S3 what to do; temporary credentials come with their session token.
//!
//! `s3s` alone knows which of a call's signatures it has verified, in a header, a query or a form. So what else the call says is
//! kept ([`Presented`]), and checked when the key is known.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode, header};
use s3s::{S3Result, s3_error};

use super::documents::ErrorDocument;
use local::signature::{self, Credentials};

/// How much of a form is searched for its fields, in bytes: all of them but the file are 20 KB at most.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>
const FIELDS: usize = 20 * 1024;

/// The key that a call was verified to be signed with. It stands in the extensions of the call's answer.
#[derive(Debug, Clone)]
pub(crate) struct VerifiedKey(pub(crate) String);

/// What a call says besides its signature.
#[derive(Debug, Clone, Default)]
pub(super) struct Presented {
    session_token: Option<String>,
    /// The beginning of a form.
    fields: Bytes,
    /// Filled in when the signature has been verified.
    key: Arc<OnceLock<String>>,
}

impl Presented {
    pub(super) fn of(parts: &Parts, body: &Bytes) -> Presented {
        let media_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_form = parts.method == Method::POST
            && media_type
                .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("multipart/form-data"));
        let fields = if is_form { body.slice(..body.len().min(FIELDS)) } else { Bytes::new() };
        Presented { session_token: signature::session_token(parts), fields, key: Arc::default() }
    }

    /// Notes that the call is signed with `key`, whose secret is known, and asks for the token that belongs to it.
    pub(super) fn verified(&self, key: &str, known: Option<&Credentials>) -> S3Result<()> {
        // A call is verified once.
        let _ = self.key.set(key.to_string());
        let proves = match known.and_then(|known| known.session_token.as_ref()) {
            None => self.session_token.is_none(),
            // A token is a secret: a caller that can put it into a form has it.
            Some(token) => {
                self.session_token.as_ref() == Some(token)
                    || self.fields.windows(token.len()).any(|text| text == token.as_bytes())
            }
        };
        match proves {
            true => Ok(()),
            false => Err(s3_error!(InvalidToken, "The provided token is malformed or otherwise invalid.")),
        }
    }

    pub(super) fn key(&self) -> Option<VerifiedKey> {
        self.key.get().cloned().map(VerifiedKey)
    }
}

/// Refuses a call that is signed twice, because its signatures could be two callers', and one that is signed as S3 no longer takes it.
pub(super) fn one_mechanism(parts: &Parts) -> Result<(), ErrorDocument> {
    let bad_request = |code: &str, message: &str| ErrorDocument::new(StatusCode::BAD_REQUEST, code, message);
    let query = parts.uri.query().unwrap_or_default();
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    let names: Vec<_> = names.map(|name| percent_encoding::percent_decode_str(name).decode_utf8_lossy()).collect();
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_ref()));
    let authorization = parts.headers.get(header::AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let presigned = has(&["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "Signature", "AWSAccessKeyId"]);
    match &authorization {
        Some(value) if presigned => Err(bad_request(
            "InvalidArgument",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter \
             or the Authorization header should be specified",
        )
        .with("ArgumentName", "Authorization")
        .with("ArgumentValue", value.as_ref())),
        value if has(&["Signature", "AWSAccessKeyId"]) || value.as_ref().is_some_and(|it| it.starts_with("AWS ")) => {
            Err(bad_request(
                "InvalidRequest",
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            ))
        }
        _ => Ok(()),
    }
}

/// Refuses a signed call with `x-amz-*` headers that its signature does not cover: the holder of a presigned URL to put one object could
/// otherwise copy another one there, or say who may read it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>
pub(super) fn all_signed(parts: &Parts) -> Result<(), ErrorDocument> {
    let query = parts.uri.query().unwrap_or_default().split('&');
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut pairs = query.filter_map(|pair| pair.split_once('=')).map(|(name, value)| (decoded(name), decoded(value)));
    let in_query = pairs.find(|(name, _)| name == "X-Amz-SignedHeaders").map(|(_, value)| value);
    let in_header = || {
        let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        Some(value.split("SignedHeaders=").nth(1)?.split(',').next()?.trim().to_string())
    };
    let Some(signed) = in_query.or_else(in_header) else { return Ok(()) };
    let is_signed = |name: &str| signed.split(';').any(|signed| signed.eq_ignore_ascii_case(name));
    let names = parts.headers.keys().map(header::HeaderName::as_str);
    let mut unsigned: Vec<&str> = names.filter(|name| name.starts_with("x-amz-") && !is_signed(name)).collect();
    unsigned.sort_unstable();
    if unsigned.is_empty() {
        return Ok(());
    }
    let message = "There were headers present in the request which were not signed";
    let error = ErrorDocument::new(StatusCode::FORBIDDEN, "AccessDenied", message);
    Err(error.with("HeadersNotSigned", unsigned.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(method: &str, target: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn temporary() -> Credentials {
        let text = str::to_string;
        Credentials { access_key_id: text("ASIA"), secret_access_key: text("s"), session_token: Some(text("token")) }
    }

    #[test]
    fn a_call_is_signed_in_one_way() {
        let bearer = [("authorization", "Bearer x")];
        let twice = one_mechanism(&parts("GET", "/b/k?X%2DAmz-Signature=0", &bearer)).unwrap_err();
        assert_eq!((twice.status.as_u16(), twice.code.as_str()), (400, "InvalidArgument"));
        for (target, headers) in
            [("/b/k?AWSAccessKeyId=a&Signature=b&Expires=1", &[][..]), ("/b/k", &[("authorization", "AWS a:b")][..])]
        {
            assert_eq!(one_mechanism(&parts("GET", target, headers)).unwrap_err().code, "InvalidRequest", "{target}");
        }
        let header = [("authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/s3/aws4_request")];
        for (target, headers) in [("/b/k", &[][..]), ("/b/k?list-type=2", &header), ("/b/k?X-Amz-Signature=0", &[])] {
            assert!(one_mechanism(&parts("GET", target, headers)).is_ok(), "{target}");
        }
    }

    #[test]
    fn what_tells_s3_what_to_do_is_signed() {
        let copies = ("x-amz-copy-source", "/closed/secret");
        let signing = |names: &str| {
            format!("AWS4-HMAC-SHA256 Credential=a/b/c/s3/aws4_request, SignedHeaders={names}, Signature=0")
        };
        let (host, all) = (signing("host"), signing("host;x-amz-copy-source;x-amz-date"));
        for (refused, target, headers) in [
            (Some("x-amz-copy-source"), "/b/k?X-Amz-SignedHeaders=host", &[copies][..]),
            (None, "/b/k?X-Amz-SignedHeaders=host%3Bx-amz-copy-source", &[copies]),
            (
                Some("x-amz-acl, x-amz-copy-source"),
                "/b/k?X-Amz-SignedHeaders=host",
                &[copies, ("x-amz-acl", "public-read")],
            ),
            (Some("x-amz-copy-source"), "/b/k", &[copies, ("authorization", &host)]),
            (None, "/b/k", &[copies, ("x-amz-date", "20260101T000000Z"), ("authorization", &all)]),
            (None, "/b/k?X-Amz-SignedHeaders=host", &[("content-type", "text/html"), ("x-amzn-trace-id", "1")]),
            // A caller that signs nothing is anybody: the bucket's policy decides.
            (None, "/b/k", &[copies]),
        ] {
            let judged = all_signed(&parts("PUT", target, headers));
            let named = judged.as_ref().err().map(|error| error.details[0].1.as_str());
            assert_eq!(named, refused, "{target} {headers:?}");
        }
    }

    #[test]
    fn temporary_credentials_are_believed_with_their_token_only_wherever_it_stands() {
        let form = [("content-type", "multipart/form-data; boundary=x")];
        let body = "--x\r\nContent-Disposition: form-data; name=\"x-amz-security-token\"\r\n\r\ntoken\r\n";
        for (believed, parts, body) in [
            (true, parts("GET", "/b/k", &[("x-amz-security-token", "token")]), ""),
            (true, parts("GET", "/b/k?X-Amz-Security-Token=token", &[]), ""),
            (true, parts("POST", "/b", &form), body),
            (false, parts("GET", "/b/k", &[]), ""),
            (false, parts("GET", "/b/k", &[("x-amz-security-token", "other")]), ""),
            (false, parts("PUT", "/b/k", &form), body),
            (false, parts("POST", "/b", &form), "--x--"),
        ] {
            let presented = Presented::of(&parts, &Bytes::from_static(body.as_bytes()));
            assert_eq!(presented.verified("ASIA", Some(&temporary())).is_ok(), believed, "{parts:?}");
            assert_eq!(presented.key().unwrap().0, "ASIA");
        }
        let permanent = Credentials { session_token: None, ..temporary() };
        let with_token = parts("GET", "/b/k", &[("x-amz-security-token", "token")]);
        assert!(Presented::of(&with_token, &Bytes::new()).verified("AKIA", Some(&permanent)).is_err());
        assert!(Presented::default().verified("AKIA", Some(&permanent)).is_ok());
    }
}
