//! The checksums of objects besides their MD5: five algorithms, of a whole object or of its parts' checksums.
//!
//! A caller names one with `x-amz-sdk-checksum-algorithm` or by sending a value; otherwise S3 computes CRC-64/NVME by itself.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use crc_fast::CrcAlgorithm;
use http::HeaderMap;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::Sha256;

use super::error::ErrorDocument;
use local::signature::hex;

/// How a checksum is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

/// Of what it is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    /// All bytes of the object.
    FullObject,
    /// The checksums of its parts.
    Composite,
}

/// A checksum of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checksum {
    pub(super) algorithm: Algorithm,
    /// In Base64; a composite one ends with the number of parts.
    pub(super) value: String,
    pub(super) kind: Kind,
}

impl Algorithm {
    const ALL: [Algorithm; 5] =
        [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme, Algorithm::Sha1, Algorithm::Sha256];

    /// As headers name it: `CRC32C`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "CRC32",
            Algorithm::Crc32c => "CRC32C",
            Algorithm::Crc64Nvme => "CRC64NVME",
            Algorithm::Sha1 => "SHA1",
            Algorithm::Sha256 => "SHA256",
        }
    }

    /// The header with its value.
    pub(super) fn header(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "x-amz-checksum-crc32",
            Algorithm::Crc32c => "x-amz-checksum-crc32c",
            Algorithm::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Algorithm::Sha1 => "x-amz-checksum-sha1",
            Algorithm::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// The element with its value.
    pub(super) fn element(self) -> String {
        format!("Checksum{}", self.name())
    }

    /// The algorithm called `name`.
    pub(super) fn of(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// As [`Algorithm::of`], of a header.
    pub(super) fn named(name: &str) -> Result<Algorithm, ErrorDocument> {
        Algorithm::of(name).ok_or_else(|| {
            ErrorDocument::bad_request(
                "InvalidRequest",
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, \
                 CRC64NVME, SHA1, SHA256]",
            )
        })
    }

    /// What a checksum of parts is, unless the caller says it. Only one of the kinds is there for some algorithms.
    pub(super) fn kind_of_parts(self) -> Kind {
        if self == Algorithm::Crc64Nvme { Kind::FullObject } else { Kind::Composite }
    }

    /// Whether an upload in parts can have this kind.
    pub(super) fn takes(self, kind: Kind) -> bool {
        match kind {
            Kind::FullObject => !matches!(self, Algorithm::Sha1 | Algorithm::Sha256),
            Kind::Composite => self != Algorithm::Crc64Nvme,
        }
    }

    /// The bytes of the checksum of `body`.
    fn digest(self, body: &[u8]) -> Vec<u8> {
        let crc = |algorithm| crc_fast::checksum(algorithm, body);
        match self {
            Algorithm::Crc32 => (crc(CrcAlgorithm::Crc32IsoHdlc) as u32).to_be_bytes().to_vec(),
            Algorithm::Crc32c => (crc(CrcAlgorithm::Crc32Iscsi) as u32).to_be_bytes().to_vec(),
            Algorithm::Crc64Nvme => crc(CrcAlgorithm::Crc64Nvme).to_be_bytes().to_vec(),
            Algorithm::Sha1 => Sha1::digest(body).to_vec(),
            Algorithm::Sha256 => Sha256::digest(body).to_vec(),
        }
    }

    /// The checksum of `body`, in Base64.
    pub(super) fn value(self, body: &[u8]) -> String {
        BASE64_STANDARD.encode(self.digest(body))
    }

    /// Whether `value` could be a checksum of this algorithm.
    fn is_value(self, value: &str) -> bool {
        BASE64_STANDARD.decode(value).is_ok_and(|bytes| bytes.len() == self.digest(b"").len())
    }

    /// The checksum of checksums, with the number of parts at its end.
    pub(super) fn of_parts(self, parts: &[&str]) -> String {
        let joined: Vec<u8> = parts.iter().flat_map(|part| BASE64_STANDARD.decode(part).unwrap_or_default()).collect();
        format!("{}-{}", self.value(&joined), parts.len())
    }
}

impl Kind {
    /// `FULL_OBJECT`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::FullObject => "FULL_OBJECT",
            Kind::Composite => "COMPOSITE",
        }
    }

    /// The kind called `name`.
    pub(super) fn of(name: &str) -> Option<Kind> {
        [Kind::FullObject, Kind::Composite].into_iter().find(|kind| kind.name() == name)
    }
}

/// What the headers (or trailers) of an upload say of its checksum: the algorithm, and the value where one is sent.
pub(super) fn claimed(headers: &HeaderMap) -> Result<Option<(Algorithm, Option<String>)>, ErrorDocument> {
    let invalid = |message: String| ErrorDocument::bad_request("InvalidRequest", message);
    let given = |algorithm: Algorithm| Some((algorithm, headers.get(algorithm.header())?.to_str().unwrap_or_default()));
    let mut values: Vec<_> = Algorithm::ALL.into_iter().filter_map(given).collect();
    if values.len() > 1 {
        let message = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
        return Err(invalid(message.to_string()));
    }
    if let Some((algorithm, value)) = values.pop() {
        if !algorithm.is_value(value) {
            return Err(invalid(format!("Value for {} header is invalid.", algorithm.header())));
        }
        return Ok(Some((algorithm, Some(value.to_string()))));
    }
    // The header without `sdk` is one of uploads in parts and of copies; a put overlooks it.
    match headers.get("x-amz-sdk-checksum-algorithm").and_then(|value| value.to_str().ok()) {
        Some(name) => Ok(Some((Algorithm::named(name)?, None))),
        None => Ok(None),
    }
}

