//! The words of a message, without what differs from call to call: ids, dates, addresses, regions, what a client puts before a message, and
//! the signs in which a log, a page or an address writes other signs. `book/theme/register.js` does the same.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::Chars;

use unicode_normalization::UnicodeNormalization;

/// What the names of regions are made of.
const DIRECTIONS: [&str; 5] = ["north", "south", "east", "west", "central"];

/// What CloudFormation's handlers put before some services' messages. Its words stand in messages of their own, too: `Invalid request body`.
const OF_HANDLERS: [&str; 3] = ["invalid", "request", "provided"];

/// What the commands of `aws s3` say of a file before they say why: `upload failed: ./a.html to s3://board-site/a.html`.
const TRANSFERS: [&str; 6] = ["upload", "download", "copy", "move", "delete", "remove"];

/// What stands at the beginning of a whole command's failure, whatever it was.
const OF_CLIENTS: [&str; 3] = ["fatal error:", "aws: error:", "aws: [error]:"];

/// Signs that nobody sees, and that are pasted along with the words.
const UNSEEN: [char; 5] = ['\u{ad}', '\u{200b}', '\u{200e}', '\u{2060}', '\u{feff}'];

/// What the AWS CLI and boto3 say between an error's code and the operation's name.
const CALL: &str = ") when calling the ";

/// A text as it is seen: without a terminal's colours, links and titles, without what was typed and taken back, and with one sign for the
/// end of a line. A letter that was written in parts, as file systems write Korean, is one letter.
pub fn readable(text: &str) -> String {
    let mut seen = String::new();
    let plain: String = without_sequences(text).nfc().collect();
    // Where every second letter is none, they are the halves of UTF-16; the others stand between words.
    let (nuls, length) = (plain.matches('\0').count(), plain.encode_utf16().count());
    let are_halves = 3 * nuls > length;
    for letter in plain.chars() {
        match letter {
            '\u{8}' => drop(seen.pop()),
            '\0' if are_halves => {}
            '\n' | '\t' => seen.push(letter),
            other => seen.push(if other.is_control() || other.is_whitespace() { ' ' } else { other }),
        }
    }
    seen
}

/// A text without a terminal's sequences and the signs that nobody sees, and with one sign for the end of a line.
fn without_sequences(text: &str) -> String {
    let mut seen = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{9b}' => skip_sequence(&mut letters, '0'),
            '\u{1b}' => match letters.next_if(|next| ['[', ']'].contains(next)) {
                Some('[') => skip_sequence(&mut letters, '0'),
                Some(_) => skip_command(&mut letters),
                None => skip_sequence(&mut letters, '@'),
            },
            '\r' => {
                letters.next_if_eq(&'\n');
                seen.push('\n');
            }
            unseen if UNSEEN.contains(&unseen) => {}
            other => seen.push(other),
        }
    }
    seen
}

/// Goes on after what changes colours or moves a terminal's cursor: its numbers from `first` to `?`, its signs, and one letter.
fn skip_sequence(letters: &mut Peekable<Chars<'_>>, first: char) {
    while letters.next_if(|letter| (first..='?').contains(letter)).is_some() {}
    while letters.next_if(|letter| (' '..='/').contains(letter)).is_some() {}
    letters.next_if(|letter| ('0'..='~').contains(letter));
}

/// Goes on after a link or a title that a terminal is given, which a bell ends, or `ESC \`.
fn skip_command(letters: &mut Peekable<Chars<'_>>) {
    while letters.next_if(|letter| !['\u{7}', '\u{1b}'].contains(letter)).is_some() {}
    letters.next_if_eq(&'\u{7}');
}

/// Words, and each two that follow each other.
pub(super) fn terms(words: &[String]) -> BTreeSet<String> {
    let pairs = words.windows(2).map(|pair| format!("{} {}", pair[0], pair[1]));
    pairs.chain(words.iter().cloned()).collect()
}

/// The words of a text in small letters, without what differs from call to call: ids, accounts, dates, ports, addresses. A status of three
/// digits stays. Korean is written with endings, so each two syllables are a word.
pub(super) fn words(text: &str) -> Vec<String> {
    words_and_names(text, |_| true)
}

