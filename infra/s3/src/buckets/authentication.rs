//! Who signed a call: Signature Version 4 as S3 takes it, in a header or in the query of a presigned URL, and what S3 says of any other.
//!
//! S3 differs from other services: the path is encoded once, the body's hash is a header (which may say that the body is unsigned, or
//! signed chunk by chunk: see `chunked`), and a refusal shows what was hashed. Forms are signed by their policy: see `form`.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html>

use std::borrow::Cow;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str};
use sha2::{Digest, Sha256};
use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use super::chunked::{self, Seed};
use super::error::ErrorDocument;
use local::clock::Clock;
use local::iam::Identities;
use local::signature::{ALGORITHM, Credentials, canonical_query, hex, keyed, same, signing_key};
use stack::REGION;

/// `20260101T093000Z`.
const TIMESTAMP: StaticFormatDescription = format_description!("[year][month][day]T[hour][minute][second]Z");
/// `2026-01-01T09:30:00Z`.
const ISO: StaticFormatDescription = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
/// For how many seconds a presigned URL is good at most: a week.
const LONGEST_EXPIRY: i64 = 604_800;
/// How far a caller's clock may be off.
const SKEW: Duration = Duration::minutes(15);
/// What a body's hash is called that nobody computed.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
/// What S3 encodes of a path: everything but slashes and the characters that RFC 3986 calls unreserved.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// What stands in the scope of every credential that is good here, as S3 writes it into its refusals.
const EXPECTED_CREDENTIAL: &str =
    "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";

/// The key that a call was signed with, in the answer's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VerifiedKey(pub(crate) String);

/// A call whose signature holds, or that has none.
#[derive(Debug)]
pub(super) struct Authenticated {
    /// Whose it is; none of a caller that signs nothing.
    pub(super) access_key: Option<String>,
    /// The body, without the frames of its chunks.
    pub(super) body: Bytes,
    /// Headers that follow the body.
    pub(super) trailers: HeaderMap,
}

/// A signature with everything that is said about it.
pub(super) struct Claim<'p> {
    pub(super) access_key: String,
    /// `20260101/ap-northeast-2/s3/aws4_request`.
    scope: String,
    /// Lower case, in their order.
    signed_headers: Vec<String>,
    signature: String,
    timestamp: String,
    token: Option<String>,
    /// Whether it stands in the URL.
    is_presigned: bool,
    /// The query that is signed.
    query: String,
    hash: Cow<'p, str>,
}

/// Finds out who made a call.
pub(super) fn authenticate(
    parts: &Parts,
    body: Bytes,
    identities: &Identities,
    clock: &Clock,
) -> Result<Authenticated, ErrorDocument> {
    let Some((claim, key)) = signed(parts, identities, clock)? else {
        let (body, trailers) = chunked::decoded(&parts.headers, body, None)?;
        return Ok(Authenticated { access_key: None, body, trailers });
    };
    if is_sha256(&claim.hash) {
        is_hash_of(&claim.hash, &body)?;
    }
    let seed = Seed { key, scope: claim.scope, timestamp: claim.timestamp, signature: claim.signature };
    let (body, trailers) = chunked::decoded(&parts.headers, body, Some(seed))?;
    Ok(Authenticated { access_key: Some(claim.access_key), body, trailers })
}

/// The claim of a call whose signature holds as far as its head goes, with the key that it was signed with; none of a caller that signs
/// nothing.
pub(super) fn signed<'p>(
    parts: &'p Parts,
    identities: &Identities,
    clock: &Clock,
) -> Result<Option<(Claim<'p>, Vec<u8>)>, ErrorDocument> {
    one_mechanism(parts)?;
    let claim = match parts.headers.get(header::AUTHORIZATION) {
        Some(value) => of_header(parts, &String::from_utf8_lossy(value.as_bytes()), clock)?,
        None if is_presigned(parts) => of_query(parts, clock)?,
        None => return Ok(None),
    };
    let credentials = credentials(identities, &claim.access_key, claim.token.as_deref())?;
    all_signed(&parts.headers, &claim)?;
    let key = signing_key(&credentials.secret_access_key, &claim.scope);
    claim.is_signed_by(&key, parts)?;
    Ok(Some((claim, key)))
}

