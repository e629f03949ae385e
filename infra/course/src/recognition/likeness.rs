//! Whether two red tests failed in the same way.
//!
//! A message has parts that are the check's (the question, the expectation), parts that are AWS's or the given code's (a status,
//! an exception, the reason for a 502) and parts that are the learner's (the wording of an error, what a panic said). The
//! first two must agree, word for word or name for name. The third decides only between candidates that agree otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::lab::Lab;
use crate::message::Message;

/// The shortest text of the given code that is looked for in messages: shorter ones occur by accident.
const SHORTEST: usize = 10;
/// How the place of a mistake in a lab's template begins.
const TEMPLATE: &str = "labs/lab-";
/// How alike AWS's words must be when a log quotes an exception.
const AWS_SAYS_THE_SAME: f64 = 0.6;

/// The words of the given code: what a function says that nobody was asked to write.
#[derive(Debug, Default)]
pub(super) struct Given {
    phrases: BTreeSet<String>,
}

impl Given {
    /// The texts between quotation marks outside of the lab's TODOs, cut at their placeholders.
    pub(super) fn of(lab: &Lab) -> Given {
        let code = lab.given().flat_map(str::lines).map(str::trim).filter(|line| !line.starts_with("//"));
        let literals = code.flat_map(|line| line.split('"').skip(1).step_by(2));
        let phrases = literals.flat_map(|literal| literal.split(['{', '}', '\\'])).map(str::trim);
        let telling = phrases.filter(|phrase| phrase.len() >= SHORTEST && phrase.contains(' '));
        Given { phrases: telling.map(str::to_string).collect() }
    }
}

/// How alike two messages of one test are, from 0 to 1; nothing where the test failed in different ways.
pub(super) fn of(wanted: &Message, got: &Message, given: &Given) -> Option<f64> {
    let asked = |said: &Message| {
        (said.todo.clone(), said.waiting.clone(), said.about.clone(), said.part("expected").to_string())
    };
    let reason = |said: &Message| without_own_words(said.part("why"));
    let same = !wanted.todo.is_empty()
        && asked(wanted) == asked(got)
        && is_same_answer(wanted.part("got"), got.part("got"))
        && are_keys_alike(wanted.part("replied"), got.part("replied"), wanted.part("why"))
        && reason(wanted) == reason(got)
        && is_same_cause(wanted, got, given);
    same.then(|| {
        if wanted.outcome() == got.outcome() { 1.0 } else { 0.9 * shared_words(&wanted.outcome(), &got.outcome()) }
    })
}

/// Whether the message has these words of a wrong answer's head, own words aside.
pub(super) fn says(got: &Message, words: &str) -> bool {
    let waiting = got.waiting.as_ref().map(|todo| format!(", before {todo} can be judged")).unwrap_or_default();
    // The parts with their labels, as they are read: the words may be `expected status 400`.
    let labels = ["asked", "expected", "got", "replied", "why", "its log"];
    let parts: Vec<String> = labels.iter().map(|label| format!("{label} {}", got.part(label))).collect();
    let text = format!("{}{waiting}: {} {}", got.todo, got.about, parts.join(" "));
    if text.contains(words) {
        return true;
    }
    // What stands between quotation marks may be the learner's.
    let (Some(first), Some(last)) = (words.find('"'), words.rfind('"')) else { return false };
    let (head, tail) = (&words[..=first], &words[last..]);
    first < last && text.split_once(head).is_some_and(|(_, rest)| rest.contains(tail))
}

/// `got`: the same status with the same kind of body, the same mistakes in a template, or the same words.
fn is_same_answer(wanted: &str, got: &str) -> bool {
    if let (Some(mistakes), Some(others)) = (mistakes(wanted), mistakes(got)) {
        return mistakes == others;
    }
    let (Some((status, body)), Some((other, other_body))) = (status_and_body(wanted), status_and_body(got)) else {
        return what_it_got_is_own(wanted) == what_it_got_is_own(got);
    };
    let is_json = |body: &str| body.starts_with('{') || body.starts_with('[');
    status == other
        && is_json(body) == is_json(other_body)
        && (body == "an empty body") == (other_body == "an empty body")
        && are_keys_alike(body, other_body, "")
        && codes(body).zip(codes(other_body)).all(|(one, other)| one == other)
}

/// What a template was refused for: the resource and its property, and the kind of mistake. At which line, how often and with
/// which names below that property is the learner's.
fn mistakes(got: &str) -> Option<BTreeSet<(String, &str)>> {
    if !got.starts_with(TEMPLATE) {
        return None;
    }
    let found = got.split(TEMPLATE).skip(1).filter_map(|text| {
        // `03/template.yaml:67:13: BoardApi.Properties.GatewayResponses.THROTTLED: must be …`
        let (place, message) = text.split_once(' ')?.1.split_once(": ")?;
        let property = place.split('.').take(3).collect::<Vec<_>>().join(".");
        let kind = message.split([':', '"', '\'', '…']).next().unwrap_or_default().trim();
        Some((property, kind))
    });
    Some(found.collect())
}

/// `status 400, {…}` → `400`, `{…}`.
fn status_and_body(got: &str) -> Option<(&str, &str)> {
    got.strip_prefix("status ")?.split_once(", ")
}