/// The words of a text, of which those that hyphens hold together are one word if they are not known: a name of the reader's own.
pub(super) fn words_and_names(text: &str, is_known: impl Fn(&str) -> bool) -> Vec<String> {
    let mut words = Vec::new();
    let text = unescaped(&without_wrappers(&without_packages(&without_frames(text)).to_lowercase()));
    for held in without_addresses(&text).split(|letter: char| !letter.is_alphanumeric() && letter != '-') {
        let before = words.len();
        add_words(held, &mut words);
        let parts = words.get(before..).unwrap_or_default();
        if parts.len() > 1 && !held.contains(is_syllable) && !is_known(&parts.join(" ")) {
            let name = parts.join("-");
            words.truncate(before);
            words.push(name);
        }
    }
    words
}

/// Adds what hyphens hold together to the words before it.
fn add_words(held: &str, words: &mut Vec<String>) {
    for word in held.split('-') {
        let syllables: Vec<char> = word.chars().filter(|letter| is_syllable(*letter)).collect();
        if syllables.len() > 1 {
            words.extend(syllables.windows(2).map(|pair| pair.iter().collect::<String>()));
            continue;
        }
        let (length, digits) = (word.chars().count(), word.chars().filter(char::is_ascii_digit).count());
        let is_status = digits == 3 && length == 3 && word.starts_with(['2', '3', '4', '5']);
        // The middle of a request's id is four letters long.
        let is_hex = length > 3 && word.chars().all(|letter| letter.is_ascii_hexdigit());
        // `S3Exception`.
        let is_name = word.ends_with("exception");
        let is_id = digits > 0 && !is_status && !is_name && (digits == length || is_hex || length > 7 || digits > 2);
        if !word.is_empty() && !is_id {
            words.push(word.to_string());
        }
        if words.ends_with(&OF_HANDLERS.map(str::to_string)) {
            words.truncate(words.len() - OF_HANDLERS.len());
        }
    }
}

/// A text without the frames of a stack, such as `at save (/var/task/index.js:12:20)`: they are the program's own, and many.
fn without_frames(text: &str) -> String {
    const START: &str = "at ";
    let is_in_name = |letter: char| letter.is_ascii_alphanumeric() || ['_', '.', '-'].contains(&letter);
    let (mut kept, mut from, mut search) = (String::new(), 0, 0);
    while let Some(at) = text[search..].find(START).map(|at| search + at) {
        search = at + START.len();
        if let Some(after) = after_frame(&text[search..]).filter(|_| !text[..at].ends_with(is_in_name)) {
            kept.push_str(&text[from..at]);
            kept.push(' ');
            from = text.len() - after.len();
            search = from;
        }
    }
    kept + &text[from..]
}

/// What stands after `save (/var/task/index.js:12:20)`, if a text begins with a function and its place.
fn after_frame(text: &str) -> Option<&str> {
    let is_end = |letter: char| letter.is_whitespace() || ['(', ')'].contains(&letter);
    let mut place = text;
    // The function may be `new Store`, or have a second name behind it.
    for _ in 0..4 {
        if !place.starts_with('(') {
            let end = place.find(is_end).filter(|end| *end > 0)?;
            place = place[end..].strip_prefix(' ')?;
        }
    }
    let (inside, after) = place.strip_prefix('(')?.split_once(')')?;
    let line = inside.rsplit_once(':').filter(|_| !inside.contains(is_end))?.1;
    (!line.is_empty() && line.bytes().all(|digit| digit.is_ascii_digit())).then_some(after)
}

