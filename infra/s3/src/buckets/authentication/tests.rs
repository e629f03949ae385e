//! Signatures that hold, and what is said of those that do not.

use local::signature::{SignableRequest, presign, sign};
use time::macros::datetime;

use super::*;

const HOST: &str = "127.0.0.1:4003";

struct Ground {
    identities: Identities,
    clock: Clock,
}

impl Ground {
    fn new() -> Ground {
        let clock = Clock::frozen(datetime!(2026-01-01 09:30 UTC));
        Ground { identities: Identities::new(local::iam::draw_credentials(&clock), &[], None), clock }
    }

    fn request(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::builder().method(method).uri(target).header("host", HOST);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn signed(&self, credentials: &Credentials, method: &str, target: &str, body: &str, off: Duration) -> Parts {
        let request = SignableRequest { method, target, host: HOST, body: body.as_bytes() };
        let added = sign(credentials, "s3", request, self.clock.now() + off);
        let headers: Vec<_> = added.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.request(method, target, &headers)
    }

    fn presigned(&self, method: &str, target: &str, seconds: u32, off: Duration) -> String {
        let request = SignableRequest { method, target, host: HOST, body: b"" };
        presign(self.identities.learner(), "s3", request, seconds, self.clock.now() + off)
    }

    fn judge(&self, parts: &Parts, body: &str) -> Result<Option<String>, ErrorDocument> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        authenticate(parts, body, &self.identities, &self.clock).map(|authenticated| authenticated.access_key)
    }

    #[track_caller]
    fn refuses(&self, parts: &Parts, code: &str, message: &str) -> ErrorDocument {
        let error = self.judge(parts, "").unwrap_err();
        assert!(error.code == code && error.message.contains(message), "{error:?}");
        error
    }
}

#[test]
fn a_signer_is_known_in_a_header_and_in_a_query() {
    let ground = Ground::new();
    let learner = ground.identities.learner().clone();
    for target in ["/b/k", "/b/a%2Bb%20c/%ED%95%9C?list-type=2&prefix=a%2Fb&x", "/b//k"] {
        let parts = ground.signed(&learner, "PUT", target, "body", Duration::ZERO);
        assert_eq!(ground.judge(&parts, "body").unwrap(), Some(learner.access_key_id.clone()), "{target}");
        let error = ground.judge(&parts, "another").unwrap_err();
        assert_eq!(error.code, "XAmzContentSHA256Mismatch");
        let presigned = ground.presigned("GET", target, 60, Duration::ZERO);
        let parts = ground.request("GET", &presigned, &[]);
        assert_eq!(ground.judge(&parts, "").unwrap(), Some(learner.access_key_id.clone()), "{target}");
    }
    assert_eq!(ground.judge(&ground.request("GET", "/b/k", &[]), "").unwrap(), None);
}

#[test]
fn a_signature_over_something_else_shows_what_was_hashed() {
    let ground = Ground::new();
    let presigned = ground.presigned("GET", "/b/k", 60, Duration::ZERO);
    let error = ground.refuses(&ground.request("PUT", &presigned, &[]), "SignatureDoesNotMatch", "does not match");
    let names: Vec<_> = error.details.iter().map(|(name, _)| *name).collect();
    let expected = [
        "AWSAccessKeyId",
        "StringToSign",
        "SignatureProvided",
        "StringToSignBytes",
        "CanonicalRequest",
        "CanonicalRequestBytes",
    ];
    assert_eq!(names, expected);
    assert!(
        error.details[1].1.starts_with("AWS4-HMAC-SHA256\n20260101T093000Z\n20260101/ap-northeast-2/s3/aws4_request\n")
    );
    assert!(error.details[4].1.starts_with("PUT\n/b/k\nX-Amz-Algorithm=AWS4-HMAC-SHA256&"), "{}", error.details[4].1);
    assert!(error.details[3].1.starts_with("41 57 53 34 2d"));
}

#[test]
fn a_url_is_good_for_its_time() {
    let ground = Ground::new();
    let late = ground.request("GET", &ground.presigned("GET", "/b/k", 60, -Duration::seconds(61)), &[]);
    let error = ground.refuses(&late, "AccessDenied", "Request has expired");
    let details: Vec<_> = error.details.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let expected =
        [("X-Amz-Expires", "60"), ("Expires", "2026-01-01T09:29:59Z"), ("ServerTime", "2026-01-01T09:30:00Z")];
    assert_eq!(details, expected);
    assert!(
        ground
            .judge(&ground.request("GET", &ground.presigned("GET", "/b/k", 60, -Duration::seconds(60)), &[]), "")
            .is_ok()
    );
    let early = ground.request("GET", &ground.presigned("GET", "/b/k", 60, Duration::minutes(16)), &[]);
    ground.refuses(&early, "AccessDenied", "not yet valid");
}