/// The credentials of an access key, for a caller who sends the session token that belongs to it.
pub(super) fn credentials(
    identities: &Identities,
    access_key: &str,
    token: Option<&str>,
) -> Result<Credentials, ErrorDocument> {
    let unknown = || {
        let message = "The AWS Access Key Id you provided does not exist in our records.";
        ErrorDocument::forbidden("InvalidAccessKeyId", message).with("AWSAccessKeyId", access_key)
    };
    let credentials = identities.credentials(access_key).ok_or_else(unknown)?;
    if credentials.session_token.as_deref() != token {
        let message = "The provided token is malformed or otherwise invalid.";
        let error = ErrorDocument::bad_request("InvalidToken", message);
        return Err(match token {
            Some(token) => error.with("Token-0", token),
            None => error,
        });
    }
    Ok(credentials)
}

impl Claim<'_> {
    fn is_signed_by(&self, key: &[u8], parts: &Parts) -> Result<(), ErrorDocument> {
        // Clients sign the path that they send; S3 reads it decoded, and encodes it in its own way.
        let decoded = percent_decode_str(parts.uri.path()).collect::<Vec<u8>>();
        let encoded = percent_encoding::percent_encode(&decoded, PATH).to_string();
        let own = self.canonical(parts, &encoded);
        let ways = [self.canonical(parts, parts.uri.path()), own.clone()];
        if ways
            .iter()
            .any(|way| same(hex(&keyed(key, &self.string_to_sign(way))).as_bytes(), self.signature.as_bytes()))
        {
            return Ok(());
        }
        let string_to_sign = self.string_to_sign(&own);
        let error = mismatch(&self.access_key, &string_to_sign, &self.signature);
        Err(error.with("CanonicalRequest", own.clone()).with("CanonicalRequestBytes", spelled(&own)))
    }

    /// The one form in which a request is hashed, however its client wrote it.
    fn canonical(&self, parts: &Parts, path: &str) -> String {
        let header = |name: &String| {
            let values = parts.headers.get_all(name.as_str()).iter();
            let mut values: Vec<_> = values.map(|value| spaced(&String::from_utf8_lossy(value.as_bytes()))).collect();
            if values.is_empty() && self.is_presigned {
                // A URL may hold a header that it signs.
                values.extend(parameter(&self.query, name).map(|value| spaced(&value)));
            }
            format!("{name}:{}\n", values.join(","))
        };
        let headers: String = self.signed_headers.iter().map(header).collect();
        let (method, query, names) = (&parts.method, canonical_query(&self.query), self.signed_headers.join(";"));
        format!("{method}\n{path}\n{query}\n{headers}\n{names}\n{}", self.hash)
    }

    fn string_to_sign(&self, canonical: &str) -> String {
        format!("{ALGORITHM}\n{}\n{}\n{}", self.timestamp, self.scope, sha256(canonical.as_bytes()))
    }
}

/// The refusal of a signature over another text.
pub(super) fn mismatch(access_key: &str, string_to_sign: &str, signature: &str) -> ErrorDocument {
    let message = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
    ErrorDocument::forbidden("SignatureDoesNotMatch", message)
        .with("AWSAccessKeyId", access_key)
        .with("StringToSign", string_to_sign)
        .with("SignatureProvided", signature)
        .with("StringToSignBytes", spelled(string_to_sign))
}

fn of_header<'p>(parts: &'p Parts, authorization: &str, clock: &Clock) -> Result<Claim<'p>, ErrorDocument> {
    let malformed = |why: &str| {
        let message = format!("The authorization header is malformed; {why}");
        ErrorDocument::bad_request("AuthorizationHeaderMalformed", message)
    };
    let Some(rest) = authorization.strip_prefix(ALGORITHM) else {
        let message = "Unsupported Authorization Type";
        return Err(ErrorDocument::invalid_argument(message, "Authorization", Some(authorization)));
    };
    let part = |name: &str| {
        let mut parts = rest.split(',').filter_map(|part| part.trim().split_once('='));
        parts.find(|(own, _)| *own == name).map(|(_, value)| value.to_string()).filter(|value| !value.is_empty())
    };
    let (Some(credential), Some(names), Some(signature)) =
        (part("Credential"), part("SignedHeaders"), part("Signature"))
    else {
        let why = "the authorization header requires three components: Credential, SignedHeaders, and Signature.";
        return Err(malformed(why));
    };
    let (access_key, scope) = scope(&credential).ok_or_else(|| malformed(EXPECTED_CREDENTIAL))?;
    is_scoped_here(&scope, malformed)?;
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let date = text("x-amz-date").or_else(|| text("date"));
    let Some((timestamp, moment)) = date.and_then(moment) else {
        let message = "AWS authentication requires a valid Date or x-amz-date header";
        return Err(ErrorDocument::forbidden("AccessDenied", message));
    };
    let now = clock.now();
    if (now - moment).abs() > SKEW {
        let message = "The difference between the request time and the current time is too large.";
        return Err(ErrorDocument::forbidden("RequestTimeTooSkewed", message)
            .with("RequestTime", timestamp)
            .with("ServerTime", iso(now))
            .with("MaxAllowedSkewMilliseconds", SKEW.whole_milliseconds().to_string()));
    }
    let Some(hash) = text("x-amz-content-sha256") else {
        let message = "Missing required header for this request: x-amz-content-sha256";
        return Err(ErrorDocument::bad_request("InvalidRequest", message));
    };
    if hash != UNSIGNED && !chunked::is_streaming(hash) && !is_sha256(hash) {
        let message = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                       STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
                       STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid \
                       sha256 value.";
        return Err(ErrorDocument::invalid_argument(message, "x-amz-content-sha256", Some(hash)));
    }
    Ok(Claim {
        access_key,
        scope,
        signed_headers: names.split(';').map(str::to_lowercase).collect(),
        signature,
        timestamp,
        token: text("x-amz-security-token").map(str::to_string),
        is_presigned: false,
        query: parts.uri.query().unwrap_or_default().to_string(),
        hash: Cow::Borrowed(hash),
    })
}

