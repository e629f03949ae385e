//! A request as S3 reads it: the bucket in the host or the path, the key after it, the parameters.
//!
//! A key is whatever the path says, decoded once: no part of it means anything, and a plus sign in a path or a query is a space.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Uri, header};
use percent_encoding::percent_decode_str;

use super::chunked;
use super::encoded_word;
use super::error::{ErrorDocument, insert, insert_bytes};
use local::guard;
use local::signature::encoded;
use stack::REGION;

/// The longest key that S3 takes, in bytes.
pub(super) const LONGEST_KEY: usize = 1024;

/// What the names of an object's own metadata begin with.
pub(super) const METADATA: &str = "x-amz-meta-";

/// How long all headers may be together, in bytes: whoever keeps large cookies for a domain meets this.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
const MOST_HEADERS: usize = 8192;

/// The parameters `X-Amz-*` of a presigned URL that are its signature, and no headers.
const OF_THE_SIGNATURE: [&str; 8] =
    ["algorithm", "content-sha256", "credential", "date", "expires", "security-token", "signature", "signedheaders"];

/// A call of S3.
#[derive(Debug, Clone, Default)]
pub(super) struct S3Call {
    pub(super) method: Method,
    pub(super) uri: Uri,
    /// Empty where none is named, as is the key.
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl S3Call {
    /// The call that `parts` make, with no body yet.
    pub(super) fn of(parts: &Parts) -> Result<S3Call, ErrorDocument> {
        let lines = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
        if lines.sum::<usize>() > MOST_HEADERS {
            let message = "Your request header section exceeds the maximum allowed size.";
            let error = ErrorDocument::bad_request("RequestHeaderSectionTooLarge", message);
            return Err(error.with("MaxSizeAllowed", MOST_HEADERS.to_string()));
        }
        let (bucket, key) = addressed(&parts.headers, parts.uri.path()).ok_or_else(|| {
            ErrorDocument::bad_request("InvalidURI", "Couldn't parse the specified URI.").with("URI", parts.uri.path())
        })?;
        if key.len() > LONGEST_KEY {
            return Err(too_long(&key));
        }
        Ok(S3Call {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            bucket,
            key,
            parameters: pairs(parts.uri.query().unwrap_or_default()),
            headers: parts.headers.clone(),
            body: Bytes::new(),
        })
    }

    /// The value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether there is a query parameter of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parameter(name).is_some()
    }

    /// A header, if it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
    }

    /// Takes the headers that a presigned URL holds as parameters: its owner says so what is put, and when.
    ///
    /// The SDK for JavaScript writes nearly every `x-amz-*` header into the URL. S3 reads them there, but for a checksum, which that SDK
    /// takes of a body that it does not have yet, and for tags.
    /// <https://github.com/aws/aws-sdk-go-v2/pull/1017>
    pub(super) fn take_headers(&mut self) {
        for (name, value) in &self.parameters {
            let name = name.to_lowercase();
            let is_read = match name.strip_prefix("x-amz-") {
                Some(rest) => !OF_THE_SIGNATURE.contains(&rest) && !rest.contains("checksum") && rest != "tagging",
                None => ["if-match", "if-none-match"].contains(&name.as_str()),
            };
            if is_read && !self.headers.contains_key(&name) {
                match name.starts_with(METADATA) {
                    true => insert(&mut self.headers, &name, &encoded_word::encoded(value)),
                    false => insert_bytes(&mut self.headers, &name, value.as_bytes()),
                }
            }
        }
    }

    /// Refuses an upload that does not say how long it is. One in chunks of AWS's says so in a header of its own.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>, <https://github.com/JuliaWeb/HTTP.jl/issues/98>
    pub(super) fn has_length(&self) -> Result<(), ErrorDocument> {
        let streams = self.header("x-amz-content-sha256").is_some_and(chunked::is_streaming);
        if streams || self.headers.contains_key(header::CONTENT_LENGTH) {
            return Ok(());
        }
        Err(match self.headers.contains_key(header::TRANSFER_ENCODING) {
            true => ErrorDocument::header_not_implemented("Transfer-Encoding"),
            false => ErrorDocument::missing_length(),
        })
    }

    /// The version that is asked for by its name.
    pub(super) fn version(&self) -> Option<&str> {
        self.parameter("versionId")
    }

    /// The address of the object, as answers have it.
    pub(super) fn location(&self) -> String {
        format!("http://{}.s3.{REGION}.amazonaws.com/{}", self.bucket, encoded(&self.key))
    }

    /// A number among the parameters, not below zero; `most` where it is larger, or not there.
    pub(super) fn count(&self, name: &str, most: usize) -> Result<usize, ErrorDocument> {
        let Some(text) = self.parameter(name).filter(|text| !text.is_empty()) else { return Ok(most) };
        let invalid = |name: &str, message: String| ErrorDocument::invalid_argument(&message, name, Some(text));
        let number: i32 = text
            .parse()
            .map_err(|_| invalid(name, format!("Provided {name} not an integer or within integer range")))?;
        let number = usize::try_from(number).map_err(|_| {
            // S3 calls it so for a number below zero only: <https://github.com/brekkylab/backlot/issues/192> measured both.
            let name = if name == "max-keys" { "maxKeys" } else { name };
            invalid(name, format!("Argument {name} must be an integer between 0 and 2147483647"))
        })?;
        Ok(number.min(most))
    }
}

