//! The glossary: the words that it defines, and the link from a word's first use in every chapter to its definition.
//!
//! Chapters are written without these links. They are put in when the book is built, so none is missing and none has to be maintained.
//! Words that are plain English, too, would be linked where nothing technical is meant. The page lists them, and a chapter links them by
//! hand, where it means what the glossary says.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::chapters::anchor;

/// A word of the glossary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The anchor of its definition.
    pub anchor: String,
    /// The word.
    pub english: String,
    /// The Korean word, where there is one.
    pub korean: String,
    /// Whether no use of it is linked by itself.
    pub by_hand: bool,
}

impl Term {
    /// How chapters write it: `Time to live (TTL)` is also `Time to live`, and `TTL`.
    fn spellings(&self) -> impl Iterator<Item = &str> {
        let short = self.english.strip_suffix(')').and_then(|english| english.split_once(" ("));
        let [long, short] = short.map_or([None; 2], |(long, short)| [Some(long), Some(short)]);
        [Some(self.english.as_str()), long, short].into_iter().flatten()
    }
}

/// The page that defines the book's words, below `book/src`.
const PAGE: &str = "glossary.md";

/// What begins the comment in it that lists the words which chapters link by hand.
const BY_HAND: &str = "<!-- linked by hand:";

/// The glossary of a book.
#[derive(Debug, Clone)]
pub struct Glossary {
    terms: Vec<Term>,
}

impl Glossary {
    /// Reads `book/src/glossary.md` of the workspace in `root`.
    ///
    /// # Errors
    ///
    /// A page that cannot be read.
    pub fn read(root: &Path) -> io::Result<Glossary> {
        let page = fs::read_to_string(root.join("book").join("src").join(PAGE))?;
        Ok(Glossary { terms: terms(&page) })
    }

    /// The words, in their order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The words that a text asks for: a Korean one is found by any part of it and with the endings that Korean puts after a word, an
    /// English one by how it begins.
    pub fn find(&self, text: &str) -> Vec<&Term> {
        let wanted = text.trim().to_lowercase();
        if wanted.chars().count() < 2 {
            return Vec::new();
        }
        if !wanted.chars().any(is_korean) {
            return self.terms.iter().filter(|term| term.english.to_lowercase().starts_with(&wanted)).collect();
        }
        let is_long = |word: &&str| word.chars().count() > 1;
        // What is in the text whole is not asked for again by its parts.
        let is_whole = |term: &&Term| is_long(&term.korean.as_str()) && wanted.contains(&term.korean);
        let mut whole: Vec<&str> = self.terms.iter().filter(is_whole).map(|term| term.korean.as_str()).collect();
        whole.sort_by_key(|korean| Reverse(korean.chars().count()));
        let rest = whole.iter().fold(wanted.clone(), |text, korean| without_word(&text, korean));
        let asked: Vec<&str> = rest.split_whitespace().filter(is_long).collect();
        let is_asked_for = |term: &&Term| {
            let words = || term.korean.split_whitespace().filter(is_long);
            asked.iter().any(|word| term.korean.contains(word) || words().any(|start| word.starts_with(start)))
        };
        self.terms.iter().filter(|term| is_whole(term) || is_asked_for(term)).collect()
    }

    /// Puts the links into a chapter, whose path below `book/src` is `path`.
    pub fn link(&self, path: &Path, chapter: &mut String) {
        if path != Path::new(PAGE) {
            let up = "../".repeat(path.components().count().saturating_sub(1));
            *chapter = linked(chapter, &self.terms, &format!("{up}{PAGE}"));
        }
    }
}

/// The words that a glossary defines: `Cold start (콜드 스타트)`, with the definition on the next line after `: `.
fn terms(glossary: &str) -> Vec<Term> {
    let list = glossary.split_once(BY_HAND).and_then(|(_, list)| list.split_once("-->"));
    let by_hand: BTreeSet<&str> = list.into_iter().flat_map(|(list, _)| list.split(',')).map(str::trim).collect();
    let lines: Vec<&str> = glossary.lines().collect();
    let defined = lines.windows(2).filter(|pair| pair[1].starts_with(": ")).map(|pair| pair[0].trim());
    let terms = defined.map(|line| {
        let split = line
            .strip_suffix(')')
            .and_then(|line| line.rsplit_once(" ("))
            .filter(|(_, korean)| korean.chars().any(is_korean));
        let (english, korean) = split.unwrap_or((line, ""));
        let (by_hand, korean) = (by_hand.contains(english), korean.to_string());
        Term { anchor: anchor(line), english: english.to_string(), korean, by_hand }
    });
    terms.collect()
}