#[test]
fn parameters_of_a_presigned_url_are_judged_one_by_one() {
    let ground = Ground::new();
    let url = ground.presigned("GET", "/b/k", 60, Duration::ZERO);
    let (wrong, malformed) =
        ("AuthorizationQueryParametersError", "expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"");
    for (from, to, message) in [
        ("X-Amz-Expires=60", "X-Amz-Expires=604801", "less than a week (in seconds) that is: 604800"),
        ("X-Amz-Expires=60", "X-Amz-Expires=-7", "must be non-negative"),
        ("X-Amz-Expires=60", "X-Amz-Expires=soon", "should be a number"),
        ("X-Amz-Expires=60", "x=y", "requires the X-Amz-Algorithm, X-Amz-Credential"),
        ("X-Amz-Signature=", "Signaturex=", "requires the X-Amz-Algorithm, X-Amz-Credential"),
        ("=AWS4-HMAC-SHA256", "=AWS4-HMAC-SHA1", "only supports"),
        ("20260101%2Fap", "20260101%2F%2Fap", malformed),
        (
            "20260101%2Fap-northeast-2",
            "20260101%2Fus-east-1",
            "the region 'us-east-1' is wrong; expecting 'ap-northeast-2'",
        ),
        ("%2Fs3%2F", "%2Fsqs%2F", "incorrect service \"sqs\""),
        ("X-Amz-Date=2026", "X-Amz-Date=x2026", "ISO8601 Long Format"),
    ] {
        assert!(url.contains(from), "{from} in {url}");
        ground.refuses(&ground.request("GET", &url.replace(from, to), &[]), wrong, message);
    }
}

#[test]
fn a_header_is_judged_part_by_part() {
    let ground = Ground::new();
    let learner = ground.identities.learner().clone();
    let with = |change: &dyn Fn(String) -> String| {
        let mut parts = ground.signed(&learner, "GET", "/b/k", "", Duration::ZERO);
        let value = parts.headers["authorization"].to_str().unwrap().to_string();
        parts.headers.insert("authorization", change(value).parse().unwrap());
        parts
    };
    let malformed = "AuthorizationHeaderMalformed";
    ground.refuses(&with(&|it| it.replace(", Signature=", ", x=")), malformed, "requires three components");
    ground.refuses(&with(&|it| it.replace("/s3/", "/")), malformed, "expecting \"<YOUR-AKID>");
    ground.refuses(
        &with(&|it| it.replace("ap-northeast-2", "us-east-1")),
        malformed,
        "the region 'us-east-1' is wrong",
    );
    ground.refuses(&with(&|_| "Bearer x".into()), "InvalidArgument", "Unsupported Authorization Type");
    ground.refuses(&with(&|_| "AWS a:b".into()), "InvalidRequest", "Please use AWS4-HMAC-SHA256");
    ground.refuses(
        &with(&|it| it.replace(&learner.access_key_id, "AKIANOBODY")),
        "InvalidAccessKeyId",
        "does not exist",
    );
    let late = ground.signed(&learner, "GET", "/b/k", "", -Duration::minutes(16));
    let error = ground.refuses(&late, "RequestTimeTooSkewed", "is too large");
    assert_eq!(error.details[2], ("MaxAllowedSkewMilliseconds", "900000".to_string()));
    let mut parts = ground.signed(&learner, "GET", "/b/k", "", Duration::ZERO);
    parts.headers.remove("x-amz-content-sha256");
    ground.refuses(&parts, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
    let mut parts = ground.signed(&learner, "GET", "/b/k", "", Duration::ZERO);
    parts.headers.remove("x-amz-date");
    ground.refuses(&parts, "AccessDenied", "requires a valid Date or x-amz-date header");
}

#[test]
fn a_call_is_signed_in_one_way_and_as_a_whole() {
    let ground = Ground::new();
    let url = ground.presigned("PUT", "/b/k", 60, Duration::ZERO);
    let twice = ground.request("PUT", &url, &[("authorization", "Bearer x")]);
    ground.refuses(&twice, "InvalidArgument", "Only one auth mechanism allowed");
    let old = ground.request("GET", "/b/k?AWSAccessKeyId=a&Signature=b&Expires=1", &[]);
    ground.refuses(&old, "InvalidRequest", "Please use AWS4-HMAC-SHA256");
    let copies = ground.request("PUT", &url, &[("x-amz-copy-source", "/b/x"), ("x-amz-acl", "public-read")]);
    let error =
        ground.refuses(&copies, "AccessDenied", "There were headers present in the request which were not signed");
    assert_eq!(error.details, [("HeadersNotSigned", "x-amz-acl, x-amz-copy-source".to_string())]);
    // What is nobody's business but the transport's, and what does not begin so, may come unsigned.
    let hash = ("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    let more = ground.request("PUT", &url, &[("content-type", "text/html"), ("x-amzn-trace-id", "1"), hash]);
    assert!(ground.judge(&more, "any body").is_ok());
}

#[test]
fn temporary_credentials_are_believed_with_their_token_only() {
    let ground = Ground::new();
    let issued = ground.identities.issue("hello", &ground.clock);
    let token = issued.session_token.clone();
    let parts = ground.signed(&issued, "GET", "/b/k", "", Duration::ZERO);
    assert_eq!(ground.judge(&parts, "").unwrap(), Some(issued.access_key_id.clone()));
    for other in [None, Some("other".to_string())] {
        let credentials = Credentials { session_token: other, ..issued.clone() };
        let parts = ground.signed(&credentials, "GET", "/b/k", "", Duration::ZERO);
        ground.refuses(&parts, "InvalidToken", "malformed or otherwise invalid");
    }
    let learner = Credentials { session_token: token, ..ground.identities.learner().clone() };
    ground.refuses(&ground.signed(&learner, "GET", "/b/k", "", Duration::ZERO), "InvalidToken", "malformed");
}

#[test]
fn a_url_holds_headers_that_it_signs() {
    let ground = Ground::new();
    let url = ground.presigned("PUT", "/b/k?x-amz-acl=bucket-owner%20full", 60, Duration::ZERO);
    let url = url.replace("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=host%3Bx-amz-acl");
    let canonical = |headers: &[(&str, &str)]| {
        let parts = ground.request("PUT", &url, headers);
        of_query(&parts, &ground.clock).unwrap().canonical(&parts, "/b/k")
    };
    assert!(canonical(&[]).contains("\nx-amz-acl:bucket-owner full\n"));
    assert!(canonical(&[("x-amz-acl", "private")]).contains("\nx-amz-acl:private\n"));
}
