//! The pitfall register: pages that each explain one message, and the search that finds the page by a message as somebody pasted it.
//!
//! A pasted message is never the one on the page: it has other ids, ARNs, dates and quotation marks, is in the middle of a log, or is
//! only half there. So both are taken apart into words, what differs from call to call is dropped ([`words`]), and neighbours are kept
//! together as pairs, because `missing authentication token` is not the same as those three words far apart. Rare terms weigh more than
//! common ones, and what stands around every message (`book/register/everyday.txt`) weighs nothing. [`Register::find`] asks how much of
//! the page's message is in the pasted text, and how much of the pasted text in the message. Where that finds nothing, and the text is
//! an error's code and no more, the pages that have this code are found.
//!
//! `book/theme/register.js` does the same in the book's search; `tests/course/tests/register.rs` holds the two together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde_json::json;

use crate::glossary::{Glossary, Term};

/// How much of a page's message must stand in the pasted text, which may be a log with more in it.
const OF_MESSAGE: f64 = 0.3;
/// Or how much of the pasted text in the message, of which it may be a part.
const OF_PASTED: f64 = 0.7;
/// The least weight of what is found: two words that every second message has say nothing.
const EVIDENCE: f64 = 6.0;
/// A term that so many pages have says nothing of which one is meant.
const COMMON: f64 = 10.0;
/// The weight of a term that no message has.
const STRANGE: f64 = 1.0;

/// One page of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The page's name without its ending: `missing-authentication-token`.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The messages that it explains, each as it is seen.
    pub messages: Vec<String>,
    /// The codes of the errors in them: `NoSuchKey`, `Runtime.ExitError`.
    pub codes: BTreeSet<String>,
    /// The whole page, as Markdown.
    pub page: String,
}

impl Entry {
    /// Reads the text of a page.
    pub fn parse(slug: &str, page: &str) -> Entry {
        let page = page.replace("\r\n", "\n");
        let title = page.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default().replace('`', "");
        let mut entry = Entry { slug: slug.to_string(), title, messages: Vec::new(), codes: BTreeSet::new(), page };
        let fences = entry.part("The message").split("\n```").skip(1).step_by(2);
        entry.messages = fences.map(|fence| fence.split_once('\n').map_or("", |(_, text)| text).to_string()).collect();
        entry.codes =
            codes(&entry.messages.join("\n")).chain(codes(entry.part("Who says it"))).map(str::to_string).collect();
        entry
    }

    /// The text below a heading of the page, without the heading; empty where there is none.
    pub fn part(&self, heading: &str) -> &str {
        let after = self.page.split_once(&format!("\n## {heading}\n")).map_or("", |(_, after)| after);
        after.split("\n## ").next().unwrap_or_default().trim()
    }
}

/// A message, taken apart.
#[derive(Debug)]
struct Form {
    entry: usize,
    /// Which of the entry's messages it is.
    message: usize,
    terms: BTreeSet<String>,
    weight: f64,
}

/// The pages, and the weight of every term in their messages.
#[derive(Debug, Default)]
pub struct Register {
    entries: Vec<Entry>,
    forms: Vec<Form>,
    weights: BTreeMap<String, f64>,
    /// The lines of `everyday.txt`, as they are.
    everyday: String,
}

/// A page that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found<'register> {
    /// The page.
    pub entry: &'register Entry,
    /// The message of the page that the text is most like.
    pub message: &'register str,
    /// How much of the one text is in the other, whichever is more, from 0 to 1.
    pub share: f64,
    /// The weight of what they have in common.
    pub evidence: f64,
}

impl Register {
    /// Reads the pages in `book/src/register`, and what says nothing in `book/register/everyday.txt`.
    ///
    /// # Errors
    ///
    /// A folder or page that cannot be read.
    pub fn read(root: &Path) -> io::Result<Register> {
        let folder = root.join("book").join("src").join("register");
        let mut entries = Vec::new();
        for file in fs::read_dir(folder)? {
            let file = file?.path();
            let Some(slug) = file.file_name().and_then(|name| name.to_str()?.strip_suffix(".md")) else { continue };
            entries.push(Entry::parse(slug, &fs::read_to_string(&file)?));
        }
        entries.sort_by(|one, other| one.slug.cmp(&other.slug));
        let everyday = fs::read_to_string(root.join("book").join("register").join("everyday.txt"))?;
        Ok(Register::of(entries, &everyday))
    }