/// A text without the packages before the names of classes: `software.amazon.awssdk.services.s3.model.`.
fn without_packages(text: &str) -> String {
    let is_in_name = |letter: char| letter.is_ascii_alphanumeric() || ['_', '.'].contains(&letter);
    let is_package = |part: &str| {
        let is_small = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        part.starts_with(|first: char| first.is_ascii_lowercase()) && part.chars().all(is_small)
    };
    let (mut kept, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(is_in_name) {
        let (before, from) = rest.split_at(at);
        let (name, after) = from.split_at(from.find(|letter| !is_in_name(letter)).unwrap_or(from.len()));
        let packages = name.split('.').take_while(|part| is_package(part)).count();
        let class = name.split('.').nth(packages).filter(|class| class.starts_with(|it: char| it.is_ascii_uppercase()));
        let length: usize = name.split('.').take(packages).map(|part| part.len() + 1).sum();
        kept.push_str(before);
        kept.push_str(if packages > 1 && class.is_some() { &name[length..] } else { name });
        rest = after;
    }
    kept + rest
}

/// A text in small letters without what a client, or a document of XML, puts before a message.
fn without_wrappers(text: &str) -> String {
    let mut plain = OF_CLIENTS.iter().fold(text.to_string(), |text, words| text.replace(words, " "));
    while let Some(from) = plain.find("<?xml") {
        let to = plain[from..].find('>').map_or(plain.len(), |at| from + at + 1);
        plain.replace_range(from..to, " ");
    }
    let mut kept = String::new();
    let mut rest = plain.as_str();
    while let Some((before, after)) = rest.split_once(" failed:") {
        let verb = TRANSFERS.iter().find_map(|verb| before.strip_suffix(verb));
        match (verb, after_paths(after)) {
            (Some(before), Some(after)) => {
                kept.push_str(before);
                kept.push(' ');
                rest = after;
            }
            _ => {
                kept.push_str(before);
                kept.push_str(" failed:");
                rest = after;
            }
        }
    }
    with_curl_codes(&without_service(&(kept + rest)))
}

/// A text in small letters in which the number of curl's error is a part of a word: what the words mean depends on it.
fn with_curl_codes(text: &str) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("curl: (") {
        let (number, behind) =
            after.split_at(after.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(after.len()));
        kept.push_str(before);
        match behind.strip_prefix(')') {
            Some(behind) if !number.is_empty() => {
                kept.extend(["curl error", number]);
                rest = behind;
            }
            _ => {
                kept.push_str("curl: (");
                rest = after;
            }
        }
    }
    kept + rest
}

/// A text without what the AWS CLI and boto3 put before a message: `An error occurred (X) when calling the Y operation:`. A status in
/// place of the code stays, because it has no message of its own.
pub(super) fn without_calls(text: &str) -> String {
    // As long as the text.
    let small = text.to_ascii_lowercase();
    let (mut kept, mut from, mut search) = (String::new(), 0, 0);
    while let Some(at) = small[search..].find(CALL).map(|at| search + at) {
        search = at + CALL.len();
        let is_in_code = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
        let before = small[from..at].trim_end_matches(is_in_code);
        let code = &small[from + before.len()..at];
        let (Some(before), Some(after)) =
            (before.strip_suffix('('), after_call(&text[at..]).and_then(|after| after.strip_prefix(':')))
        else {
            continue;
        };
        if !code.starts_with(|first: char| first.is_ascii_lowercase()) {
            continue;
        }
        let before = before.strip_suffix("an error occurred ").unwrap_or(before);
        kept.push_str(&text[from..from + before.len()]);
        kept.push(' ');
        from = text.len() - after.len();
        search = from;
    }
    kept + &text[from..]
}

/// What stands after `) when calling the Y operation (reached max retries: 4)`, if a text begins with it.
pub(super) fn after_call(text: &str) -> Option<&str> {
    let without = |text: &'_ str, start: &str| -> Option<usize> {
        text.get(..start.len()).filter(|it| it.eq_ignore_ascii_case(start)).map(str::len)
    };
    let text = &text[without(text, CALL)?..];
    let text = &text[text.find(|letter: char| !letter.is_ascii_alphanumeric()).filter(|length| *length > 0)?..];
    let text = &text[without(text, " operation")?..];
    let retries = || {
        let number = &text[without(text, " (reached max retries: ")?..];
        let after = number.trim_start_matches(|letter: char| letter.is_ascii_digit());
        after.strip_prefix(')').filter(|_| after.len() < number.len())
    };
    Some(retries().unwrap_or(text))
}

/// A text in small letters without what SDKs put after a message in brackets: `(Service: S3, Status Code: 403, Request ID: …)`. The error's
/// code stays, which older ones have there.
fn without_service(text: &str) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("(service:") {
        let (inside, after) = after.split_once(')').unwrap_or((after, ""));
        let code = inside.split_once("error code:").map_or("", |(_, code)| code.split([';', ',']).next().unwrap_or(""));
        kept.extend([before, code, " "]);
        rest = after;
    }
    kept + rest
}