fn of_query<'p>(parts: &'p Parts, clock: &Clock) -> Result<Claim<'p>, ErrorDocument> {
    let wrong = |message: &str| ErrorDocument::bad_request("AuthorizationQueryParametersError", message);
    let query = parts.uri.query().unwrap_or_default();
    let value = |name: &str| parameter(query, name);
    let required = [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Signature",
        "X-Amz-Date",
        "X-Amz-SignedHeaders",
        "X-Amz-Expires",
    ];
    let [Some(algorithm), Some(credential), Some(signature), Some(date), Some(names), Some(expires)] =
        required.map(value)
    else {
        return Err(wrong(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
             X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        ));
    };
    if algorithm != ALGORITHM {
        return Err(wrong("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\""));
    }
    let parsing = |why: &str| wrong(&format!("Error parsing the X-Amz-Credential parameter; {why}"));
    let (access_key, scope) = scope(&credential).ok_or_else(|| parsing(EXPECTED_CREDENTIAL))?;
    is_scoped_here(&scope, parsing)?;
    let (timestamp, moment) = moment(&date)
        .filter(|(timestamp, _)| *timestamp == date)
        .ok_or_else(|| wrong("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""))?;
    let seconds: i64 = expires.parse().map_err(|_| wrong("X-Amz-Expires should be a number"))?;
    if seconds < 0 {
        return Err(wrong("X-Amz-Expires must be non-negative"));
    }
    if seconds > LONGEST_EXPIRY {
        return Err(wrong("X-Amz-Expires must be less than a week (in seconds) that is: 604800"));
    }
    let now = clock.now();
    let end = moment + Duration::seconds(seconds);
    if now > end {
        return Err(ErrorDocument::forbidden("AccessDenied", "Request has expired")
            .with("X-Amz-Expires", expires)
            .with("Expires", iso(end))
            .with("ServerTime", iso(now)));
    }
    if moment > now + SKEW {
        return Err(ErrorDocument::forbidden("AccessDenied", "Request is not yet valid"));
    }
    let is_signature = |pair: &&str| parameter(pair, "X-Amz-Signature").is_none();
    let rest = query.split('&').filter(is_signature).collect::<Vec<_>>().join("&");
    let signed_headers: Vec<String> = names.split(';').map(str::to_lowercase).collect();
    // A client may sign what its body will be.
    let hash = parts.headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok());
    let hash = hash.filter(|_| signed_headers.iter().any(|name| name == "x-amz-content-sha256"));
    let hash = hash.map(Cow::Borrowed).or(value("X-Amz-Content-Sha256").map(Cow::Owned)).unwrap_or(UNSIGNED.into());
    let token = value("X-Amz-Security-Token").or_else(|| {
        parts.headers.get("x-amz-security-token").and_then(|value| value.to_str().ok()).map(str::to_string)
    });
    Ok(Claim { access_key, scope, signed_headers, signature, timestamp, token, is_presigned: true, query: rest, hash })
}

/// Access key and scope of a credential; none where it is not one.
pub(super) fn scope(credential: &str) -> Option<(String, String)> {
    let (access_key, scope) = credential.split_once('/')?;
    let parts: Vec<&str> = scope.split('/').collect();
    let [date, _, _, _] = parts[..] else { return None };
    let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
    (is_date && !access_key.is_empty()).then(|| (access_key.to_string(), scope.to_string()))
}

