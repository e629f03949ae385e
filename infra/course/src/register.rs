//! The pitfall register: pages that each explain one message, and the search that finds the page by a message as somebody pasted it.
//!
//! A pasted message is never the one on the page: it has other ids, ARNs, dates and quotation marks, is in the middle of a log, or is
//! only half there. So both are taken apart into words, what differs from call to call is dropped (`words.rs`), and neighbours are kept
//! together as pairs, because `missing authentication token` is not the same as those three words far apart. Rare terms weigh more than
//! common ones, and what stands around every message (`book/register/everyday.txt`) weighs nothing. [`Register::find`] asks how much of
//! the page's message is in the pasted text, and how much of the pasted text in the message. Half a message has little weight, so words
//! that follow each other in a message as they do in the text are enough, also where the first or the last of them is cut.
//!
//! [`Confidence`] says how sure it is: where several pages have what the text has, or an error's code has several causes, they are a list
//! and none is first. A message that only says that something failed comes after the one that says what. A status alone
//! ([`Register::statuses_in`]) gets no page: the introduction's table asks who answered. Of a refusal by IAM the reason decides, and not the
//! action; one without a reason has a page as well.
//!
//! `book/theme/register.js` does the same in the book's search; `tests/course/tests/register.rs` holds the two together.

mod statuses;
mod words;

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde_json::json;

use self::statuses::Statuses;
pub use self::words::readable;
use self::words::{after_call, is_syllable, terms, without_calls, words, words_and_names};
use crate::glossary::{Glossary, Term};

/// How much of a page's message must stand in the pasted text, which may be a log with more in it.
const OF_MESSAGE: f64 = 0.3;
/// Or how much of the pasted text in the message, of which it may be a part.
const OF_PASTED: f64 = 0.7;
/// The least weight of what is found: two words that every second message has say nothing.
const EVIDENCE: f64 = 6.0;
/// So many words that follow each other in a message are a part of it,
const PART: usize = 4;
/// where they have this weight.
const OF_PART: f64 = 1.5;
/// So much of a message is the message.
const WHOLE: f64 = 0.7;
/// A term that so many pages have says nothing of which one is meant.
const COMMON: f64 = 10.0;
/// The weight of a term that no message has.
const STRANGE: f64 = 1.0;
/// A text that is a code or a phrase and no more has at most so many letters.
const SHORT: usize = 120;
/// Two or three words that only one page has are its words if they have this weight.
const PHRASE: f64 = 4.0;
/// A sentence of which only a part is in messages has at most so many words,
const SENTENCE: usize = 24;
/// and so many pages at most may be meant with it.
const LIST: usize = 10;
/// Between the words of a sentence, a reader's own name has at most so many words.
const GAP: usize = 4;
/// A text that somebody typed, and in which a letter may be wrong, has at most so many letters,
const TYPED: usize = 600;
/// and a word at least so many, so that another one is not a letter away.
const LETTERS: usize = 6;
/// The name that the register's messages have where a reader's own stands: what stands beside it says nothing.
const OWN_NAME: &str = "board";
/// Pages of messages which say that something failed, and leave what to the line before or after them.
const CONSEQUENCES: [&str; 4] =
    ["waiter-terminal-failure-state", "failed-to-fetch", "dispatch-failure", "xml-no-style-information"];

/// What IAM says of every refusal.
const REFUSAL: &str = "is not authorized to perform";
/// The page of those whose reason is not said.
const REFUSED: &str = "no-identity-based-policy-allows";
/// The page of those that say with which policy's `Deny`, also where the text ends there.
const DENIED: &str = "explicit-deny";

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

    /// The first message that has a code, whatever its capitals; the first of all where none has.
    fn message_with(&self, code: &str) -> &str {
        let code = code.to_lowercase();
        let having = self.messages.iter().find(|message| message.to_lowercase().contains(&code));
        having.or(self.messages.first()).map_or("", String::as_str)
    }

    /// The shortest message that has a phrase; the first of all where none has.
    fn shortest(&self, phrase: &str) -> &str {
        let having = self.messages.iter().filter(|message| message.contains(phrase));
        having.min_by_key(|message| message.len()).or(self.messages.first()).map_or("", String::as_str)
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
    /// Its words, in one line.
    line: String,
    terms: BTreeSet<String>,
    /// The terms by which a refusal of IAM gives its reason.
    reason: BTreeSet<String>,
    sentences: Vec<Sentence>,
    weight: f64,
}

/// The words of a sentence, in pieces: between these stand a reader's own names.
type Sentence = Vec<Vec<String>>;

/// The pages, and the weight of every term in their messages.
#[derive(Debug, Default)]
pub struct Register {
    entries: Vec<Entry>,
    forms: Vec<Form>,
    weights: BTreeMap<String, f64>,
    /// The words of all messages.
    spoken: BTreeSet<String>,
    statuses: Statuses,
    /// The terms of each message that no page explains.
    strangers: Vec<BTreeSet<String>>,
    lines: RegisterLines,
}