    /// The register of these pages. Each line of `everyday` is what stands in every log.
    pub fn of(entries: Vec<Entry>, everyday: &str) -> Register {
        let mut having: BTreeMap<String, usize> = BTreeMap::new();
        let mut forms = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let mut all = BTreeSet::new();
            for (message, text) in entry.messages.iter().enumerate() {
                let terms = terms(text);
                all.extend(terms.iter().cloned());
                forms.push(Form { entry: index, message, terms, weight: 0.0 });
            }
            for term in all {
                *having.entry(term).or_default() += 1;
            }
        }
        let says_nothing: BTreeSet<String> = everyday.lines().flat_map(terms).collect();
        let weight = |term: &str, pages_with_it: usize| match says_nothing.contains(term) {
            true => 0.0,
            false => (COMMON / pages_with_it as f64).ln().max(0.0),
        };
        let weights = having.into_iter().map(|(term, count)| (weight(&term, count), term));
        let mut weights: BTreeMap<String, f64> = weights.map(|(weight, term)| (term, weight)).collect();
        weights.extend(says_nothing.iter().map(|term| (term.clone(), 0.0)));
        for form in &mut forms {
            form.weight = form.terms.iter().filter_map(|term| weights.get(term)).sum();
        }
        Register { entries, forms, weights, everyday: everyday.to_string() }
    }

    /// The pages, by name.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The pages whose message stands in `text`, or in whose message `text` stands, the likeliest first; none where it is not a message
    /// that the register has.
    pub fn find(&self, text: &str) -> Vec<Found<'_>> {
        let pasted = terms(text);
        let weight_of = |term: &String| self.weights.get(term).copied().unwrap_or(STRANGE);
        let pasted_weight: f64 = pasted.iter().map(weight_of).sum();
        let mut best: BTreeMap<usize, Found<'_>> = BTreeMap::new();
        for form in self.forms.iter().filter(|form| form.weight > 0.0) {
            let evidence: f64 = form.terms.intersection(&pasted).map(weight_of).sum();
            let (of_message, of_pasted) = (evidence / form.weight, evidence / pasted_weight);
            // A short message is all the evidence that there can be.
            let enough = EVIDENCE.min(form.weight * 0.9);
            if evidence < enough || (of_message < OF_MESSAGE && of_pasted < OF_PASTED) {
                continue;
            }
            let share = of_message.max(of_pasted);
            let entry = &self.entries[form.entry];
            let found = Found { entry, message: &entry.messages[form.message], share, evidence };
            let better = |old: &Found<'_>| rank(&found) > rank(old);
            if best.get(&form.entry).is_none_or(better) {
                best.insert(form.entry, found);
            }
        }
        let mut found: Vec<Found<'_>> = best.into_values().collect();
        found.sort_by(|one, other| rank(other).total_cmp(&rank(one)));
        if found.is_empty() { self.with_code(text.trim()) } else { found }
    }

    /// The pages that have the error's code `code`, by name.
    pub fn with_code(&self, code: &str) -> Vec<Found<'_>> {
        let having = self.entries.iter().filter(|entry| entry.codes.contains(code));
        having
            .map(|entry| {
                let message = entry.messages.iter().find(|message| message.contains(code)).or(entry.messages.first());
                Found { entry, message: message.map_or("", String::as_str), share: 1.0, evidence: EVIDENCE }
            })
            .collect()
    }

    /// What the book's search needs: the pages' names, titles and messages, and the words of the glossary, as a script.
    pub fn script(&self, glossary: &Glossary) -> String {
        let pages: Vec<_> =
            self.entries.iter().map(|entry| json!([entry.slug, entry.title, entry.messages, entry.codes])).collect();
        let words = glossary.terms().iter();
        let terms: Vec<_> =
            words.map(|Term { anchor, english, korean, .. }| json!([anchor, english, korean])).collect();
        // Read as a script, so that it also works on pages that were opened as files.
        format!("window.workbookRegister = {};\n", json!({ "pages": pages, "terms": terms, "everyday": self.everyday }))
    }
}

/// A whole short message is worth as much as half of a long one.
fn rank(found: &Found<'_>) -> f64 {
    found.share * found.evidence.sqrt()
}

/// The errors' codes in a text: each stands alone in brackets, quotation marks or a tag.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    // A tag's name is not a code.
    let enclosed = text.split(['(', ')', '"', '`', '>', '\n']).map(|part| part.split('<').next().unwrap_or_default());
    enclosed.filter(|word| {
        let capitals = word.chars().filter(char::is_ascii_uppercase).count();
        let is_word = word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.');
        word.len() > 7 && is_word && capitals > 1 && word.starts_with(|first: char| first.is_ascii_uppercase())
    })
}

