//! The words of a message, without what differs from call to call: ids, dates, addresses, regions, and the signs in which a log, a page or
//! an address writes other signs. `book/theme/register.js` does the same.

use std::collections::BTreeSet;

/// What the names of regions are made of.
const DIRECTIONS: [&str; 5] = ["north", "south", "east", "west", "central"];

/// What CloudFormation's handlers put before some services' messages. Its words stand in messages of their own, too: `Invalid request body`.
const OF_HANDLERS: [&str; 3] = ["invalid", "request", "provided"];

/// Words, and each two that follow each other.
pub(super) fn terms(words: &[String]) -> BTreeSet<String> {
    let pairs = words.windows(2).map(|pair| format!("{} {}", pair[0], pair[1]));
    pairs.chain(words.iter().cloned()).collect()
}

/// The words of a text in small letters, without what differs from call to call: ids, accounts, dates, ports, addresses. A status of three
/// digits stays. Korean is written with endings, so each two syllables are a word.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in without_addresses(&unescaped(text).to_lowercase()).split(|letter: char| !letter.is_alphanumeric()) {
        let syllables: Vec<char> = word.chars().filter(|letter| ('가'..='힣').contains(letter)).collect();
        if syllables.len() > 1 {
            words.extend(syllables.windows(2).map(|pair| pair.iter().collect::<String>()));
            continue;
        }
        let (length, digits) = (word.chars().count(), word.chars().filter(char::is_ascii_digit).count());
        let is_status = digits == 3 && length == 3 && word.starts_with(['2', '3', '4', '5']);
        // The middle of a request's id is four letters long.
        let is_hex = length > 3 && word.chars().all(|letter| letter.is_ascii_hexdigit());
        let is_id = digits > 0 && !is_status && (digits == length || is_hex || length > 7 || digits > 2);
        if !word.is_empty() && !is_id {
            words.push(word.to_string());
        }
        if words.ends_with(&OF_HANDLERS.map(str::to_string)) {
            words.truncate(words.len() - OF_HANDLERS.len());
        }
    }
    words
}

/// A text without the signs that a log, a page or an address writes in place of others: `\n`, `\u0027`, `&#39;`, `%20`.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&', '%']) {
        let (before, sign) = rest.split_at(at);
        plain.push_str(before);
        let length = length_of_escape(sign.as_bytes());
        // What is no escape begins with a sign of one byte, which is between words anyway.
        plain.push(' ');
        rest = &sign[length.unwrap_or(1)..];
    }
    plain + rest
}

/// A text in small letters without the addresses in it: they are the reader's own. The first one may be cut.
fn without_addresses(text: &str) -> String {
    let is_end = |letter: char| " \t\r\n'\"‘’“”<>)".contains(letter);
    let (first, after) = text.split_at(text.find(is_end).unwrap_or(text.len()));
    let mut parts = if first.contains('/') { after } else { text }.split("http");
    let mut rest = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let address = part.strip_prefix("://").or_else(|| part.strip_prefix("s://"));
        let after = address.map(|address| address.find(is_end).map_or("", |end| &address[end..]));
        rest.push_str(if after.is_some() { " " } else { "http" });
        rest.push_str(after.unwrap_or(part));
    }
    without_regions(&without_ip_addresses(&rest))
}

/// A text without names of regions: `ap-northeast-2`.
fn without_regions(text: &str) -> String {
    let is_in_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let is_region = |name: &str| {
        let [country, rest @ ..] = &name.split('-').collect::<Vec<_>>()[..] else { return false };
        let rest = rest.strip_prefix(&["gov"]).unwrap_or(rest);
        let is_digit = |number: &str| number.len() == 1 && number.bytes().all(|digit| digit.is_ascii_digit());
        let of_directions = |name: &str| {
            let mut rest = name;
            while let Some(after) = DIRECTIONS.iter().find_map(|direction| rest.strip_prefix(direction)) {
                rest = after;
            }
            !name.is_empty() && rest.is_empty()
        };
        let is_country = country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_lowercase());
        is_country && matches!(rest, [name, number] if of_directions(name) && is_digit(number))
    };
    let (mut kept, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(is_in_name) {
        let (before, from) = rest.split_at(at);
        let (name, after) = from.split_at(from.find(|letter| !is_in_name(letter)).unwrap_or(from.len()));
        kept.push_str(before);
        kept.push_str(if is_region(name) { " " } else { name });
        rest = after;
    }
    kept + rest
}

/// A text without what has four numbers with full stops between them.
fn without_ip_addresses(text: &str) -> String {
    let is_in_one = |letter: char| letter.is_ascii_digit() || ".:".contains(letter);
    let (mut kept, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(is_in_one) {
        let (before, from) = rest.split_at(at);
        let (run, after) = from.split_at(from.find(|letter| !is_in_one(letter)).unwrap_or(from.len()));
        kept.push_str(before);
        kept.push_str(if run.matches('.').count() > 2 { " " } else { run });
        rest = after;
    }
    kept + rest
}

/// How many bytes an escape has that a text begins with, if it begins with one.
fn length_of_escape(sign: &[u8]) -> Option<usize> {
    let are_hex = |digits: Option<&[u8]>| digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    match sign {
        [b'\\', letter, ..] if b"nrtNRT".contains(letter) => Some(2),
        [b'\\', b'u' | b'U', ..] if are_hex(sign.get(2..6)) => Some(6),
        [b'%', ..] if are_hex(sign.get(1..3)) => Some(3),
        [b'&', rest @ ..] => {
            let hash = usize::from(rest.first() == Some(&b'#'));
            let name = rest[hash..].iter().take_while(|letter| letter.is_ascii_alphanumeric()).count();
            ((2..=8).contains(&name) && rest.get(hash + name) == Some(&b';')).then_some(hash + name + 2)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_call_to_call_is_not_a_word() {
        let words = words(
            "b.example/path 403 “arn:aws:dynamodb:eu-west-1:999988887777:table/Notes/stream/2025-12-31T23:59:59.123” on i-0abc12345 (HTTPS://a.b/c?d) 'http://e' http 203.0.113.7:443",
        );
        assert_eq!(words.join(" "), "403 arn aws dynamodb table notes stream on i http");
    }

    #[test]
    fn what_is_written_for_another_sign_is_not_a_word() {
        for text in [
            r"say\u0027no\tmore\r\n",
            "say&#39;no&quot;more&#x27;",
            "say%27no%20more",
            "say & no % more\\",
            "say&nbsp;no\n\\more&",
        ] {
            assert_eq!(words(text).join(" "), "say no more", "{text}");
        }
    }

    #[test]
    fn what_a_handler_puts_before_a_message_is_not_of_the_message() {
        let with_prefix = words("returned message: \"Invalid request provided: Invalid request body\"");
        assert_eq!(with_prefix.join(" "), "returned message invalid request body");
    }
}