/// What the search knows besides the pages: the files of `book/register`, as they are.
#[derive(Debug, Default, Clone)]
pub struct RegisterLines {
    /// `everyday.txt`: what stands in every log, a line each.
    pub everyday: String,
    /// `statuses.txt`: the phrases of the statuses.
    pub statuses: String,
    /// `strangers.txt`: messages of other services and programs that have words of ours, a line each.
    pub strangers: String,
}

/// How sure it is that a page explains a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// The page is the one for this text.
    Explains,
    /// The text has the page's message too, beside the one that is explained.
    Also,
    /// The text is a little like the page's message.
    LessLikely,
    /// Several pages could be meant, and the text does not say which.
    Perhaps,
}

/// A page that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found<'register> {
    /// The page.
    pub entry: &'register Entry,
    /// The message of the page that the text is most like.
    pub message: &'register str,
    /// How sure that is.
    pub confidence: Confidence,
}

/// A message that a text is like, and how much.
struct Candidate<'register> {
    form: &'register Form,
    /// Whether it is so much that the page is found.
    is_enough: bool,
    rank: i64,
    evidence: i64,
    of_message: i64,
}

impl Candidate<'_> {
    fn in_order(&self, other: &Candidate<'_>) -> Ordering {
        let key = |it: &Candidate<'_>| (Reverse(it.is_enough), Reverse(it.rank), Reverse(it.of_message), it.form.entry);
        key(self).cmp(&key(other))
    }
}