/// The words of a text, and each two that follow each other.
fn terms(text: &str) -> BTreeSet<String> {
    let words = words(text);
    let pairs = words.windows(2).map(|pair| format!("{} {}", pair[0], pair[1]));
    pairs.collect::<Vec<_>>().into_iter().chain(words.iter().cloned()).collect()
}

/// The words of a text in small letters, without what differs from call to call: ids, accounts, dates, ports. A status of three digits
/// stays. Korean is written with endings, so each two syllables are a word.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in text.to_lowercase().split(|letter: char| !letter.is_alphanumeric()) {
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
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(title: &str, messages: &[&str]) -> String {
        let fences: Vec<String> =
            messages.iter().map(|text| format!("In the response:\n\n```text\n{text}\n```\n")).collect();
        format!(
            "# {title}\n\nWho meets it.\n\n## The message\n\n{}\n## Why\n\nBecause.\n\n## The repair\n\nDo.\n",
            fences.join("\n")
        )
    }

    fn register() -> Register {
        let pages = [
            ("token", "Missing token", &["{\"message\":\"Missing Authentication Token\"}"][..]),
            (
                "rate",
                "Rate Exceeded",
                &[
                    "{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"Type\":\"User\",\"message\":\"Rate Exceeded.\"}",
                    "Rate Exceeded",
                    "요율이 초과되었습니다.",
                ],
            ),
            (
                "stream",
                "Cannot access stream",
                &[
                    "Cannot access stream arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/2026-01-01T00:00:00.000. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.",
                ],
            ),
            ("forbidden", "Forbidden", &["{\"message\":\"Forbidden\"}"]),
        ];
        let entries = pages.iter().map(|(slug, title, messages)| Entry::parse(slug, &page(title, messages)));
        Register::of(entries.collect(), "START RequestId: 1 Version: $LATEST\nStatus: error")
    }

    #[test]
    fn a_page_is_read_by_its_parts() {
        let entry = Entry::parse("a", &page("The `title`", &["one\ntwo", "three"]));
        assert_eq!(entry.title, "The title");
        assert_eq!(entry.messages, ["one\ntwo", "three"]);
        assert_eq!(entry.part("Why"), "Because.");
        let with_code =
            "An error (NoSuchThing) occurred: <RequestId>1</RequestId>\n{\"errorType\":\"Runtime.ExitError\"}";
        let entry = Entry::parse("a", &page("The title", &[with_code]));
        assert_eq!(entry.codes, ["NoSuchThing", "Runtime.ExitError"].map(str::to_string).into());
        assert_eq!(entry.part("No such part"), "");
    }

    #[test]
    fn what_differs_from_call_to_call_is_not_a_word() {
        let words = words(
            "403 “arn:aws:dynamodb:eu-west-1:999988887777:table/Notes/stream/2025-12-31T23:59:59.123” on i-0abc12345",
        );
        assert_eq!(words.join(" "), "403 arn aws dynamodb eu west table notes stream on i");
    }

    #[test]
    fn a_message_is_found_with_other_ids_inside_a_log_and_by_its_half() {
        let register = register();
        for (text, slug) in [
            ("{\"message\": “Missing Authentication Token”}", "token"),
            (
                "2026-02-03 12:00:01 GET /dev/x failed: 403 Missing Authentication Token (request 1b2c3d4e-0000-4000-8000-000000000000)",
                "token",
            ),
            ("Rate Exceeded", "rate"),
            ("요율이 초과되었습니다", "rate"),
            (
                "Cannot access stream arn:aws:dynamodb:us-east-1:000011112222:table/x/stream/2024-05-05T01:02:03.004.",
                "stream",
            ),
            (
                "Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions",
                "stream",
            ),
        ] {
            assert_eq!(register.find(text).first().map(|found| found.entry.slug.as_str()), Some(slug), "{text}");
        }
    }

    #[test]
    fn other_texts_find_nothing() {
        let register = register();
        for text in [
            "",
            "START RequestId: 8f5d Version: $LATEST Status: error",
            "Traceback (most recent call last): File \"x.py\", line 3, in <module> KeyError: 'message'",
            "npm ERR! code E404",
            "The message was sent to all users of the table.",
            "how do I ensure that my stream of thoughts can perform",
        ] {
            assert_eq!(register.find(text), [], "{text}");
        }
    }
}
