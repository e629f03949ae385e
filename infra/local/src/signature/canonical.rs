//! The one form in which a request is hashed, however its client wrote it.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode, utf8_percent_encode};

/// Everything but the characters that RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The same, for a path.
const PATH: &AsciiSet = &ENCODED.remove(b'/');

/// The parts of a request that are signed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Canonical<'a> {
    pub(super) method: &'a str,
    /// The path as it is sent, encoded once.
    pub(super) path: &'a str,
    /// The query as it is sent, without the signature itself.
    pub(super) query: &'a str,
    /// Names in lower case, sorted.
    pub(super) headers: &'a [(String, String)],
    /// The body's SHA-256, in hexadecimal digits.
    pub(super) hash: &'a str,
    pub(super) service: &'a str,
}

impl Canonical<'_> {
    /// The canonical request.
    pub(super) fn text(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}:{}\n", spaced(value))).collect();
        let (method, path, query) = (self.method, self.path(), canonical_query(self.query));
        format!("{method}\n{path}\n{query}\n{headers}\n{}\n{}", self.signed_headers(), self.hash)
    }

    /// The names of the headers, as the signature lists them.
    pub(super) fn signed_headers(&self) -> String {
        self.headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";")
    }

    /// Every service but S3 reads the path without `.` and `..` and encodes it a second time.
    fn path(&self) -> String {
        if self.service == "s3" {
            return self.path.to_string();
        }
        let mut segments: Vec<&str> = Vec::new();
        for segment in self.path.split('/') {
            match segment {
                "" | "." => {}
                ".." => drop(segments.pop()),
                segment => segments.push(segment),
            }
        }
        let mut path = format!("/{}", segments.join("/"));
        if self.path.ends_with('/') && path != "/" {
            path.push('/');
        }
        utf8_percent_encode(&path, PATH).to_string()
    }
}

/// `text` as it stands in a query.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// The query's parameters sorted by their encoded names and values.
pub fn canonical_query(query: &str) -> String {
    // Byte by byte: a query need not be UTF-8.
    let encoded = |text: &str| percent_encode(&percent_decode_str(text).collect::<Vec<u8>>(), ENCODED).to_string();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut pairs: Vec<(String, String)> = pairs.map(|(name, value)| (encoded(name), encoded(value))).collect();
    pairs.sort();
    pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// A header's value without spaces at its ends, and with one between its words.
fn spaced(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}