impl Register {
    /// Reads the pages in `book/src/register`, and the [`RegisterLines`] in `book/register`.
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
            entries.push(Entry::parse(slug, &text_of(&file)?));
        }
        entries.sort_by(|one, other| one.slug.cmp(&other.slug));
        let lines = |file: &str| text_of(&root.join("book").join("register").join(file));
        let [everyday, statuses, strangers] = ["everyday.txt", "statuses.txt", "strangers.txt"].map(lines);
        Ok(Register::of(entries, RegisterLines { everyday: everyday?, statuses: statuses?, strangers: strangers? }))
    }

    /// The register of these pages.
    pub fn of(entries: Vec<Entry>, lines: RegisterLines) -> Register {
        let mut having: BTreeMap<String, usize> = BTreeMap::new();
        let mut forms = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let mut all = BTreeSet::new();
            for (message, text) in entry.messages.iter().enumerate() {
                let words = words(text);
                let terms = terms(&words);
                all.extend(terms.iter().cloned());
                let (line, sentences) = (words.join(" "), sentences(text, PART - 1));
                let reason = reason_of(&line);
                forms.push(Form { entry: index, message, line, terms, reason, sentences, weight: 0.0 });
            }
            for term in all {
                *having.entry(term).or_default() += 1;
            }
        }
        let says_nothing: BTreeSet<String> = lines.everyday.lines().flat_map(|line| terms(&words(line))).collect();
        let has_own_name = |term: &str| term.split(' ').any(|word| word == OWN_NAME);
        // One letter alone is not a word: `I/O`.
        let is_letters = |term: &str| {
            let is_letter =
                |word: &str| word.len() == 1 && word.starts_with(|letter: char| letter.is_ascii_lowercase());
            term.split(' ').all(is_letter)
        };
        let is_nothing = |term: &str| says_nothing.contains(term) || has_own_name(term) || is_letters(term);
        let weight = |term: &str, pages_with_it: usize| match is_nothing(term) {
            true => 0.0,
            false => (COMMON / pages_with_it as f64).ln().max(0.0),
        };
        let weights = having.into_iter().map(|(term, count)| (weight(&term, count), term));
        let mut weights: BTreeMap<String, f64> = weights.map(|(weight, term)| (term, weight)).collect();
        weights.extend(says_nothing.iter().map(|term| (term.clone(), 0.0)));
        for form in &mut forms {
            form.weight = form.terms.iter().filter_map(|term| weights.get(term)).sum();
        }
        let spoken = forms.iter().flat_map(|form| form.line.split(' ').map(str::to_string)).collect();
        let strangers = lines.strangers.lines().skip_while(|line| !line.is_empty()).map(|line| terms(&words(line)));
        let strangers = strangers.filter(|terms| !terms.is_empty()).collect();
        Register { entries, forms, weights, spoken, statuses: Statuses::parse(&lines.statuses), strangers, lines }
    }

    /// The pages, by name.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The pages whose message stands in `text`, or in whose message `text` stands, the likeliest first; none where it is not a message
    /// that the register has.
    pub fn find(&self, text: &str) -> Vec<Found<'_>> {
        let text = &readable(text);
        let mut found = self.find_exactly(text);
        if found.is_empty() && text.encode_utf16().count() <= TYPED {
            let typed = self.without_typos(text);
            if typed != *text {
                found = self.find_exactly(&typed);
            }
        }
        // Korean around a message in English is not of the message.
        let english = text.split(is_syllable).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        match english.trim() {
            english if found.is_empty() && text.contains(is_syllable) && !english.is_empty() => {
                self.find_exactly(english)
            }
            _ => found,
        }
    }

    fn find_exactly(&self, text: &str) -> Vec<Found<'_>> {
        if !self.statuses_in(text).is_empty() {
            return Vec::new();
        }
        let (mut like, mut pasted) = self.candidates(text, words);
        let rank = |like: &[Candidate<'_>]| like.first().filter(|first| first.is_enough).map(|first| first.rank);
        if rank(&like).is_none() || self.rivals(&like).len() > 1 {
            // A narrow window breaks lines in the middle of words.
            let joined = self.candidates(&in_one_line(text), words);
            if rank(&joined.0) > rank(&like) {
                (like, pasted) = joined;
            }
        }
        if rank(&like).is_none() {
            // A name of the reader's own may have words of messages in it.
            let is_in_message = |parts: &str| self.forms.iter().any(|form| form.line.contains(parts));
            (like, pasted) = self.candidates(text, |text| words_and_names(text, is_in_message));
        }
        self.put_causes_first(&mut like, &pasted);
        let Some(first) = like.first().filter(|first| first.is_enough) else {
            if !self.strangers_in(&pasted).is_empty() {
                return Vec::new();
            }
            let found = self.with_sentence(text);
            return if found.is_empty() { self.by_code_or_phrase(text) } else { found };
        };
        if self.rivals(&like).len() > 1 {
            return self.rivals(&like).into_iter().map(|it| self.found(it.form, Confidence::Perhaps)).collect();
        }
        // Another message stands in the text as well if half of it is there that the first one has not.
        let is_also = |form: &Form| {
            let own = form.terms.intersection(&pasted).filter(|term| !first.form.terms.contains(*term));
            2.0 * self.weight_of(own) >= form.weight
        };
        let confidence = |form: &Form| match form {
            form if std::ptr::eq(form, first.form) => Confidence::Explains,
            form if is_also(form) => Confidence::Also,
            _ => Confidence::LessLikely,
        };
        let found = like.iter().filter(|it| it.is_enough);
        found.map(|it| self.found(it.form, confidence(it.form))).collect()
    }

    /// Those of which a text says as much, where it has no message whole: what they have of it says nothing for the one or the other.
    fn rivals<'a, 'register>(&self, like: &'a [Candidate<'register>]) -> Vec<&'a Candidate<'register>> {
        let Some(first) = like.first().filter(|first| first.of_message < rounded(WHOLE)) else { return Vec::new() };
        let may_be_one = |other: &Candidate<'_>| self.is_consequence(first) || !self.is_consequence(other);
        let is_rival = |other: &&Candidate<'_>| other.evidence >= first.evidence && may_be_one(other);
        like.iter().filter(is_rival).collect()
    }

    /// Whether a message says that something failed, and leaves what to the line before or after it.
    fn is_consequence(&self, candidate: &Candidate<'_>) -> bool {
        CONSEQUENCES.contains(&self.entries[candidate.form.entry].slug.as_str())
    }

    /// Puts a message that is enough without the words of a consequence before the consequence.
    fn put_causes_first(&self, like: &mut [Candidate<'_>], pasted: &BTreeSet<String>) {
        let Some(first) = like.first().filter(|first| first.is_enough && self.is_consequence(first)) else { return };
        let is_cause = |Candidate { form, is_enough, .. }: &Candidate<'_>| {
            *is_enough && self.says_more(form, &first.form.terms, pasted)
        };
        if let Some(at) = like.iter().position(|other| !self.is_consequence(other) && is_cause(other)) {
            like[..=at].rotate_right(1);
        }
    }

    /// Whether a text has enough of a message without the terms of another one.
    fn says_more(&self, form: &Form, than: &BTreeSet<String>, pasted: &BTreeSet<String>) -> bool {
        let own = self.weight_of(form.terms.intersection(pasted).filter(|term| !than.contains(*term)));
        own >= EVIDENCE.min(form.weight * 0.9) && own / form.weight >= OF_MESSAGE
    }

    /// The messages in a text that no page explains.
    fn strangers_in(&self, pasted: &BTreeSet<String>) -> Vec<&BTreeSet<String>> {
        let is_in = |terms: &&BTreeSet<String>| {
            self.weight_of(terms.intersection(pasted)) >= WHOLE * self.weight_of(terms.iter())
        };
        self.strangers.iter().filter(is_in).collect()
    }

    /// The statuses that a text says, if it says no more: `502 Bad Gateway`.
    pub fn statuses_in(&self, text: &str) -> BTreeSet<String> {
        self.statuses.said_by(&readable(text))
    }

    /// The best form of each page that the words of a text are like at all, the likeliest first, and the words' terms. What a client puts
    /// before a message is not enough where a message follows.
    fn candidates(&self, text: &str, words_of: impl Fn(&str) -> Vec<String>) -> (Vec<Candidate<'_>>, BTreeSet<String>) {
        let plain = without_calls(text);
        let behind = words(&plain);
        let pairs = behind.windows(2).filter(|pair| pair.iter().all(|word| word != OWN_NAME));
        let pairs: Vec<String> = pairs.map(|pair| pair.join(" ")).collect();
        let is_behind =
            |form: &&Form| plain == text || pairs.is_empty() || pairs.iter().any(|pair| form.terms.contains(pair));
        let said = words_of(text);
        let words = self.completed(said.clone());
        let runs = self.runs(&words);
        let known: usize = runs.iter().map(|run| run.len()).sum();
        let is_long = runs.iter().flat_map(|run| run.iter()).map(|word| length_of(word)).sum::<usize>() >= 2 * PART;
        let lines: Vec<String> = runs.iter().map(|run| run.join(" ")).collect();
        // Names that are the reader's own are fewer than the words around them.
        let is_dense = runs.len() == 1 || words.len() - known < known;
        let least = if runs.len() == 1 { OF_PART } else { 2.0 * OF_PART };
        let pasted = terms(&words);
        let pasted_weight = self.weight_of(&pasted);
        let mut best: BTreeMap<usize, Candidate<'_>> = BTreeMap::new();
        let strangers = self.strangers_in(&pasted);
        let is_ours = |form: &&Form| strangers.iter().all(|terms| self.says_more(form, terms, &pasted));
        let has_reason = self.has_reason(&said);
        let forms = self.forms.iter().filter(|form| form.weight > 0.0);
        for form in forms.filter(is_behind).filter(|form| has_reason(form)).filter(is_ours) {
            let evidence = self.weight_of(form.terms.intersection(&pasted));
            if evidence == 0.0 {
                continue;
            }
            let of_message = evidence / form.weight;
            let is_in = |line: &String| form.line.contains(line);
            let is_part = is_dense && is_long && evidence >= least && lines.iter().all(is_in);
            let of_pasted = if is_part { 1.0 } else { evidence / pasted_weight };
            // A short message is all the evidence that there can be.
            let has_weight = evidence >= EVIDENCE.min(form.weight * 0.9);
            let is_enough = is_part || has_weight && (of_message >= OF_MESSAGE || of_pasted >= OF_PASTED);
            // A whole short message is worth as much as half of a long one.
            let rank = rounded(of_message.max(of_pasted) * evidence.sqrt());
            let (evidence, of_message) = (rounded(evidence), rounded(of_message));
            let found = Candidate { form, is_enough, rank, evidence, of_message };
            if best.get(&form.entry).is_none_or(|old| found.in_order(old).is_lt()) {
                best.insert(form.entry, found);
            }
        }
        let mut candidates: Vec<Candidate<'_>> = best.into_values().collect();
        candidates.sort_by(Candidate::in_order);
        (candidates, pasted)
    }

    /// The messages that words can be, of those that give a reason why IAM refuses: which action is refused says nothing of the reason.
    fn has_reason(&self, said: &[String]) -> impl Fn(&Form) -> bool {
        let is_refusal = format!(" {} ", said.join(" ")).contains(&format!(" {REFUSAL} "));
        let pasted = if is_refusal { terms(said) } else { BTreeSet::new() };
        move |form| {
            let mut common = form.reason.intersection(&pasted);
            let says_something = |term: &String| self.weights.get(term).is_some_and(|weight| *weight > 0.0);
            !is_refusal || form.reason.is_empty() || common.any(says_something)
        }
    }

    fn found(&self, form: &Form, confidence: Confidence) -> Found<'_> {
        let entry = &self.entries[form.entry];
        Found { entry, message: &entry.messages[form.message], confidence }
    }

    fn weight_of<'a>(&self, terms: impl IntoIterator<Item = &'a String>) -> f64 {
        terms.into_iter().map(|term| self.weights.get(term).copied().unwrap_or(STRANGE)).sum()
    }

    /// The words of a pasted text whose first and last may be cut: a piece that no message has is read as the one word that it is a piece
    /// of.
    fn completed(&self, mut pasted: Vec<String>) -> Vec<String> {
        let whole = |piece: &str, fits: &dyn Fn(&str) -> bool| {
            let is_piece = piece.chars().count() > 2 && !self.weights.contains_key(piece);
            let mut known = self.weights.keys().filter(|word| is_piece && fits(word));
            known.next().filter(|_| known.next().is_none()).cloned()
        };
        let is_cut = |piece: &String| piece.chars().count() > 2 && !self.weights.contains_key(piece);
        if let [first, second] = &pasted[..]
            && is_cut(first)
            && is_cut(second)
        {
            let pairs = self.weights.keys().filter_map(|term| term.split_once(' '));
            let mut known = pairs.filter(|(one, other)| one.ends_with(first) && other.starts_with(second));
            return match (known.next(), known.next()) {
                (Some((one, other)), None) => vec![one.to_string(), other.to_string()],
                _ => pasted,
            };
        }
        if let [first, second, ..] = &pasted[..] {
            let fits = |word: &str| word.ends_with(first) && self.weights.contains_key(&format!("{word} {second}"));
            if let Some(word) = whole(first, &fits) {
                pasted[0] = word;
            }
        }
        if let [.., before, last] = &pasted[..] {
            let fits = |word: &str| word.starts_with(last) && self.weights.contains_key(&format!("{before} {word}"));
            if let Some(word) = whole(last, &fits) {
                *pasted.last_mut().expect("it has a last word") = word;
            }
        }
        pasted
    }

    /// The runs of words between those that no message has: these are the reader's own names, the rest of a cut one, or what stood beside.
    fn runs<'a>(&self, pasted: &'a [String]) -> Vec<&'a [String]> {
        pasted.split(|word| !self.spoken.contains(word)).filter(|run| !run.is_empty()).collect()
    }

    /// The pages of which a sentence stands in a text, word for word.
    fn with_sentence(&self, text: &str) -> Vec<Found<'_>> {
        let said = words(&with_short_names(text));
        let has_reason = self.has_reason(&said);
        let heaviest = self.heaviest(|form, sentence, weight| {
            sentence.iter().map(Vec::len).sum::<usize>() >= PART
                && weight >= rounded(2.0 * OF_PART)
                && stands(sentence, &said)
                && has_reason(form)
        });
        let confidence = if heaviest.len() > 1 { Confidence::Perhaps } else { Confidence::Explains };
        heaviest.into_iter().map(|form| self.found(form, confidence)).collect()
    }

    /// The pages of which a sentence with a name in it is all that a line of a text says: what stands around the name may stand everywhere.
    /// And those of which a short sentence is all that the text says, beside words of the same message.
    fn with_line(&self, text: &str) -> Vec<Found<'_>> {
        let lines = sentences(&with_short_names(text), 1);
        let lines: Vec<Vec<String>> = lines.into_iter().map(|pieces| pieces.concat()).collect();
        let heaviest = self.heaviest(|form, sentence, weight| {
            let is_it = |line: &Vec<String>| is_whole(sentence, line);
            let is_beside = |line: &Vec<String>| {
                line.iter().all(|word| form.terms.contains(word) || self.weights.get(word) == Some(&0.0))
            };
            let is_all = || weight > 0 && lines.iter().all(|line| is_it(line) || is_beside(line));
            lines.iter().any(is_it) && (sentence.len() > 1 || is_all())
        });
        heaviest.into_iter().map(|form| self.found(form, Confidence::Perhaps)).collect()
    }

    /// The page of a refusal by IAM whose reason is not said, as many services leave it out.
    fn without_reason(&self, text: &str) -> Option<Found<'_>> {
        let said = format!(" {} ", words(text).join(" "));
        let page = if said.ends_with(" with ") { DENIED } else { REFUSED };
        let entry = self.entries.iter().find(|entry| entry.slug == page)?;
        let is_refusal = said.contains(&format!(" {REFUSAL} ")) && said.contains(" user arn aws ");
        is_refusal.then(|| Found { entry, message: entry.shortest(REFUSAL), confidence: Confidence::Explains })
    }

    /// The message of each page whose sentence is there, the heaviest first.
    fn heaviest(&self, is_there: impl Fn(&Form, &Sentence, i64) -> bool) -> Vec<&Form> {
        let weight = |sentence: &Sentence| rounded(sentence.iter().map(|piece| self.weight_of(&terms(piece))).sum());
        let mut heaviest: BTreeMap<usize, (i64, &Form)> = BTreeMap::new();
        for form in &self.forms {
            for sentence in &form.sentences {
                let weight = weight(sentence);
                let before = heaviest.get(&form.entry).map_or(0, |(heaviest, _)| *heaviest);
                if weight > before && is_there(form, sentence, weight) {
                    heaviest.insert(form.entry, (weight, form));
                }
            }
        }
        let mut found: Vec<_> = heaviest.into_values().collect();
        found.sort_by_key(|(weight, _)| Reverse(*weight));
        found.into_iter().map(|(_, form)| form).collect()
    }

    /// A text in which each long word that no message has is the one that differs from it by a letter.
    fn without_typos(&self, text: &str) -> String {
        let (mut kept, mut rest) = (String::new(), text);
        while let Some(at) = rest.find(|letter: char| letter.is_ascii_alphabetic()) {
            let (before, from) = rest.split_at(at);
            let end = from.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            let small: Vec<char> = word.to_ascii_lowercase().chars().collect();
            kept.push_str(before);
            kept.push_str(self.word_near(&small).unwrap_or(word));
            rest = after;
        }
        kept + rest
    }

    /// The word of the messages that differs by a letter from one that no message has, if there is one and no more.
    fn word_near(&self, small: &[char]) -> Option<&str> {
        if small.len() < LETTERS - 1 || self.spoken.contains(&small.iter().collect::<String>()) {
            return None;
        }
        let is_it = |known: &&String| {
            let known: Vec<char> = known.chars().collect();
            known.len() >= LETTERS && is_near(&known, small)
        };
        let mut near = self.spoken.iter().filter(is_it);
        near.next().filter(|_| near.next().is_none()).map(String::as_str)
    }

    /// The pages that a text asks for that is a code or a phrase and no more, or in which a code stands.
    fn by_code_or_phrase(&self, text: &str) -> Vec<Found<'_>> {
        // Counted as JavaScript counts letters.
        let is_short = text.encode_utf16().count() <= SHORT;
        let mut found = if is_short { self.with_code(text) } else { Vec::new() };
        if found.is_empty() && is_short {
            found = self.with_phrase(text);
        }
        if found.is_empty() {
            found = self.without_reason(text).into_iter().collect();
        }
        if found.is_empty() {
            found = self.with_line(text);
        }
        if found.is_empty() {
            found = self.naming(text);
        }
        if found.is_empty() { self.with_run(text) } else { found }
    }

    /// The pages that have a code which stands somewhere in a text, and does not stand around every message.
    fn naming(&self, text: &str) -> Vec<Found<'_>> {
        let said: BTreeSet<&str> =
            text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.').collect();
        let says_something = |code: &str| {
            let last = code.rsplit('.').next().unwrap_or_default();
            self.weights.get(&last.to_lowercase()) != Some(&0.0)
        };
        // A message of its own behind a code says what the code means here.
        let is_explained = |code: &str| {
            let after = text.find(code).map_or("", |at| &text[at + code.len()..]);
            let message = after_call(after).unwrap_or(after).strip_prefix(':').unwrap_or_default();
            let message = message.trim_start_matches(' ');
            !message.starts_with(char::is_whitespace) && message.split_whitespace().count() >= PART - 1
        };
        let is_said = |code: &&String| said.contains(code.as_str()) && says_something(code) && !is_explained(code);
        let found = self.entries.iter().filter_map(|entry| {
            let code = entry.codes.iter().find(is_said)?;
            Some(Found { entry, message: entry.message_with(code), confidence: Confidence::Perhaps })
        });
        found.collect()
    }

    /// The pages that have an error's code, by name, if a text is an error's code and hardly more. A code that stands around every message
    /// has many causes, even where the register has one page with it.
    fn with_code(&self, text: &str) -> Vec<Found<'_>> {
        let said = words(text);
        let is_one_word = !text.trim().contains([' ', '\t', '\r', '\n']);
        let is_known = |word: &String| self.weights.contains_key(word) || self.statuses.are_around(word);
        if !is_one_word && (said.len() >= PART || !said.iter().all(is_known)) {
            return Vec::new();
        }
        let text = text.to_lowercase();
        let codes = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.');
        codes.map(|code| self.having_code(code)).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// The pages that have a code, written in small letters, or have what stands after its last full stop.
    fn having_code(&self, code: &str) -> Vec<Found<'_>> {
        let last = code.rsplit('.').next().unwrap_or_default();
        let having = |name: &str| -> Vec<&Entry> {
            let is_it = |code: &String| code.to_lowercase() == name;
            self.entries.iter().filter(|entry| entry.codes.iter().any(is_it)).collect()
        };
        let found = Some(having(code)).filter(|found| !found.is_empty()).unwrap_or_else(|| having(last));
        let confidence = match found.len() > 1 || self.weights.get(last) == Some(&0.0) {
            true => Confidence::Perhaps,
            false => Confidence::Explains,
        };
        let found = found.into_iter();
        found.map(|entry| Found { entry, message: entry.message_with(last), confidence }).collect()
    }

    /// The pages that have two or three words, by name, if a text is these and no more. What only one page has may be of anywhere, if it has
    /// no weight.
    fn with_phrase(&self, text: &str) -> Vec<Found<'_>> {
        let said = self.completed(words(text));
        let weight = self.weight_of(&terms(&said));
        if !(2..PART).contains(&said.len()) || weight <= 0.0 {
            return Vec::new();
        }
        let phrase = format!(" {} ", said.join(" "));
        let mut having: Vec<&Form> =
            self.forms.iter().filter(|form| format!(" {} ", form.line).contains(&phrase)).collect();
        having.dedup_by_key(|form| form.entry);
        if having.len() < 2 && weight < PHRASE {
            return Vec::new();
        }
        having.into_iter().map(|form| self.found(form, Confidence::Perhaps)).collect()
    }

    /// The pages, by name, that have the most of a sentence in one piece, if that is more than half of it: what stands around many messages
    /// says which few may be meant. A name or a line of a table is not a sentence.
    fn with_run(&self, text: &str) -> Vec<Found<'_>> {
        // What a client puts before a message is not of the message.
        let behind = without_calls(text);
        let text = if behind.trim().is_empty() { text } else { &behind };
        let said = self.completed(words(text));
        let is_plain = |part: &&str| {
            let word = part.strip_suffix(['.', ',', ':', ';']).unwrap_or(part);
            let is_small = |letter: char| letter.is_ascii_lowercase() || is_syllable(letter);
            !word.is_empty() && word.chars().all(is_small)
        };
        let parts: Vec<&str> = text.split([' ', '\t', '\r', '\n']).filter(|part| !part.is_empty()).collect();
        if said.len() > SENTENCE || 2 * parts.iter().copied().filter(|part| is_plain(part)).count() <= parts.len() {
            return Vec::new();
        }
        let longest = |form: &Form| {
            let line = format!(" {} ", form.line);
            let is_in =
                |length: &usize| said.windows(*length).any(|run| line.contains(&format!(" {} ", run.join(" "))));
            (PART.max(said.len() / 2 + 1)..=said.len()).rev().find(is_in)
        };
        let runs: Vec<(&Form, usize)> =
            self.forms.iter().filter_map(|form| longest(form).map(|length| (form, length))).collect();
        let most = runs.iter().map(|(_, length)| *length).max();
        let mut having: Vec<&Form> =
            runs.into_iter().filter(|(_, length)| Some(*length) == most).map(|(form, _)| form).collect();
        having.dedup_by_key(|form| form.entry);
        if !(2..=LIST).contains(&having.len()) {
            return Vec::new();
        }
        having.into_iter().map(|form| self.found(form, Confidence::Perhaps)).collect()
    }

    /// What the book's search needs: the pages' names, titles and messages, and the words of the glossary, as a script.
    pub fn script(&self, glossary: &Glossary) -> String {
        let pages: Vec<_> =
            self.entries.iter().map(|entry| json!([entry.slug, entry.title, entry.messages, entry.codes])).collect();
        let words = glossary.terms().iter();
        let terms: Vec<_> =
            words.map(|Term { anchor, english, korean, .. }| json!([anchor, english, korean])).collect();
        // Read as a script, so that it also works on pages that were opened as files.
        format!(
            "window.workbookRegister = {};\n",
            json!({ "pages": pages, "terms": terms, "everyday": self.lines.everyday, "statuses": self.lines.statuses, "strangers": self.lines.strangers })
        )
    }
}