/// The refusal of a key that is longer than any.
pub(super) fn too_long(key: &str) -> ErrorDocument {
    ErrorDocument::bad_request("KeyTooLongError", "Your key is too long")
        .with("Size", key.len().to_string())
        .with("MaxSizeAllowed", LONGEST_KEY.to_string())
}

/// The bucket and the key that a request is about; empty where it names none. None where its path is not text.
pub(crate) fn addressed(headers: &HeaderMap, path: &str) -> Option<(String, String)> {
    let path = decoded(path)?;
    let path = path.strip_prefix('/').unwrap_or(&path);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    Some(match guard::without_port(host).strip_suffix(".localhost") {
        Some(bucket) => (bucket.to_string(), path.to_string()),
        None => {
            let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
            (bucket.to_string(), key.to_string())
        }
    })
}

/// `text` of a path or a query as S3 means it; none where it is not text, or a percent sign has no two digits after it.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut escapes = text.split('%').skip(1).map(str::as_bytes);
    if !escapes.all(|rest| rest.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))) {
        return None;
    }
    percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// The names and values of a query.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let lossy = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    pairs.map(|(name, value)| (lossy(name), lossy(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presigned_url_holds_headers() {
        let query = "If-None-Match=%2A&if-match=%22a%22&x=y&x-amz-meta-a=b+c%20d&X-Amz-Acl=private&X-Amz-Date=20260101T000000Z\
                     &x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32&x-amz-tagging=a%3Db";
        let mut call = S3Call { parameters: pairs(query), ..S3Call::default() };
        call.headers.insert("if-match", header::HeaderValue::from_static("\"b\""));
        call.take_headers();
        let mut taken: Vec<_> =
            call.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        taken.sort_unstable();
        let expected =
            [("if-match", "\"b\""), ("if-none-match", "*"), ("x-amz-acl", "private"), ("x-amz-meta-a", "b c d")];
        assert_eq!(taken, expected);
    }

    #[test]
    fn a_key_is_what_the_path_says() {
        for (host, path, bucket, key) in [
            ("127.0.0.1:4003", "/", "", ""),
            ("127.0.0.1:4003", "/b", "b", ""),
            ("127.0.0.1:4003", "/b/", "b", ""),
            ("127.0.0.1:4003", "/b//", "b", "/"),
            ("127.0.0.1:4003", "/b/../c/%2e%2E", "b", "../c/.."),
            ("127.0.0.1:4003", "/b/a+b%2Bc%20d", "b", "a b+c d"),
            ("b.localhost:4003", "/a//b", "b", "a//b"),
            ("b.localhost:4003", "//a", "b", "/a"),
            ("localhost:4003", "/b/a%00b", "b", "a\0b"),
        ] {
            let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
            assert_eq!(addressed(&headers, path), Some((bucket.to_string(), key.to_string())), "{host} {path}");
        }
        assert_eq!(addressed(&HeaderMap::new(), "/b/%ff"), None);
    }

    #[test]
    fn a_key_of_1024_bytes_is_the_longest() {
        let of = |key: String| {
            let request = http::Request::builder().uri(format!("/b/{key}")).body(()).unwrap();
            S3Call::of(&request.into_parts().0)
        };
        assert_eq!(of("k".repeat(1024)).unwrap().key.len(), 1024);
        assert_eq!(of("%ED%95%9C".repeat(341)).unwrap().key.len(), 1023);
        let error = of("%ED%95%9C".repeat(342)).unwrap_err();
        let details = [("Size", "1026".to_string()), ("MaxSizeAllowed", "1024".to_string())];
        assert_eq!((error.code.as_str(), &error.details[..]), ("KeyTooLongError", &details[..]));
    }

    #[test]
    fn headers_are_together_not_longer_than_eight_kilobytes() {
        let of = |length: usize| {
            let request = http::Request::builder().uri("/b/k").header("cookie", "x".repeat(length)).body(()).unwrap();
            S3Call::of(&request.into_parts().0)
        };
        assert_eq!(of(8182).unwrap().key, "k");
        let error = of(8183).unwrap_err();
        let details = [("MaxSizeAllowed", "8192".to_string())];
        assert_eq!((error.code.as_str(), &error.details[..]), ("RequestHeaderSectionTooLarge", &details[..]));
    }

    #[test]
    fn counts_are_whole_and_have_bounds() {
        let of = |query: &str| {
            let request = http::Request::builder().uri(format!("/b?{query}")).body(()).unwrap();
            S3Call::of(&request.into_parts().0).unwrap().count("max-keys", 1000)
        };
        assert_eq!(
            [
                of("").unwrap(),
                of("max-keys=").unwrap(),
                of("max-keys=5").unwrap(),
                of("max-keys=0").unwrap(),
                of("max-keys=2000").unwrap()
            ],
            [1000, 1000, 5, 0, 1000]
        );
        for wrong in ["max-keys=-1", "max-keys=x", "max-keys=2147483648"] {
            assert_eq!(of(wrong).unwrap_err().code, "InvalidArgument", "{wrong}");
        }
        let negative = of("max-keys=-1").unwrap_err().message;
        assert_eq!(negative, "Argument maxKeys must be an integer between 0 and 2147483647");
    }
}
