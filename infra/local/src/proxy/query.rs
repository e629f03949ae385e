//! The query string, decoded. Unlike the path, which a function receives as it was sent.

use percent_encoding::percent_decode_str;

use super::values::Values;

/// The parameters of `query` in order. A plus is a space here (and `%2B` a plus), which surprises clients that send a date with
/// a time zone. A name without `=` has the empty value.
pub(crate) fn parameters(query: &str) -> Values {
    let mut parameters = Values::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameters.push(decoded(name), decoded(value), |given, name| given == name);
    }
    parameters
}

fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