/// The text of a file; what fails names it, because there are many.
fn text_of(file: &Path) -> io::Result<String> {
    fs::read_to_string(file).map_err(|why| io::Error::new(why.kind(), format!("{}: {why}", file.display())))
}

/// The terms by which a refusal of IAM gives its reason, without the action that it repeats; none where a message gives none.
fn reason_of(line: &str) -> BTreeSet<String> {
    let words: Vec<String> = line.split(' ').map(str::to_string).collect();
    let begins = |start: &[&str], at: usize| start.iter().zip(&words[at..]).all(|(one, other)| one == other);
    let is_start = |at: &usize| {
        [&["because", "no"][..], &["with", "an", "explicit"]]
            .iter()
            .any(|start| begins(start, *at) && at + start.len() < words.len())
    };
    let Some(at) = (0..words.len()).find(is_start).filter(|at| *at == 0 || line.contains(REFUSAL)) else {
        return BTreeSet::new();
    };
    let end = (at..words.len().saturating_sub(2)).find(|at| begins(&["allows", "the"], *at)).unwrap_or(words.len());
    terms(&words[at..end])
}

/// The sentences of a message that have at least so many words.
fn sentences(message: &str, least: usize) -> Vec<Sentence> {
    let message = without_calls(message);
    let is_end = |at: usize, sign: char| {
        let (before, after) = (&message[..at], &message[at + sign.len_utf8()..]);
        match sign {
            '.' | '!' | '?' | ':' => after.is_empty() || after.starts_with([' ', '\n']),
            '"' => {
                before.strip_suffix(' ').unwrap_or(before).ends_with([':', '{']) || after.starts_with([',', '}', ':'])
            }
            '(' => after.starts_with("Service: "),
            _ => ['\n', '<', '>'].contains(&sign),
        }
    };
    let ends = message.char_indices().filter(|(at, sign)| is_end(*at, *sign)).map(|(at, _)| at);
    let ends: Vec<usize> = ends.chain([message.len()]).collect();
    let mut start = 0;
    let mut sentences = Vec::new();
    for end in ends {
        let mut pieces: Vec<Vec<&str>> = vec![Vec::new()];
        for part in message[start..end].split(' ') {
            match (part.contains(OWN_NAME), pieces.last_mut()) {
                (false, Some(piece)) => piece.push(part),
                _ => pieces.push(Vec::new()),
            }
        }
        let pieces = pieces.iter().map(|piece| words(&piece.join(" "))).filter(|piece| !piece.is_empty());
        sentences.push(pieces.collect::<Sentence>());
        // Every sign that ends a sentence has one byte.
        start = (end + 1).min(message.len());
    }
    sentences.retain(|pieces| pieces.iter().map(Vec::len).sum::<usize>() >= least);
    sentences
}

