//! What a request says of its own signature: in the `Authorization` header, or in the query of a presigned URL.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::AUTHORIZATION;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use super::{ALGORITHM, CredentialScope, SignatureError, TERMINATOR, TIMESTAMP, parsed};

/// The time for which services take a presigned URL at most: seven days.
const LONGEST_EXPIRY: u64 = 604_800;
/// How far a caller's clock may be ahead.
const AHEAD: Duration = Duration::minutes(5);

/// `Credential`, `Signature` and `SignedHeaders` of an `Authorization` header, whatever its scheme, or why it is not that of a signed
/// request. `has_date` says whether a header gives the time. The value is shown as a hash, so that no token ends up in a log.
/// <https://github.com/aws/chalice/issues/828>, with the value itself as it was shown then.
pub(crate) fn parts_of_header(authorization: &str, has_date: bool) -> Result<[&str; 3], String> {
    let hashed = || BASE64_STANDARD.encode(Sha256::digest(authorization));
    // Commas and spaces divide the parts, in any mixture; the first is the scheme, or a token that has none.
    let rest = authorization.find([' ', ',']).map_or("", |end| &authorization[end..]);
    if rest.split([' ', ',']).any(|part| !part.is_empty() && !part.contains('=')) {
        return Err(format!(
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '{}'.",
            hashed()
        ));
    }
    let values = ["Credential", "Signature", "SignedHeaders"].map(|name| (name, part(rest, name)));
    if let [(_, Some(credential)), (_, Some(signature)), (_, Some(names))] = values
        && has_date
    {
        return Ok([credential, signature, names]);
    }
    let parts = values.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| format!("'{name}' parameter"));
    let date = (!has_date).then(|| "existence of either a 'X-Amz-Date' or a 'Date' header".to_string());
    let missing: String = parts.chain(date).map(|what| format!("Authorization header requires {what}. ")).collect();
    Err(format!("{missing}(Hashed with SHA-256 and encoded with Base64) Authorization={}", hashed()))
}

/// A signature with everything that is said about it.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) access_key_id: String,
    /// `20260101`.
    date: String,
    region: String,
    service: String,
    terminator: String,
    /// Lower case, in their order.
    names: Vec<String>,
    pub(super) signature: Vec<u8>,
    /// `20260101T093000Z`.
    pub(super) timestamp: String,
    /// Seconds, of a presigned URL.
    expires: Option<u64>,
    pub(super) session_token: Option<String>,
    /// The query that is signed.
    pub(super) query: String,
}

impl Claim {
    /// The claim that `parts` make.
    pub(super) fn of(parts: &Parts) -> Result<Claim, SignatureError> {
        let query = parts.uri.query().unwrap_or_default();
        let authorization = header(parts, AUTHORIZATION.as_str());
        match (authorization, parameter(query, "X-Amz-Algorithm")) {
            (Some(_), Some(_)) => Err(SignatureError::Mismatch(
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.".to_string(),
            )),
            (Some(authorization), None) => Claim::of_header(parts, authorization, query),
            (None, Some(_)) => Claim::of_query(query),
            (None, None) => Err(SignatureError::MissingAuthenticationToken),
        }
    }

    fn of_header(parts: &Parts, authorization: &str, query: &str) -> Result<Claim, SignatureError> {
        if !authorization.starts_with(ALGORITHM) {
            return Err(match authorization.starts_with("AWS4-") {
                true => SignatureError::Incomplete("Unsupported AWS 'algorithm'.".to_string()),
                false => SignatureError::MissingAuthenticationToken,
            });
        }
        let timestamp = header(parts, "x-amz-date");
        let [credential, signature, names] =
            parts_of_header(authorization, timestamp.is_some()).map_err(SignatureError::Incomplete)?;
        let timestamp = timestamp.unwrap_or_default();
        let token = header(parts, "x-amz-security-token").map(str::to_string);
        Claim::new(credential, names, signature, timestamp, token, query.to_string())
    }