/// A text without a Korean word, and without the endings that Korean puts after it.
fn without_word(text: &str, word: &str) -> String {
    let mut parts = text.split(word);
    let first = parts.next().unwrap_or_default().to_string();
    let without_ending = |part: &str| part.trim_start_matches(|letter: char| !letter.is_whitespace()).to_string();
    std::iter::once(first).chain(parts.map(without_ending)).collect::<Vec<_>>().join(" ")
}

fn is_korean(letter: char) -> bool {
    ('가'..='힣').contains(&letter)
}

/// A chapter in which the first use of every word of the glossary leads to its definition; `to_glossary` is the glossary's address from
/// there. Headings, code, links and the names of pictures stay as they are, and so does a word to which the chapter has a link already, or
/// of which it says by a link of its own that something else is meant: `[key](glossary.md#access-key)`.
fn linked(chapter: &str, terms: &[Term], to_glossary: &str) -> String {
    // By the first letter of each spelling.
    let mut known: BTreeMap<char, Vec<(&str, &Term)>> = BTreeMap::new();
    for (spelling, term) in terms.iter().flat_map(|term| term.spellings().map(move |spelling| (spelling, term))) {
        known.entry(initial(spelling)).or_default().push((spelling, term));
    }
    let own: Vec<(&str, &str)> = links_to(to_glossary, chapter).collect();
    let is_own = |term: &&Term| {
        let is_text =
            |text: &str| term.spellings().any(|word| use_of(word, text, 0..text.len()) == Some(0..text.len()));
        term.by_hand || own.iter().any(|(text, anchor)| *anchor == term.anchor || is_text(text))
    };
    let mut met: BTreeSet<&str> = terms.iter().filter(is_own).map(|term| term.anchor.as_str()).collect();
    let mut linked = String::new();
    let mut done = 0;
    for range in prose(chapter) {
        let mut at = range.start;
        while let Some((found, term)) = first_use(chapter, at..range.end, &known) {
            at = found.end;
            // A word that was met is passed whole: the `key` in another `cache key` is not a use of its own.
            if met.insert(&term.anchor) {
                linked.push_str(&chapter[done..found.start]);
                linked.push_str(&format!("[{}]({to_glossary}#{})", &chapter[found.clone()], term.anchor));
                done = found.end;
            }
        }
    }
    linked + &chapter[done..]
}

/// The texts of the links that a chapter itself has to the glossary, each with the anchor that it leads to.
fn links_to<'a>(to_glossary: &str, chapter: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let middle = format!("]({to_glossary}#");
    let places: Vec<(usize, usize)> =
        chapter.match_indices(&middle).map(|(at, middle)| (at, at + middle.len())).collect();
    places.into_iter().filter_map(|(end, anchor)| {
        let start = chapter[..end].rfind('[')? + 1;
        Some((&chapter[start..end], chapter[anchor..].split(')').next()?))
    })
}

fn initial(word: &str) -> char {
    word.chars().next().unwrap_or_default().to_ascii_lowercase()
}

/// Where a chapter has text that can hold a link.
fn prose(chapter: &str) -> Vec<Range<usize>> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_DEFINITION_LIST | Options::ENABLE_GFM;
    let mut closed = 0_usize;
    let mut ranges = Vec::new();
    for (event, range) in Parser::new_ext(chapter, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. } | Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => closed += 1,
            Event::End(TagEnd::Heading(_) | TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => closed -= 1,
            // A file that is put in later is named like text.
            Event::Text(_) if closed == 0 && !chapter[range.clone()].contains("{{#") => ranges.push(range),
            _ => {}
        }
    }
    ranges
}

