//! AWS's own example, and what is refused in which words.

use http::Request;
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-11-28 12:00:00 UTC);
const BODY: &[u8] = b"{\"TableName\":\"board\"}";

fn credentials() -> Credentials {
    Credentials {
        access_key_id: "AKIAEXAMPLE".to_string(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_string(),
        session_token: None,
    }
}

fn signed(credentials: &Credentials, at: OffsetDateTime, target: &str) -> Parts {
    let unsigned = SignableRequest { method: "POST", target, host: "127.0.0.1:4003", body: BODY };
    let mut request = Request::post(target).header("host", "127.0.0.1:4003").header("x-other", "1");
    for (name, value) in sign(credentials, "dynamodb", unsigned, at) {
        request = request.header(name, value);
    }
    request.body(()).unwrap().into_parts().0
}

fn verified(parts: &Parts, body: &[u8]) -> Result<(), String> {
    verified_key(parts, body).map(drop)
}

fn verified_key(parts: &Parts, body: &[u8]) -> Result<String, String> {
    let scope = CredentialScope { service: "dynamodb", region: Some(REGION), patience: Duration::minutes(5) };
    let find = |key: &str| (key == "AKIAEXAMPLE").then(credentials);
    verify(parts, body, scope, NOW, find).map_err(|error| error.to_string())
}

/// From "Create a signed AWS API request" in the IAM user guide: its key for a day, a region and a service.
#[test]
fn the_signing_key_is_the_one_of_awss_example() {
    let key = signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830/us-east-1/iam/aws4_request");
    assert_eq!(hex(&key), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

#[test]
fn what_was_signed_is_believed_and_nothing_else() {
    let own = signed(&credentials(), NOW, "/2015-03-31/functions/a%3Ab/x?z=1&a=b%20c");
    assert_eq!(verified(&own, BODY), Ok(()));
    assert_eq!(verified(&own, b"{}"), Err(NO_MATCH.to_string()), "another body");
    for (name, value) in [("host", "evil.example"), ("x-amz-date", "20261128T120001Z")] {
        let mut other = signed(&credentials(), NOW, "/");
        other.headers.insert(name, value.parse().unwrap());
        assert_eq!(verified(&other, BODY), Err(NO_MATCH.to_string()), "another {name}");
    }
    let mut other = signed(&credentials(), NOW, "/");
    other.uri = "/?a=1".parse().unwrap();
    assert_eq!(verified(&other, BODY), Err(NO_MATCH.to_string()), "another query");
    let mut other = signed(&credentials(), NOW, "/");
    other.headers.insert("x-other", "2".parse().unwrap());
    assert_eq!(verified(&other, BODY), Ok(()), "what is not signed may change");
    let wrong = Credentials { secret_access_key: "wrong".to_string(), ..credentials() };
    assert_eq!(verified(&signed(&wrong, NOW, "/"), BODY), Err(NO_MATCH.to_string()));
}

/// A caller once added the learner's key beside its own, which had signed: the caller is the one whose secret signed.
#[test]
fn a_second_key_beside_the_one_that_signed_says_nothing() {
    let own = signed(&credentials(), NOW, "/");
    let header = own.headers["authorization"].to_str().unwrap().to_string();
    for decoy in ["XCredential=AKIAOTHER/x/r/s/t, Credential=", "a=Credential=AKIAOTHER/x/r/s/t, Credential="] {
        let mut other = signed(&credentials(), NOW, "/");
        other.headers.insert("authorization", header.replacen("Credential=", decoy, 1).parse().unwrap());
        assert_eq!(claimed_credential(&other).unwrap().split('/').next(), Some("AKIAEXAMPLE"), "{decoy}");
        assert_eq!(verified_key(&other, BODY).as_deref(), Ok("AKIAEXAMPLE"), "{decoy}");
    }
    let mut twice = signed(&credentials(), NOW, "/");
    let both = header.replacen(
        "Credential=",
        "Credential=AKIAOTHER/20261128/ap-northeast-2/dynamodb/aws4_request, Credential=",
        1,
    );
    twice.headers.insert("authorization", both.parse().unwrap());
    assert!(verified(&twice, BODY).unwrap_err().starts_with("Authorization header requires 'Credential' parameter."));
}

#[test]
fn unknown_keys_and_foreign_tokens_are_refused_alike() {
    let refused = "The security token included in the request is invalid.";
    let unknown = Credentials { access_key_id: "AKIAOTHER".to_string(), ..credentials() };
    assert_eq!(verified(&signed(&unknown, NOW, "/"), BODY), Err(refused.to_string()));
    let token = Credentials { session_token: Some("x".to_string()), ..credentials() };
    assert_eq!(verified(&signed(&token, NOW, "/"), BODY), Err(refused.to_string()));
}

#[test]
fn a_signature_is_good_for_minutes() {
    let expired = verified(&signed(&credentials(), NOW - Duration::minutes(6), "/"), BODY).unwrap_err();
    assert_eq!(
        expired,
        "Signature expired: 20261128T115400Z is now earlier than 20261128T115500Z (20261128T120000Z - 5 min.)"
    );
    let early = verified(&signed(&credentials(), NOW + Duration::minutes(6), "/"), BODY).unwrap_err();
    assert_eq!(
        early,
        "Signature not yet current: 20261128T120600Z is still later than 20261128T120500Z (20261128T120000Z + 5 min.)"
    );
    assert_eq!(verified(&signed(&credentials(), NOW - Duration::minutes(4), "/"), BODY), Ok(()));
}

#[test]
fn what_is_missing_is_named() {
    let check = |headers: &[(&str, &str)], uri: &str, expected: &str| {
        let mut request = Request::post(uri).header("host", "127.0.0.1");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let refused = verified(&request.body(()).unwrap().into_parts().0, BODY).unwrap_err();
        assert!(refused.starts_with(expected), "{refused}");
    };
    let date = ("x-amz-date", "20261128T120000Z");
    let authorized = |text: &'static str| ("authorization", text);
    check(&[], "/", "Request is missing Authentication Token");
    check(&[authorized("Bearer abc")], "/", "Request is missing Authentication Token");
    // A line break or a blank in a key or a secret is met as this.
    let broken = "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '";
    check(&[authorized("AWS4-HMAC-SHA256 x"), date], "/", broken);
    let without = "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. (Hashed with \
                   SHA-256 and encoded with Base64) Authorization=";
    check(&[authorized("AWS4-HMAC-SHA256 Credential=x"), date], "/", without);
    let whole = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261128/ap-northeast-2/dynamodb/aws4_request, SignedHeaders=host, Signature=00";
    check(
        &[authorized(whole)],
        "/",
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
    check(&[authorized(whole), date], "/", NO_MATCH);
    check(&[authorized(whole), date], "/?X-Amz-Algorithm=x", "Found both 'X-Amz-Algorithm'");
    check(&[], "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", "AWS query-string parameters must include 'X-Amz-Credential'. ");
    let short = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/x, SignedHeaders=host, Signature=00";
    check(&[authorized(short), date], "/", "Credential must have exactly 5 slash-delimited elements");
    let elsewhere =
        "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00";
    check(
        &[authorized(elsewhere), date],
        "/",
        "Credential should be scoped to a valid region, not 'us-east-1'. Credential should be scoped to correct service: \
         'dynamodb'. Date in Credential scope does not match",
    );
    let hostless = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261128/ap-northeast-2/dynamodb/aws4_request, SignedHeaders=x-amz-date, Signature=00";
    check(&[authorized(hostless), date], "/", "'Host' or ':authority' must be a 'SignedHeader'");
}

#[test]
fn a_query_is_sorted_and_encoded_byte_by_byte() {
    assert_eq!(canonical_query("b=%ff&a=%2f+&&A"), "A=&a=%2F%2B&b=%FF");
}
