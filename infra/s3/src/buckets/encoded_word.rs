//! Text in headers that are ASCII, as mails write it (RFC 2047): how S3 gives metadata back.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;

fn is_plain(unit: u16) -> bool {
    matches!(unit, 0x20..=0x7e | 0x09)
}

/// `text` as a header can hold it: as it is where it is ASCII that can be printed, and otherwise encoded. What is mostly ASCII stays
/// legible.
pub(super) fn encoded(text: &str) -> String {
    let (plain, other): (Vec<u16>, Vec<u16>) = text.encode_utf16().partition(|unit| is_plain(*unit));
    if other.is_empty() {
        return text.to_string();
    }
    if plain.len() <= other.len() {
        return in_base64(text);
    }
    let quoted = |byte: u8| match byte {
        b' ' => "_".to_string(),
        b'=' | b'_' | b'?' => format!("={byte:02X}"),
        0x21..=0x7e => char::from(byte).to_string(),
        other => format!("={other:02X}"),
    };
    format!("=?UTF-8?Q?{}?=", text.bytes().map(quoted).collect::<String>())
}

/// `text` encoded even where it need not be: whoever decodes it gets `text`, encoded words in it and all.
pub(super) fn in_base64(text: &str) -> String {
    format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(text))
}

/// What an encoded word stands for; none where `value` is not one.
pub(super) fn decoded(value: &str) -> Option<String> {
    let word = value.strip_prefix("=?")?.strip_suffix("?=")?;
    let mut parts = word.split('?');
    let (charset, encoding, text, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let bytes: Vec<u8> = match encoding {
        "B" | "b" => BASE64_STANDARD.decode(text).ok().or_else(|| of_damaged_base64(text))?,
        "Q" | "q" => percent_decode_str(&text.replace('%', "%25").replace('_', " ").replace('=', "%")).collect(),
        _ => return None,
    };
    charset.eq_ignore_ascii_case("utf-8").then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// S3 reads a character that is not of Base64 as the last one of the alphabet.
fn of_damaged_base64(text: &str) -> Option<Vec<u8>> {
    let of_alphabet = |character: char| match character {
        'A'..='Z' | 'a'..='z' | '0'..='9' | '+' => character,
        _ => '/',
    };
    let (text, padding) = text.split_at(text.trim_end_matches('=').len());
    let repaired: String = text.chars().map(of_alphabet).collect();
    if repaired.is_empty() { None } else { BASE64_STANDARD.decode(repaired + padding).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mostly_ascii_stays_legible() {
        for (text, word) in [
            ("plain = text?\t_", "plain = text?\t_"),
            ("", ""),
            ("Straße 12", "=?UTF-8?Q?Stra=C3=9Fe_12?="),
            ("a_b=c?é", "=?UTF-8?Q?a=5Fb=3Dc=3F=C3=A9?="),
            ("100%25 é", "=?UTF-8?Q?100%25_=C3=A9?="),
            ("서울", "=?UTF-8?B?7ISc7Jq4?="),
            ("\u{1}\u{2}", "=?UTF-8?B?AQI=?="),
            ("a😀", "=?UTF-8?B?YfCfmIA=?="),
        ] {
            assert_eq!(encoded(text), word, "{text}");
            assert_eq!(decoded(word).as_deref().unwrap_or(word), text);
            assert_eq!(decoded(&in_base64(text)).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_word_is_read_even_where_it_is_damaged() {
        assert_eq!(decoded("=?utf-8?q?two_words?=").as_deref(), Some("two words"));
        assert_eq!(decoded("=?UTF-8?B?=QUJ?=").as_deref(), Some("\u{fffd}\u{5}\t"));
        assert_eq!(decoded("=?UTF-8?B?Q!I=?=").as_deref(), Some("C\u{fffd}"));
        for other in ["", "abc", "=?UTF-8?B?", "=?UTF-8?X?abc?=", "=?ISO-8859-1?B?YWJj?=", "=?UTF-8?B?=?="] {
            assert_eq!(decoded(other), None, "{other}");
        }
    }
}