/// Whether the pieces of a sentence stand in words, in order, with no more than a name between them.
fn stands(pieces: &[Vec<String>], said: &[String]) -> bool {
    follows(pieces, said, said.len(), &|_| true)
}

/// Whether the pieces of a sentence are all words, in order, but for names between them.
fn is_whole(pieces: &[Vec<String>], said: &[String]) -> bool {
    follows(pieces, said, 0, &<[String]>::is_empty)
}

/// Whether pieces begin in words after at most so many, the others behind them, and the rest is an end.
fn follows(pieces: &[Vec<String>], said: &[String], gap: usize, is_end: &dyn Fn(&[String]) -> bool) -> bool {
    let [piece, others @ ..] = pieces else { return is_end(said) };
    let starts = (0..=gap.min(said.len())).filter_map(|at| said[at..].strip_prefix(&piece[..]));
    starts.into_iter().any(|rest| follows(others, rest, GAP, is_end))
}

/// A text in which the name of a resource is one word.
fn with_short_names(text: &str) -> String {
    let is_end = |letter: char| letter.is_whitespace() || ['"', '\'', ','].contains(&letter);
    let mut parts = text.split("arn:aws");
    let mut kept = parts.next().unwrap_or_default().to_string();
    for part in parts {
        kept.push_str("arn");
        kept.push_str(part.find(is_end).map_or("", |end| &part[end..]));
    }
    kept
}