    fn of_query(query: &str) -> Result<Claim, SignatureError> {
        let names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
        let values = names.map(|name| parameter(query, name).filter(|value| !value.is_empty()));
        let missing: String = names
            .iter()
            .zip(&values)
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| format!("AWS query-string parameters must include '{name}'. "))
            .collect();
        let [Some(algorithm), Some(credential), Some(signature), Some(signed), Some(timestamp)] = values else {
            return Err(SignatureError::Incomplete(format!("{missing}Re-examine the query-string parameters.")));
        };
        if algorithm != ALGORITHM {
            return Err(SignatureError::Incomplete("Unsupported AWS 'algorithm'.".to_string()));
        }
        let is_signature = |pair: &str| parameter(pair, "X-Amz-Signature").is_some();
        let rest = query.split('&').filter(|pair| !is_signature(pair));
        let rest = rest.collect::<Vec<_>>().join("&");
        let token = parameter(query, "X-Amz-Security-Token");
        let mut claim = Claim::new(&credential, &signed, &signature, &timestamp, token, rest)?;
        let expires = parameter(query, "X-Amz-Expires").map_or(Some(LONGEST_EXPIRY), |text| text.parse().ok());
        claim.expires = Some(expires.unwrap_or_default().min(LONGEST_EXPIRY));
        Ok(claim)
    }

    fn new(
        credential: &str,
        names: &str,
        signature: &str,
        timestamp: &str,
        session_token: Option<String>,
        query: String,
    ) -> Result<Claim, SignatureError> {
        let elements: Vec<&str> = credential.split('/').collect();
        let [access_key_id, date, region, service, terminator] = elements[..] else {
            return Err(SignatureError::Incomplete(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got \
                 '{credential}'."
            )));
        };
        if parsed(timestamp).is_none() {
            return Err(SignatureError::Incomplete(format!(
                "Date must be in ISO-8601 'basic format'. Got '{timestamp}'. See \
                 http://en.wikipedia.org/wiki/ISO_8601."
            )));
        }
        Ok(Claim {
            access_key_id: access_key_id.to_string(),
            date: date.to_string(),
            region: region.to_string(),
            service: service.to_string(),
            terminator: terminator.to_string(),
            names: names.split(';').map(str::to_ascii_lowercase).collect(),
            // A text other than hexadecimal digits matches nothing.
            signature: unhex(signature).unwrap_or_default(),
            timestamp: timestamp.to_string(),
            expires: None,
            session_token,
            query,
        })
    }

    /// `20260101/ap-northeast-2/dynamodb/aws4_request`.
    pub(super) fn scope(&self) -> String {
        format!("{}/{}/{}/{}", self.date, self.region, self.service, self.terminator)
    }

    /// Refuses a signature that was made for another service, region or day. STS also answers the region of its global endpoint.
    pub(super) fn is_scoped_to(&self, scope: CredentialScope<'_>) -> Result<(), SignatureError> {
        let CredentialScope { service, region, .. } = scope;
        let mut wrong = String::new();
        let region_fits =
            region.is_none_or(|region| self.region == region) || (service == "sts" && self.region == "us-east-1");
        if !region_fits {
            wrong += &format!("Credential should be scoped to a valid region, not '{}'. ", self.region);
        }
        if self.service != service {
            wrong += &format!("Credential should be scoped to correct service: '{service}'. ");
        }
        if self.terminator != TERMINATOR {
            wrong += &format!(
                "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{}'. ",
                self.terminator
            );
        }
        let day = self.timestamp.get(..8).unwrap_or_default();
        if self.date != day {
            wrong += &format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != \
                 '{day}', from '{}'. ",
                self.date, self.timestamp
            );
        }
        if wrong.is_empty() { Ok(()) } else { Err(SignatureError::Mismatch(wrong)) }
    }

    /// Refuses a signature that is too old or not yet valid.
    pub(super) fn is_current(&self, patience: Duration, now: OffsetDateTime) -> Result<(), SignatureError> {
        let Some(signed) = parsed(&self.timestamp) else { return Err(SignatureError::MissingAuthenticationToken) };
        let patience = self.expires.map_or(patience, |seconds| Duration::seconds(i64::try_from(seconds).unwrap_or(0)));
        let written = |time: OffsetDateTime| time.format(TIMESTAMP).unwrap_or_default();
        let minutes = |limit: Duration| match limit.whole_seconds() % 60 {
            0 => format!("{} min.", limit.whole_minutes()),
            _ => format!("{} sec.", limit.whole_seconds()),
        };
        if signed < now - patience {
            return Err(SignatureError::Mismatch(format!(
                "Signature expired: {} is now earlier than {} ({} - {})",
                self.timestamp,
                written(now - patience),
                written(now),
                minutes(patience)
            )));
        }
        if signed > now + AHEAD {
            return Err(SignatureError::Mismatch(format!(
                "Signature not yet current: {} is still later than {} ({} + {})",
                self.timestamp,
                written(now + AHEAD),
                written(now),
                minutes(AHEAD)
            )));
        }
        Ok(())
    }

    /// The signed headers with their values, sorted. `Host` must be among them, or a signature could be sent elsewhere.
    pub(super) fn signed_headers(&self, parts: &Parts) -> Result<Vec<(String, String)>, SignatureError> {
        if !self.names.iter().any(|name| name == "host") {
            return Err(SignatureError::Mismatch(
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_string(),
            ));
        }
        let mut headers: Vec<(String, String)> = Vec::new();
        for name in &self.names {
            let values = parts.headers.get_all(name.as_str()).iter().filter_map(|value| value.to_str().ok());
            headers.push((name.clone(), values.collect::<Vec<_>>().join(",")));
        }
        headers.sort();
        Ok(headers)
    }
}

/// The credential that a request names, in its header or in its query.
pub(super) fn credential(parts: &Parts) -> Option<String> {
    match header(parts, AUTHORIZATION.as_str()) {
        Some(authorization) => part(authorization.strip_prefix(ALGORITHM)?, "Credential").map(str::to_string),
        None => parameter(parts.uri.query().unwrap_or_default(), "X-Amz-Credential"),
    }
}

/// A part of what follows the algorithm. One that is there twice says two things, and so says nothing.
fn part<'h>(rest: &'h str, name: &str) -> Option<&'h str> {
    let mut found = rest.split([',', ' ']).filter_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    let value = found.next().filter(|value| !value.is_empty())?;
    found.next().is_none().then_some(value)
}

fn header<'p>(parts: &'p Parts, name: &str) -> Option<&'p str> {
    parts.headers.get(name).and_then(|value| value.to_str().ok())
}

/// The decoded value of a query parameter, however its name is encoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| decoded(key) == name)?;
    Some(decoded(value))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