/// The words that a program compares: `"code":"bad_field"`.
fn codes(body: &str) -> impl Iterator<Item = &str> {
    body.split("\"code\":\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(code, _)| code)
}

/// `expected "a", got "b"` → `expected "a", got "~"`: what was expected is the check's, what it got is the learner's.
fn what_it_got_is_own(text: &str) -> String {
    let mut parts = text.split("got ");
    let mut kept = parts.next().unwrap_or_default().to_string();
    for part in parts {
        kept.push_str("got ");
        kept.push_str(&without_own_words(part));
    }
    kept
}

/// Everything between the first and the last quotation mark becomes `~`; AWS's names in it stay.
fn without_own_words(text: &str) -> String {
    let text = match text.split_once(" (did you mean ") {
        Some((before, after)) => format!("{before}{}", after.split_once(')').map_or("", |(_, rest)| rest)),
        None => text.to_string(),
    };
    let (Some(first), Some(last)) = (text.find('"'), text.rfind('"')) else { return text };
    if first == last {
        return text;
    }
    let quoted = &text[first + 1..last];
    // That it was a panic is not the learner's wording.
    let panicked = if quoted.starts_with("Lambda panicked") { "Lambda panicked" } else { "" };
    let names = names(quoted).into_iter().collect::<Vec<_>>().join(" ");
    format!("{}\"{panicked}~{names}\"{}", &text[..first], &text[last + 1..])
}

/// Whether the keys that are visible in two pieces of JSON, and the kinds of their values, can be those of one shape. Where the
/// middle was cut out, keys may be missing.
fn are_keys_alike(wanted: &str, got: &str, why: &str) -> bool {
    let foreign = why.contains("unknown key");
    let (one, other) = (keys(wanted, foreign), keys(got, foreign));
    if !one.iter().all(|(key, kind)| other.get(key).is_none_or(|other| kind == other)) {
        return false;
    }
    let names = |keys: &BTreeMap<String, char>| keys.keys().cloned().collect::<BTreeSet<_>>();
    let (one, other) = (names(&one), names(&other));
    if wanted.contains(" … ") || got.contains(" … ") {
        return one.is_empty() == other.is_empty() && (one.is_empty() || !one.is_disjoint(&other));
    }
    one == other
}

/// The keys of JSON in a text, each with the first character of its value. Keys inside of strings are escaped and do not
/// count. With `foreign`, keys outside of the proxy reply's five are all the same.
fn keys(text: &str, foreign: bool) -> BTreeMap<String, char> {
    const ENVELOPE: [&str; 5] = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
    let mut keys = BTreeMap::new();
    for (at, _) in text.match_indices("\":") {
        let Some(open) = text[..at].rfind('"') else { continue };
        let (before, name) = (&text[..open], &text[open + 1..at]);
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !is_name || before.ends_with('\\') {
            continue;
        }
        let value = text[at + 2..].trim_start().chars().next().unwrap_or(' ');
        let kind = if value.is_ascii_digit() { '0' } else { value };
        let is_own = foreign && !ENVELOPE.contains(&name);
        keys.insert(if is_own { "~".to_string() } else { name.to_string() }, if is_own { '~' } else { kind });
    }
    keys
}

/// Whether reason and log name the same things: exceptions, actions, the file of a panic, the given code's own words.
fn is_same_cause(one: &Message, other: &Message, given: &Given) -> bool {
    let told = |said: &Message| format!("{} {}", said.part("why"), said.part("its log"));
    let (told, other_told) = (told(one), told(other));
    let phrases =
        |text: &str| -> BTreeSet<&String> { given.phrases.iter().filter(|phrase| text.contains(*phrase)).collect() };
    let quotes_aws = names(&told).iter().any(|name| name.ends_with("Exception"));
    names(&told) == names(&other_told)
        && panicked_in(&told) == panicked_in(&other_told)
        && phrases(&told) == phrases(&other_told)
        && (!quotes_aws || shared_words(&told, &other_told) >= AWS_SAYS_THE_SAME)
}

/// AWS's names in a text: `ValidationException`, `dynamodb:Scan`.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '-'));
    let is_action = |word: &str| {
        word.split_once(':').is_some_and(|(service, action)| {
            !service.is_empty()
                && service.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
                && action.starts_with(|c: char| c.is_ascii_uppercase())
        })
    };
    let is_exception = |word: &str| word.len() > "Exception".len() && word.ends_with("Exception");
    words.filter(|word| is_action(word) || is_exception(word)).map(str::to_string).collect()
}

/// The file in which a function panicked. The line is the learner's.
fn panicked_in(text: &str) -> Option<&str> {
    text.split_once("panicked at ").and_then(|(_, rest)| rest.split(':').next())
}

/// How many of their words two texts share, from 0 to 1.
fn shared_words(one: &str, other: &str) -> f64 {
    let words = |text: &str| -> BTreeSet<String> { text.split_whitespace().map(str::to_string).collect() };
    let (one, other) = (words(one), words(other));
    if one.is_empty() && other.is_empty() {
        return 1.0;
    }
    2.0 * one.intersection(&other).count() as f64 / (one.len() + other.len()) as f64
}