/// The first word of the glossary in a part of the text, the longest where two begin at one place.
fn first_use<'a>(
    text: &str,
    part: Range<usize>,
    known: &BTreeMap<char, Vec<(&str, &'a Term)>>,
) -> Option<(Range<usize>, &'a Term)> {
    let mut before = text[..part.start].chars().next_back();
    text[part.clone()].char_indices().find_map(|(offset, letter)| {
        if before.replace(letter).is_some_and(is_letter) {
            return None;
        }
        let rest = part.start + offset..part.end;
        let known = known.get(&letter.to_ascii_lowercase()).into_iter().flatten();
        let used = known.filter_map(|(word, term)| Some((use_of(word, text, rest.clone())?, *term)));
        used.max_by_key(|(range, _)| range.end)
    })
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-')
}

/// How far a word reaches that the rest of a text begins with, alone or in the plural. Words with a capital inside are names and have one
/// spelling; others may begin a sentence.
fn use_of(word: &str, text: &str, rest: Range<usize>) -> Option<Range<usize>> {
    let is_name = word.chars().skip(1).any(char::is_uppercase);
    let (stem, endings): (&str, &[&str]) = match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => (stem, &["ies", "y"]),
        _ if ["s", "x", "ch", "sh"].iter().any(|hiss| word.ends_with(hiss)) => (word, &["es", ""]),
        _ => (word, &["s", ""]),
    };
    let end = rest.start + stem.len();
    let found = text[..rest.end].get(rest.start..end)?;
    if !(if is_name { found == stem } else { found.eq_ignore_ascii_case(stem) }) {
        return None;
    }
    let ends = |ending: &&&str| {
        text[end..].strip_prefix(**ending).is_some_and(|after| !after.chars().next().is_some_and(is_letter))
    };
    let ending = endings.iter().find(ends)?;
    (end + ending.len() <= rest.end).then(|| rest.start..end + ending.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(english: &str) -> Term {
        Term { anchor: anchor(english), english: english.to_string(), korean: String::new(), by_hand: false }
    }

    #[test]
    fn the_glossary_is_read_with_its_korean_words() {
        let terms = terms(
            "## C

Cold start (콜드 스타트)
: The first.

Access control list (ACL) (액세스 제어 목록)
: A list.

ARN
: A name.
",
        );
        let read: Vec<_> = terms.iter().map(|term| [term.anchor.as_str(), &term.english, &term.korean]).collect();
        assert_eq!(
            read,
            [
                ["cold-start-콜드-스타트", "Cold start", "콜드 스타트"],
                ["access-control-list-acl-액세스-제어-목록", "Access control list (ACL)", "액세스 제어 목록"],
                ["arn", "ARN", ""]
            ]
        );
    }

    #[test]
    fn a_korean_word_is_found_by_a_part_and_with_an_ending() {
        let korean = |english: &str, korean: &str| Term { korean: korean.to_string(), ..term(english) };
        let terms = vec![
            korean("Cold start", "콜드 스타트"),
            korean("Stream", "스트림"),
            korean("Lambda", ""),
            korean("Latency", "지연 시간"),
            korean("Time to live", "유지 시간"),
        ];
        let glossary = Glossary { terms };
        for (text, wanted) in [
            ("콜드", "Cold start"),
            ("콜드 스타트가 뭐예요", "Cold start"),
            ("스트림에서 오류가 납니다", "Stream"),
            ("cold", "Cold start"),
            ("LAMBDA", "Lambda"),
            ("the stream", ""),
            ("지연 시간이 길어요", "Latency"),
            ("지연 시간과 스트림", "Stream Latency"),
            ("시간", "Latency Time to live"),
            ("날씨가 좋네요", ""),
            ("드", ""),
            ("", ""),
        ] {
            let found: Vec<&str> = glossary.find(text).iter().map(|term| term.english.as_str()).collect();
            assert_eq!(found.join(" "), wanted, "{text}");
        }
    }

    #[test]
    fn the_first_use_of_each_word_leads_to_its_definition() {
        let terms = ["Cold start", "Stream", "Stream record", "ARN", "Role"].map(term);
        let link = |chapter: &str| linked(chapter, &terms, "../glossary.md");
        assert_eq!(
            link("A cold start, and another cold start."),
            "A [cold start](../glossary.md#cold-start), and another cold start."
        );
        assert_eq!(
            link("Cold starts. Streams."),
            "[Cold starts](../glossary.md#cold-start). [Streams](../glossary.md#stream)."
        );
        assert_eq!(
            link("A stream record is of a stream."),
            "A [stream record](../glossary.md#stream-record) is of a [stream](../glossary.md#stream)."
        );
        assert_eq!(
            link("An ARN. Barn, arn, downstream, stream-like."),
            "An [ARN](../glossary.md#arn). Barn, arn, downstream, stream-like."
        );
    }

    #[test]
    fn a_plural_is_a_use_and_another_word_is_none() {
        let terms = ["Policy", "Key", "Batch", "Hop", "JSON"].map(term);
        let link = |chapter: &str| linked(chapter, &terms, "g.md");
        assert_eq!(link("Policies."), "[Policies](g.md#policy).");
        assert_eq!(link("A policy, two keys."), "A [policy](g.md#policy), two [keys](g.md#key).");
        assert_eq!(link("Two batches, two hops."), "Two [batches](g.md#batch), two [hops](g.md#hop).");
        assert_eq!(link("One hopes. Polices. Keyes. JSONes."), "One hopes. Polices. Keyes. JSONes.");
    }

    #[test]
    fn a_word_and_its_abbreviation_lead_to_one_definition() {
        let terms = ["Time to live (TTL)"].map(term);
        assert_eq!(
            linked("A TTL is a time to live.", &terms, "g.md"),
            "A [TTL](g.md#time-to-live-ttl) is a time to live."
        );
        assert_eq!(
            linked("Time to live (TTL). TTL.", &terms, "g.md"),
            "[Time to live (TTL)](g.md#time-to-live-ttl). TTL."
        );
    }

    #[test]
    fn a_word_that_is_linked_by_hand_is_not_linked_by_itself() {
        let terms = terms(
            "<!-- linked by hand: Record, Scope -->

Record (레코드)
: One change.

Role
: An identity.
",
        );
        let by_hand: Vec<_> = terms.iter().map(|term| (term.english.as_str(), term.by_hand)).collect();
        assert_eq!(by_hand, [("Record", true), ("Role", false)]);
        assert_eq!(linked("A record of a role.", &terms, "g.md"), "A record of a [role](g.md#role).");
        // A chapter's own link is the first, wherever it stands.
        let own = "A role, the [role](g.md#role).";
        assert_eq!(linked(own, &terms, "g.md"), own);
    }

    #[test]
    fn a_part_of_a_word_that_was_met_is_not_linked() {
        let terms = ["Cache key", "Key"].map(term);
        assert_eq!(
            linked("A cache key, a cache key, a key.", &terms, "g.md"),
            "A [cache key](g.md#cache-key), a cache key, a [key](g.md#key)."
        );
    }

    #[test]
    fn a_page_says_by_its_own_link_what_a_word_means() {
        let terms = ["Access key", "Key", "Role"].map(term);
        let own = "A key. Two [keys](g.md#access-key). An access key of a role.";
        assert_eq!(
            linked(own, &terms, "g.md"),
            "A key. Two [keys](g.md#access-key). An access key of a [role](g.md#role)."
        );
    }

    #[test]
    fn what_holds_no_link_stays_as_it_is() {
        let terms = ["Role"].map(term);
        for kept in [
            "# A role\n",
            "`role`",
            "[the role](x.md)",
            "![role](x.svg)",
            "```text\nrole\n```\n",
            "<span>\nrole\n</span>\n",
            "{{#include role.md}}\n",
        ] {
            assert_eq!(linked(kept, &terms, "glossary.md"), kept);
        }
        assert_eq!(
            linked("# A role\n\n| a | role |\n|---|---|\n", &terms, "g.md"),
            "# A role\n\n| a | [role](g.md#role) |\n|---|---|\n"
        );
    }
}