/// What stands after a path, and after the path to which it was to go; nothing where there is no path.
fn after_paths(text: &str) -> Option<&str> {
    let path = |text: &'_ str| -> Option<usize> {
        let start = text.len() - text.trim_start().len();
        let length = text[start..].find(char::is_whitespace).unwrap_or(text.len() - start);
        text[start..start + length].contains(['/', '\\']).then_some(start + length)
    };
    let after = &text[path(text)?..];
    let target = after.trim_start().strip_prefix("to ");
    Some(target.and_then(|target| Some(&target[path(target)?..])).unwrap_or(after))
}

/// Whether a letter is a Korean syllable.
pub(super) fn is_syllable(letter: char) -> bool {
    ('가'..='힣').contains(&letter)
}

/// A text in small letters without the signs that a log, a page or an address writes in place of others: `\n`, `\u0027`, `&#39;`, `%20`. A letter
/// that was written by its number is the letter.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&', '%']) {
        let (before, sign) = rest.split_at(at);
        plain.push_str(before);
        let length = length_of_escape(sign.as_bytes());
        // What is no escape begins with a sign of one byte, which is between words anyway.
        let (escape, after) = sign.split_at(length.unwrap_or(1));
        let code =
            escape.trim_start_matches('\\').strip_prefix('u').and_then(|code| u32::from_str_radix(code, 16).ok());
        match code.and_then(char::from_u32).filter(|letter| letter.is_alphanumeric()) {
            Some(letter) => plain.extend(letter.to_lowercase()),
            None => plain.push(' '),
        }
        rest = after;
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
        [b'\\', ..] => {
            let slashes = sign.iter().take_while(|sign| **sign == b'\\').count();
            (sign.get(slashes) == Some(&b'u') && are_hex(sign.get(slashes + 1..slashes + 5))).then_some(slashes + 5)
        }
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
    fn a_name_that_is_not_known_is_one_word() {
        let known = ["cross origin", "execute api"];
        let words = words_and_names("Cross-Origin at prod-api, --execute-api, on sg-0a1b2c3d4 - no-id-7", |parts| {
            known.contains(&parts)
        });
        assert_eq!(words, ["cross", "origin", "at", "prod-api", "execute", "api", "on", "sg", "no-id"]);
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
    fn what_a_client_puts_before_a_message_is_not_of_the_message() {
        for text in [
            "upload failed: ./a.html to s3://b/a.html Say no more",
            r"download failed: s3://b/a to .\a Say no more",
            "delete failed: s3://b/a Say no more",
            "fatal error: say no more",
            "aws: [ERROR]: Say no more",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Say>no</more>",
            "Say (Service: S3, Status Code: 403, Request ID: X, Extended Request ID: Y) no more (Service: S3, Sta",
            "software.amazon.a_1.Say no com.x.MORE",
            "say no (Service: AmazonS3; Status Code: 400; Error Code: More; Request ID: X; Proxy: null)",
            "say no\n    at save (/var/task/index.js:12:20)\n    at new Store [as run] (Store.java:7) more",
        ] {
            assert_eq!(words(text).join(" "), "say no more", "{text}");
        }
        assert_eq!(words("upload failed: say no more").join(" "), "upload failed say no more");
        assert_eq!(words("look at the page (5 of 7)").join(" "), "look at the page of");
        assert_eq!(words("S3Exception: S3Exceptional").join(" "), "s3exception");
    }

    #[test]
    fn a_text_is_read_as_it_is_seen() {
        for (text, seen) in [
            ("\u{1b}[1;31mAccess\u{1b}[0m denied\r\n", "Access denied\n"),
            ("\u{1b}]8;;https://a.example\u{7}Access\u{1b}]8;;\u{1b}\\ denied", "Access denied"),
            ("\u{1b}]0;a title\u{7}Access\u{1b}(B denied\u{1b}[K", "Access denied"),
            ("A\u{8}Ac\u{8}ccess denied", "Access denied"),
            ("Access\u{b}de\u{200b}nied\u{feff}\u{a0}now", "Access denied now"),
            ("10 %\rdone\r", "10 %\ndone\n"),
        ] {
            assert_eq!(readable(text), seen, "{text:?}");
        }
    }

    #[test]
    fn what_a_handler_puts_before_a_message_is_not_of_the_message() {
        let with_prefix = words("returned message: \"Invalid request provided: Invalid request body\"");
        assert_eq!(with_prefix.join(" "), "returned message invalid request body");
    }
}
