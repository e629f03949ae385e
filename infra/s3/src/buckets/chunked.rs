//! Bodies in chunks, as SDKs send them: each chunk with its length and perhaps a signature, and after the last one trailers, such as
//! a checksum that was computed on the way.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::authentication::{mismatch, sha256};
use super::error::ErrorDocument;
use local::signature::{hex, keyed, same};

/// What the signatures of chunks start from: the signature of the head.
#[derive(Debug)]
pub(super) struct Seed {
    pub(super) key: Vec<u8>,
    pub(super) scope: String,
    pub(super) timestamp: String,
    pub(super) signature: String,
}

/// Whether `hash`, in the place of a body's hash, says that the body comes in chunks.
pub(super) fn is_streaming(hash: &str) -> bool {
    [
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    ]
    .contains(&hash)
}

/// The body without its frames, and the trailers. A body that does not come in chunks stays as it is.
pub(super) fn decoded(
    headers: &HeaderMap,
    body: Bytes,
    seed: Option<Seed>,
) -> Result<(Bytes, HeaderMap), ErrorDocument> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let hash = text("x-amz-content-sha256").unwrap_or_default();
    if !is_streaming(hash) {
        return Ok((body, HeaderMap::new()));
    }
    let is_signed = hash.starts_with("STREAMING-AWS4-");
    let length: u64 = text("x-amz-decoded-content-length")
        .and_then(|length| length.parse().ok())
        .ok_or_else(ErrorDocument::missing_length)?;
    let mut reader = Reader { rest: body, seed: seed.filter(|_| is_signed) };
    let mut decoded = BytesMut::new();
    loop {
        let chunk = reader.chunk()?;
        if chunk.is_empty() {
            break;
        }
        decoded.extend_from_slice(&chunk);
    }
    if decoded.len() as u64 != length {
        return Err(incomplete());
    }
    Ok((decoded.freeze(), reader.trailers()?))
}

fn incomplete() -> ErrorDocument {
    let message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
    ErrorDocument::bad_request("IncompleteBody", message)
}

struct Reader {
    rest: Bytes,
    seed: Option<Seed>,
}

impl Reader {
    /// The next line, without its end.
    fn line(&mut self) -> Option<Bytes> {
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        let line = self.rest.split_to(end + 1);
        Some(line.slice(..end - usize::from(line[..end].ends_with(b"\r"))))
    }

    /// The next chunk; the last one is empty.
    fn chunk(&mut self) -> Result<Bytes, ErrorDocument> {
        let line = self.line().ok_or_else(incomplete)?;
        let line = std::str::from_utf8(&line).map_err(|_| incomplete())?;
        let (length, extension) = line.split_once(';').unwrap_or((line, ""));
        let length = usize::from_str_radix(length.trim(), 16).map_err(|_| incomplete())?;
        if self.rest.len() < length {
            return Err(incomplete());
        }
        let chunk = self.rest.split_to(length);
        if length > 0 && self.line().is_none_or(|line| !line.is_empty()) {
            return Err(incomplete());
        }
        if let Some(seed) = &mut self.seed {
            let sent = extension.strip_prefix("chunk-signature=").unwrap_or_default().trim();
            let hashes = format!("{}\n{}", sha256(b""), sha256(&chunk));
            seed.verify("AWS4-HMAC-SHA256-PAYLOAD", &hashes, sent)?;
        }
        Ok(chunk)
    }

    fn trailers(mut self) -> Result<HeaderMap, ErrorDocument> {
        let (mut trailers, mut signed, mut signature) = (HeaderMap::new(), String::new(), None);
        while let Some(line) = self.line().filter(|line| !line.is_empty()) {
            let line = String::from_utf8_lossy(&line).into_owned();
            let (name, value) = line.split_once(':').ok_or_else(incomplete)?;
            let (name, value) = (name.trim().to_lowercase(), value.trim());
            if name == "x-amz-trailer-signature" {
                signature = Some(value.to_string());
                continue;
            }
            signed += &format!("{name}:{value}\n");
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                trailers.insert(name, value);
            }
        }
        if let Some(seed) = &mut self.seed
            && !signed.is_empty()
        {
            seed.verify("AWS4-HMAC-SHA256-TRAILER", &sha256(signed.as_bytes()), &signature.unwrap_or_default())?;
        }
        Ok(trailers)
    }
}

impl Seed {
    /// Verifies the next signature, from which the one after it starts.
    fn verify(&mut self, algorithm: &str, hashes: &str, sent: &str) -> Result<(), ErrorDocument> {
        let Seed { scope, timestamp, signature, .. } = self;
        let text = format!("{algorithm}\n{timestamp}\n{scope}\n{signature}\n{hashes}");
        let own = hex(&keyed(&self.key, &text));
        if !same(own.as_bytes(), sent.as_bytes()) {
            return Err(mismatch("", &text, sent));
        }
        self.signature = own;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(hash: &'static str, length: &'static str) -> HeaderMap {
        let headers = [("x-amz-content-sha256", hash), ("x-amz-decoded-content-length", length)];
        headers.into_iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn chunks_become_one_body_with_its_trailers() {
        let headers = headers("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "8");
        let body = "5\r\nfirst\r\n3\r\n\r\nx\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
        let (body, trailers) = decoded(&headers, Bytes::from_static(body.as_bytes()), None).unwrap();
        assert_eq!(body.as_ref(), b"first\r\nx");
        assert_eq!(trailers["x-amz-checksum-crc32"], "AAAAAA==");
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_refused() {
        let of = |body: &'static str| {
            decoded(&headers("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5"), Bytes::from_static(body.as_bytes()), None)
        };
        for body in [
            "",
            "5",
            "5\r\nfi",
            "5\r\nfirst",
            "5\r\nfirstx\r\n0\r\n",
            "x\r\n",
            "4\r\nfirs\r\n0\r\n\r\n",
            "ffffffffffffffff\r\n",
        ] {
            assert_eq!(of(body).unwrap_err().code, "IncompleteBody", "{body:?}");
        }
        assert!(of("5\r\nfirst\r\n0\r\n\r\n").is_ok());
    }

    #[test]
    fn each_chunk_is_signed_after_the_one_before() {
        // The example of AWS's documentation, whose secret is public.
        let key = local::signature::signing_key(
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "20130524/us-east-1/s3/aws4_request",
        );
        let seed = || Seed {
            key: key.clone(),
            scope: "20130524/us-east-1/s3/aws4_request".into(),
            timestamp: "20130524T000000Z".into(),
            signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9".into(),
        };
        let frame =
            |length: &str, signature: &str, data: &str| format!("{length};chunk-signature={signature}\r\n{data}\r\n");
        let first =
            frame("10000", "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", &"a".repeat(65536));
        let second =
            frame("400", "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", &"a".repeat(1024));
        let last = frame("0", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", "");
        let headers = headers("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "66560");
        let of = |body: String| decoded(&headers, Bytes::from(body), Some(seed()));
        assert_eq!(of(format!("{first}{second}{last}")).unwrap().0.len(), 66560);
        assert_eq!(of(format!("{second}{first}{last}")).unwrap_err().code, "SignatureDoesNotMatch");
        assert_eq!(
            of(format!("{first}{}{last}", second.replace("aa\r", "ab\r"))).unwrap_err().code,
            "SignatureDoesNotMatch"
        );
    }
}
