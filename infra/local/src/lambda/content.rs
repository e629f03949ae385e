//! Whether an event is JSON, and Lambda's words when it is not.
//!
//! A form that a page posts without `JSON.stringify` ends here: Lambda's parser reads `token=abc` and takes `token` for a word it
//! does not know.

use serde::de::IgnoredAny;

/// Why `payload` is not JSON; `None` when it is. The text comes after "Could not parse request body into json: ".
pub fn json_error(payload: &[u8]) -> Option<String> {
    let error = serde_json::from_slice::<IgnoredAny>(payload).err()?;
    let text = String::from_utf8_lossy(payload);
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let characters: Vec<char> = line.chars().collect();
    // The error's column counts from one, and is that of the wrong character or of the one after it.
    let at = error.column().saturating_sub(1).min(characters.len().saturating_sub(1));
    let is_word = |place: usize| characters.get(place).is_some_and(|c| c.is_alphanumeric() || *c == '_' || *c == '$');
    let (what, column) = if error.is_eof() || characters.is_empty() {
        ("Unexpected end-of-input".to_string(), characters.len() + 1)
    } else if is_word(at) && !characters[at].is_ascii_digit() {
        let start = (0..=at).rev().take_while(|place| is_word(*place)).last().unwrap_or(at);
        let end = (at..characters.len()).take_while(|place| is_word(*place)).last().unwrap_or(at) + 1;
        let word: String = characters[start..end].iter().collect();
        (format!("Unrecognized token '{word}': was expecting 'null', 'true', 'false' or NaN"), end + 1)
    } else {
        let character = characters[at];
        (format!("Unexpected character ('{character}' (code {}))", u32::from(character)), at + 1)
    };
    Some(format!(
        "Could not parse payload into json: {what}\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` \
         disabled); line: {}, column: {column}]",
        error.line()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_word_that_is_not_json() {
        let cases = [
            ("token=abc&text=hi", "Unrecognized token 'token'", "line: 1, column: 6"),
            ("hello", "Unrecognized token 'hello'", "line: 1, column: 6"),
            ("{\n  \"a\": undefined}", "Unrecognized token 'undefined'", "line: 2, column: 17"),
            ("{\"a\": 1", "Unexpected end-of-input", "line: 1"),
            ("{'a': 1}", "Unexpected character (''' (code 39))", "line: 1, column: 2"),
        ];
        for (payload, what, place) in cases {
            let error = json_error(payload.as_bytes()).unwrap();
            assert!(error.contains(what) && error.contains(place), "{payload}: {error}");
        }
        assert_eq!(json_error(b"{\"a\": [1, null]}"), None);
        assert!(json_error(b"\xff\xfe").is_some());
        assert!(json_error(b"").is_some());
    }
}