/// Whether two words differ by one letter: another, one more, one less, or two that changed places.
fn is_near(one: &[char], other: &[char]) -> bool {
    let start = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    match (&one[start..], &other[start..]) {
        ([], []) => true,
        ([], [_]) | ([_], []) => true,
        ([first, rest @ ..], [second, others @ ..]) => {
            let is_swapped = matches!((rest, others), ([a, rest @ ..], [b, others @ ..]) if a == second && b == first && rest == others);
            is_swapped || rest == others || rest == &other[start..] || &one[start..] == others
        }
        _ => false,
    }
}

/// How long a word is, in halves: of two Korean syllables, the second one begins the next word.
fn length_of(word: &str) -> usize {
    if word.starts_with(is_syllable) { 1 } else { 2 }
}

/// A line without the signs by which a mail or Markdown quotes it.
fn without_quotation(line: &str) -> &str {
    let quoted = line.trim_start().trim_start_matches(['>', '|']);
    if quoted.len() == line.trim_start().len() { line } else { quoted.strip_prefix(' ').unwrap_or(quoted) }
}

/// A text in one line, without the indentation that its lines have in common.
fn in_one_line(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(without_quotation).collect();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let common = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min().unwrap_or(0);
    lines.iter().map(|line| line.get(common..).unwrap_or_default()).collect()
}

