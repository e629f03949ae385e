//! Signature Version 4: the proof that the sender of a call holds a key's secret.
//!
//! The caller hashes the request in one canonical form (`signature/canonical`), signs the hash with a key derived from the secret, the
//! day, the region and the service, and sends the result in a header or, with a presigned URL, in the query (`signature/claim`).
//! [`verify`] does the same again and compares. [`sign`] is what the workbook's own commands and tests use.
//!
//! S3's calls are verified in its own crate, which also knows chunked bodies and form uploads, and shows in its refusals what was hashed.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>

mod canonical;
mod claim;

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use http::request::Parts;
use sha2::{Digest, Sha256};
use thiserror::Error;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use canonical::Canonical;
pub use canonical::{canonical_query, encoded};
use claim::Claim;
pub(crate) use claim::parts_of_header;
use stack::REGION;

/// The one algorithm of Version 4.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// What ends every credential scope.
const TERMINATOR: &str = "aws4_request";
/// `20260101T093000Z`.
const TIMESTAMP: StaticFormatDescription = format_description!("[year][month][day]T[hour][minute][second]Z");

/// An access key with its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`, which temporary credentials have.
    pub session_token: Option<String>,
}

/// Secrets do not belong into logs.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// A request to be signed.
#[derive(Debug, Clone, Copy)]
pub struct SignableRequest<'a> {
    /// `POST`.
    pub method: &'a str,
    /// Path and query, as they are sent.
    pub target: &'a str,
    /// The `Host` header as it is sent: `127.0.0.1:4003`. No other header of the caller's is signed.
    pub host: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// The service that a call is signed for, as a credential scope names it: `dynamodb`, `lambda`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialScope<'a> {
    /// The service's name.
    pub service: &'a str,
    /// The region; none where it does not matter, because nobody here answers for the service.
    pub region: Option<&'a str>,
    /// How far the caller's clock may be behind.
    pub patience: Duration,
}

/// Why a call was not made by whom it says. Displays as AWS's message.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum SignatureError {
    /// Nothing is signed.
    #[error("Request is missing Authentication Token")]
    MissingAuthenticationToken,
    /// Parts of the signature are missing or cannot be read.
    #[error("{0}")]
    Incomplete(String),
    /// The key does not exist, or the session token is not the one that belongs to it.
    #[error("The security token included in the request is invalid.")]
    InvalidClientTokenId,
    /// The signature is another one, or made for another scope or time.
    #[error("{0}")]
    Mismatch(String),
}

/// The headers that `request` needs besides its own, signed for `service` at `now`.
pub fn sign(
    credentials: &Credentials,
    service: &str,
    request: SignableRequest<'_>,
    now: OffsetDateTime,
) -> Vec<(String, String)> {
    let timestamp = now.format(TIMESTAMP).unwrap_or_default();
    let hash = hex(&Sha256::digest(request.body));
    let mut added = vec![("x-amz-date".to_string(), timestamp.clone())];
    if let Some(token) = &credentials.session_token {
        added.push(("x-amz-security-token".to_string(), token.clone()));
    }
    if service == "s3" {
        added.push(("x-amz-content-sha256".to_string(), hash.clone()));
    }
    let mut headers: Vec<(String, String)> = vec![("host".to_string(), request.host.to_string())];
    headers.extend(added.clone());
    headers.sort();
    let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
    let canonical = Canonical { method: request.method, path, query, headers: &headers, hash: &hash, service };
    let scope = scope(&timestamp, service);
    let signature = signature(&credentials.secret_access_key, &scope, &timestamp, &canonical.text());
    let (key, signed) = (&credentials.access_key_id, canonical.signed_headers());
    let value = format!("{ALGORITHM} Credential={key}/{scope}, SignedHeaders={signed}, Signature={}", hex(&signature));
    added.push(("authorization".to_string(), value));
    added
}

