//! The two encodings in which a proxy event may hold something: base64 for bodies, percent-encoding for paths.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What is encoded in a part of a path: everything but letters, digits and these four.
/// <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The bytes that `text` stands for; nothing when it is not base64.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// `bytes` as text.
pub fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// What a part of a path stands for: `caf%C3%A9` is `café`. Unlike in a query string, `+` is a plus sign.
pub fn from_path(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// `text` as one part of a path.
pub fn to_path(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_part_comes_back_as_it_was() {
        for text in ["welcome", "café", "c++", "a/b c", "100%", ""] {
            let part = to_path(text);
            assert!(!part.contains(['/', ' ', '+']), "{part}");
            assert_eq!(from_path(&part), text);
        }
        assert_eq!(from_path("c++"), "c++");
    }

    #[test]
    fn what_is_no_base64_is_nothing() {
        assert_eq!(from_base64(&to_base64(b"\x89PNG")).unwrap(), b"\x89PNG");
        assert_eq!(from_base64("{\"title\": 1}"), None);
    }
}