/// Six digits decide; the others depend on the order of a sum.
fn rounded(number: f64) -> i64 {
    (number * 1e6).round() as i64
}

/// The errors' codes in a text: each stands alone in brackets, quotation marks or a tag, or is called an exception.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    // A tag's name is not a code.
    let enclosed = text.split(['(', ')', '"', '`', '>', '\n']).map(|part| part.split('<').next().unwrap_or_default());
    let is_code = |word: &&str| {
        let capitals = word.chars().filter(char::is_ascii_uppercase).count();
        let is_word = word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.');
        word.len() > 7 && is_word && capitals > 1 && word.starts_with(|first: char| first.is_ascii_uppercase())
    };
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    enclosed.filter(is_code).chain(words.filter(|word| word.ends_with("Exception")).filter(is_code))
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
        let lines = RegisterLines {
            everyday: "START RequestId: 1 Version: $LATEST\nStatus: error".to_string(),
            statuses: "403 forbidden\naround http error".to_string(),
            strangers: "Prose.\n\nCannot access stream of the video\n".to_string(),
        };
        Register::of(entries.collect(), lines)
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
            ("> Please ensure the role can perform the GetRec\n> ords, GetShardIterator, Descr\n> ibeStream", "stream"),
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
    fn a_message_that_no_page_explains_finds_nothing_unless_another_stands_beside_it() {
        let register = register();
        let found = |text: &str| register.find(text).first().map(|found| found.entry.slug.as_str());
        assert_eq!(found("Cannot access stream of the video"), None);
        assert_eq!(found("Error 17: Cannot access stream of the video!"), None);
        assert_eq!(
            found("Cannot access stream of the video {\"message\":\"Missing Authentication Token\"}"),
            Some("token")
        );
        assert_eq!(found("Cannot access stream arn:aws:dynamodb:us-east-1:000011112222:table/x"), Some("stream"));
    }

    #[test]
    fn a_refusal_is_found_by_its_reason_and_not_by_its_action() {
        let said = |action: &str, reason: &str| {
            format!(
                "User: arn:aws:iam::1:user/board is not authorized to perform: {action} on resource: arn:aws:a:::b{reason}"
            )
        };
        let pages = [
            (REFUSED, said("a:Query", " because no identity-based policy allows the a:Query action")),
            ("endpoint", said("a:Scan", " because no VPC endpoint policy allows the a:Scan action")),
            (DENIED, said("a:Put", " with an explicit deny in an identity-based policy")),
        ];
        let entries = pages.iter().map(|(slug, message)| Entry::parse(slug, &page("Refused", &[message])));
        let register = Register::of(entries.collect(), RegisterLines::default());
        let found = |text: &str| register.find(text).first().map(|found| found.entry.slug.as_str());
        assert_eq!(found(&said("a:Scan", "")), Some(REFUSED));
        assert_eq!(found(&said("c:GetIt", "")), Some(REFUSED));
        assert_eq!(found(&said("c:GetIt", " with ")), Some(DENIED));
        assert_eq!(
            found(&said("a:Query", " because no VPC endpoint policy allows the a:Query action")),
            Some("endpoint")
        );
    }

    #[test]
    fn a_line_that_says_a_short_sentence_or_one_with_a_name_is_found() {
        let messages = [
            "Error: Stack [board] does not exist",
            "<Code>No</Code><Message>It has expired</Message><X>much more than these words are</X>",
        ];
        let register = Register::of(vec![Entry::parse("a", &page("A", &messages))], RegisterLines::default());
        for text in [
            "Stack [shop-1] does not exist",
            "ready?\nStack arn:aws:x:y:stack/shop does not exist\nno",
            "배포하면 It has expired 라고",
        ] {
            assert_eq!(register.find(text).len(), 1, "{text}");
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