/// Whether a scope is this region's S3; otherwise `refusal` of what is wrong.
fn is_scoped_here(scope: &str, refusal: impl Fn(&str) -> ErrorDocument) -> Result<(), ErrorDocument> {
    let parts: Vec<&str> = scope.split('/').collect();
    match parts[1..] {
        [region, _, _] if region != REGION => {
            Err(refusal(&format!("the region '{region}' is wrong; expecting '{REGION}'")).with("Region", REGION))
        }
        [_, service, _] if service != "s3" => {
            Err(refusal(&format!("incorrect service \"{service}\". This endpoint belongs to \"s3\".")))
        }
        [_, _, terminator] if terminator != "aws4_request" => {
            Err(refusal(&format!("incorrect terminal \"{terminator}\". This endpoint uses \"aws4_request\".")))
        }
        _ => Ok(()),
    }
}

/// The SHA-256 of `bytes` in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn is_hash_of(hash: &str, body: &[u8]) -> Result<(), ErrorDocument> {
    let own = sha256(body);
    if own.eq_ignore_ascii_case(hash) {
        return Ok(());
    }
    let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    Err(ErrorDocument::bad_request("XAmzContentSHA256Mismatch", message)
        .with("ClientComputedContentSHA256", hash)
        .with("S3ComputedContentSHA256", own))
}

fn is_sha256(hash: &str) -> bool {
    hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The bytes of a text, as S3 spells them in its refusals.
fn spelled(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// A header's value without spaces at its ends, and with one between its words.
fn spaced(value: &str) -> String {
    value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").trim().to_string()
}

/// The moment that a date header or parameter names, with its form in a string to sign.
pub(super) fn moment(text: &str) -> Option<(String, OffsetDateTime)> {
    let moment = PrimitiveDateTime::parse(text, TIMESTAMP).ok().map(PrimitiveDateTime::assume_utc);
    let moment = moment.or_else(|| super::conditions::http_date(text))?;
    Some((moment.format(TIMESTAMP).ok()?, moment))
}

/// `2026-01-01T09:30:00Z`.
pub(super) fn iso(moment: OffsetDateTime) -> String {
    moment.format(ISO).unwrap_or_default()
}

/// The decoded value of a query parameter, however its name is encoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| decoded(key) == name)?;
    Some(decoded(value))
}

fn names_of(parts: &Parts) -> Vec<String> {
    let query = parts.uri.query().unwrap_or_default();
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    names.map(|name| percent_decode_str(name).decode_utf8_lossy().into_owned()).collect()
}

pub(super) fn is_presigned(parts: &Parts) -> bool {
    let names = names_of(parts);
    ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"].iter().any(|name| names.iter().any(|own| own == name))
}

/// Refuses a call that is signed twice, because its signatures could be two callers', and one that is signed as S3 no longer takes it.
fn one_mechanism(parts: &Parts) -> Result<(), ErrorDocument> {
    let names = names_of(parts);
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    let authorization = parts.headers.get(header::AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let presigned = has(&["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "Signature", "AWSAccessKeyId"]);
    match &authorization {
        Some(value) if presigned => Err(ErrorDocument::invalid_argument(
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter \
             or the Authorization header should be specified",
            "Authorization",
            Some(value),
        )),
        value if has(&["Signature", "AWSAccessKeyId"]) || value.as_ref().is_some_and(|it| it.starts_with("AWS ")) => {
            Err(ErrorDocument::bad_request(
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
fn all_signed(headers: &HeaderMap, claim: &Claim<'_>) -> Result<(), ErrorDocument> {
    let is_signed = |name: &str| claim.signed_headers.iter().any(|signed| signed == name);
    // In a URL's signature the body has no hash unless it is signed, so that nothing is believed of this one.
    let is_overlooked = |name: &str| claim.is_presigned && name == "x-amz-content-sha256";
    let names = headers.keys().map(header::HeaderName::as_str);
    let must = names.filter(|name| name.starts_with("x-amz-") && !is_overlooked(name));
    let mut unsigned: Vec<&str> = must.filter(|name| !is_signed(name)).collect();
    unsigned.sort_unstable();
    if unsigned.is_empty() {
        return Ok(());
    }
    let message = "There were headers present in the request which were not signed";
    Err(ErrorDocument::forbidden("AccessDenied", message).with("HeadersNotSigned", unsigned.join(", ")))
}

#[cfg(test)]
mod tests;