/// The target of a presigned request: `target` with everything in its query, good for `seconds` from `now` on. The body may be any.
pub fn presign(
    credentials: &Credentials,
    service: &str,
    request: SignableRequest<'_>,
    seconds: u32,
    now: OffsetDateTime,
) -> String {
    let timestamp = now.format(TIMESTAMP).unwrap_or_default();
    let scope = scope(&timestamp, service);
    let mut added = vec![
        ("X-Amz-Algorithm", ALGORITHM.to_string()),
        ("X-Amz-Credential", format!("{}/{scope}", credentials.access_key_id)),
        ("X-Amz-Date", timestamp.clone()),
        ("X-Amz-Expires", seconds.to_string()),
        ("X-Amz-SignedHeaders", "host".to_string()),
    ];
    added.extend(credentials.session_token.clone().map(|token| ("X-Amz-Security-Token", token)));
    let (path, own) = request.target.split_once('?').unwrap_or((request.target, ""));
    let added = added.into_iter().map(|(name, value)| format!("{name}={}", canonical::encoded(&value)));
    let own = Some(own.to_string()).filter(|own| !own.is_empty());
    let query = own.into_iter().chain(added).collect::<Vec<_>>().join("&");
    let headers = [("host".to_string(), request.host.to_string())];
    let canonical =
        Canonical { method: request.method, path, query: &query, headers: &headers, hash: "UNSIGNED-PAYLOAD", service };
    let signature = signature(&credentials.secret_access_key, &scope, &timestamp, &canonical.text());
    format!("{path}?{query}&X-Amz-Signature={}", hex(&signature))
}

/// Verifies that `parts` and `body` were signed for `scope` with a key that `find` knows, at about `now`; the key's id, which is the only
/// word on who calls.
///
/// # Errors
///
/// The first thing that is wrong, in the order in which AWS looks.
pub fn verify(
    parts: &Parts,
    body: &[u8],
    scope: CredentialScope<'_>,
    now: OffsetDateTime,
    find: impl FnOnce(&str) -> Option<Credentials>,
) -> Result<String, SignatureError> {
    let claim = Claim::of(parts)?;
    claim.is_scoped_to(scope)?;
    claim.is_current(scope.patience, now)?;
    let credentials = find(&claim.access_key_id).ok_or(SignatureError::InvalidClientTokenId)?;
    if claim.session_token != credentials.session_token {
        return Err(SignatureError::InvalidClientTokenId);
    }
    let headers = claim.signed_headers(parts)?;
    let hash = hex(&Sha256::digest(body));
    let canonical = Canonical {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: &claim.query,
        headers: &headers,
        hash: &hash,
        service: scope.service,
    };
    let own = signature(&credentials.secret_access_key, &claim.scope(), &claim.timestamp, &canonical.text());
    match same(&own, &claim.signature) {
        true => Ok(claim.access_key_id),
        false => Err(SignatureError::Mismatch(NO_MATCH.to_string())),
    }
}

/// The credential that `parts` claim to be signed with, `AKID/20260101/ap-northeast-2/s3/aws4_request`, not verified: for finding out
/// which service is meant, and never for who calls.
pub fn claimed_credential(parts: &Parts) -> Option<String> {
    claim::credential(parts)
}

/// Whether two texts are the same, found out in the same time wherever they differ.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    // Hashes tell nothing of what was hashed, so how long their comparison takes tells nothing either.
    Sha256::digest(one) == Sha256::digest(other)
}

/// What AWS says of a signature that is another one.
const NO_MATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
     Secret Access Key and signing method. Consult the service documentation for details.";

/// `timestamp` as a time.
fn parsed(timestamp: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(timestamp, TIMESTAMP).ok().map(PrimitiveDateTime::assume_utc)
}

/// What a key is good for: the day of `timestamp`, this region, `service`.
fn scope(timestamp: &str, service: &str) -> String {
    format!("{}/{REGION}/{service}/{TERMINATOR}", &timestamp[..8])
}

/// The signature of a canonical request.
fn signature(secret: &str, scope: &str, timestamp: &str, canonical: &str) -> Vec<u8> {
    keyed(
        &signing_key(secret, scope),
        &format!("{ALGORITHM}\n{timestamp}\n{scope}\n{}", hex(&Sha256::digest(canonical))),
    )
}

/// The signing key: the secret, narrowed down part by part to a day, a region, a service.
pub fn signing_key(secret: &str, scope: &str) -> Vec<u8> {
    scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, part| keyed(&key, part))
}

/// The HMAC-SHA256 of `text`.
pub fn keyed(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of any length.
    let Ok(mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return Vec::new() };
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

/// Hexadecimal digits, in lower case.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