/// As [`claimed`], of an object of parts: a checksum of checksums ends with their number.
pub(super) fn claimed_of_parts(headers: &HeaderMap) -> Result<Option<(Algorithm, Option<String>)>, ErrorDocument> {
    let mut whole = headers.clone();
    for algorithm in Algorithm::ALL {
        let value = headers.get(algorithm.header()).and_then(|value| value.to_str().ok());
        if let Some((digest, number)) = value.and_then(|value| value.rsplit_once('-'))
            && number.parse::<u32>().is_ok()
        {
            super::error::insert(&mut whole, algorithm.header(), digest);
        }
    }
    claimed(&whole)
}

/// The checksum of `body`, compared to what the caller says of it.
pub(super) fn verified(claimed: Option<&(Algorithm, Option<String>)>, body: &[u8]) -> Result<Checksum, ErrorDocument> {
    let (algorithm, expected) = claimed.map_or((Algorithm::Crc64Nvme, None), |(one, value)| (*one, value.as_deref()));
    let value = algorithm.value(body);
    match expected {
        Some(expected) if expected != value => Err(ErrorDocument::bad_request(
            "BadDigest",
            format!("The {} you specified did not match the calculated checksum.", algorithm.name()),
        )),
        _ => Ok(Checksum { algorithm, value, kind: Kind::FullObject }),
    }
}

/// Refuses a call whose body must come with a checksum, where it has neither an MD5 nor another one.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>; <https://github.com/versity/versitygw/issues/1040> has the words.
pub(super) fn required(
    headers: &HeaderMap,
    claimed: Option<&(Algorithm, Option<String>)>,
) -> Result<(), ErrorDocument> {
    let has_value = claimed.is_some_and(|(_, value)| value.is_some());
    match has_value || headers.contains_key("content-md5") {
        true => Ok(()),
        false => Err(ErrorDocument::bad_request(
            "InvalidRequest",
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
        )),
    }
}

/// The MD5 of `body` in hexadecimal digits, compared to `Content-MD5` where the caller sent one. A part's refusal shows what the caller
/// sent, any other the same in hexadecimal digits.
pub(super) fn md5(headers: &HeaderMap, body: &[u8], is_part: bool) -> Result<String, ErrorDocument> {
    let digest = Md5::digest(body);
    let hex = hex(&digest);
    let Some(sent) = headers.get("content-md5") else { return Ok(hex) };
    let sent = sent.to_str().unwrap_or_default();
    let decoded = BASE64_STANDARD.decode(sent).ok().filter(|bytes| bytes.len() == digest.len());
    match decoded {
        None => Err(ErrorDocument::bad_request("InvalidDigest", "The Content-MD5 you specified was invalid.")
            .with("Content-MD5", sent)),
        Some(bytes) if bytes != digest.as_slice() => {
            let message = "The Content-MD5 you specified did not match what we received.";
            let error = ErrorDocument::bad_request("BadDigest", message);
            Err(error
                .with("ExpectedDigest", if is_part { sent.to_string() } else { self::hex(&bytes) })
                .with("CalculatedDigest", BASE64_STANDARD.encode(digest)))
        }
        Some(_) => Ok(hex),
    }
}

/// The ETag of an object of parts with these MD5s.
pub(super) fn etag_of_parts(parts: &[String]) -> String {
    let joined: Vec<u8> = parts.iter().flat_map(|part| unhex(part)).collect();
    format!("{}-{}", hex(&Md5::digest(joined)), parts.len())
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits.filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_that_the_service_computes() {
        // The values for these nine digits are in the catalogues of such algorithms.
        for (algorithm, value) in [
            (Algorithm::Crc32, "y/Q5Jg=="),
            (Algorithm::Crc32c, "4waSgw=="),
            (Algorithm::Crc64Nvme, "rosUhgp5mIg="),
            (Algorithm::Sha1, "98O8HYCOBHMq32eZZczDTKeuNEE="),
        ] {
            assert_eq!(algorithm.value(b"123456789"), value, "{algorithm:?}");
        }
        assert_eq!(Algorithm::Sha256.value(b""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn an_etag_of_parts_is_the_md5_of_their_md5s() {
        let parts = vec!["900150983cd24fb0d6963f7d28e17f72".to_string(); 2];
        assert!(etag_of_parts(&parts).ends_with("-2"));
        assert_ne!(etag_of_parts(&parts), etag_of_parts(&parts[..1]));
    }

    #[test]
    fn content_md5_is_believed_only_where_it_is_right() {
        let headers = |value: &str| HeaderMap::from_iter([("content-md5".parse().unwrap(), value.parse().unwrap())]);
        assert_eq!(
            md5(&headers("kAFQmDzST7DWlj99KOF/cg=="), b"abc", false).unwrap(),
            "900150983cd24fb0d6963f7d28e17f72"
        );
        assert_eq!(md5(&headers("kAFQmDzST7DWlj99KOF/cg=="), b"x", false).unwrap_err().code, "BadDigest");
        assert_eq!(md5(&headers("MTIz"), b"abc", false).unwrap_err().code, "InvalidDigest");
    }
}
