//! The rules for the cards of the review: each asks why, in both languages, and leads to a section that answers it.
//!
//! `course::review` reads them; what they are for stands there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use course::lab::labs;
use course::regions::Fault;
use course::review::cards::{Card, Deck, FILE};
use course::review::chapter::{APART, WARM_UP};

use crate::chapters;

/// The fewest cards, in all and on the page of a chapter.
const CARDS: usize = 100;
const OF_CHAPTER: usize = 5;
/// The longest answer, in characters: more is a section and not an answer.
const LONGEST: usize = 330;

/// Every breach of the rules in the cards of the workspace in `root`.
///
/// # Errors
///
/// What cannot be read: the cards, the labs.
pub fn faults(root: &Path) -> Result<Vec<Fault>, Fault> {
    let text = fs::read_to_string(root.join(FILE)).map_err(|why| Fault {
        file: FILE.to_string(),
        line: 1,
        what: format!("cannot be read: {why}"),
    })?;
    of(root, &text)
}

/// The same for the text of the file.
///
/// # Errors
///
/// A form that is wrong, labs that cannot be read.
pub fn of(root: &Path, text: &str) -> Result<Vec<Fault>, Fault> {
    let deck = Deck::parse(text)?;
    let numbers: Vec<String> = labs(root)?.into_iter().map(|lab| lab.number).collect();
    let rules = Rules { root, text, numbers };
    let mut faults: Vec<Fault> = deck.cards.iter().flat_map(|card| rules.of_card(card)).collect();
    faults.extend(rules.of_ids(&deck));
    faults.extend(rules.of_chapters(&deck));
    if deck.cards.len() < CARDS {
        let what = format!("has {} cards; there are to be at least {CARDS}", deck.cards.len());
        faults.push(Fault { file: FILE.to_string(), line: 1, what });
    }
    Ok(faults)
}

struct Rules<'a> {
    root: &'a Path,
    text: &'a str,
    numbers: Vec<String>,
}

impl Rules<'_> {
    fn fault(&self, card: &Card, what: impl Into<String>) -> Fault {
        let id = format!("id = \"{}\"", card.id);
        let line = self.text.lines().position(|line| line.trim() == id).map_or(1, |index| index + 1);
        Fault { file: FILE.to_string(), line, what: format!("card {}: {}", card.id, what.into()) }
    }

    fn of_card(&self, card: &Card) -> Vec<Fault> {
        let mut found = Vec::new();
        let is_id = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if card.id.is_empty() || !card.id.chars().all(is_id) {
            found.push("the id is to be made of small letters, digits and hyphens".to_string());
        }
        if !self.numbers.contains(&card.chapter) {
            found.push(format!("there is no chapter {}; there are: {}", card.chapter, self.numbers.join(", ")));
        }
        let (page, section) = card.place();
        match chapters::anchors(self.root, page) {
            Err(_) => found.push(format!("there is no page {page}; mend `source`")),
            Ok(anchors) if !anchors.contains(section) => {
                found.push(format!("the page {page} has no heading with the anchor {section:?}; mend `source`"));
            }
            Ok(_) => {}
        }
        if !card.question.en.starts_with("Why ") || !card.question.en.ends_with('?') {
            found.push("the question does not ask why; a question for a fact is answered by looking it up".to_string());
        }
        if !card.question.ko.contains('왜') || !card.question.ko.ends_with('?') {
            found.push("the Korean question does not ask why (왜 … ?)".to_string());
        }
        if !card.answer.ko.chars().any(|letter| ('가'..='힣').contains(&letter)) {
            found.push("the Korean answer is not in Korean; translate it".to_string());
        }
        for text in [&card.question.en, &card.question.ko, &card.answer.en, &card.answer.ko] {
            if text.matches('`').count() % 2 == 1 {
                found.push(format!("a backtick is never closed in {text:?}"));
            }
            if ["](", "**", "<code", "&lt;", "\n", "\t"].iter().any(|markup| text.contains(markup)) {
                found
                    .push(format!("{text:?} has markup; a card is one paragraph of text, with code between backticks"));
            }
        }
        // A letter of Korean says as much as two of English.
        for (text, most) in [(&card.answer.en, LONGEST), (&card.answer.ko, LONGEST / 2)] {
            let length = text.chars().count();
            if text.trim().is_empty() || length > most {
                found.push(format!("an answer has {length} characters; write one to three sentences, at most {most}"));
            }
        }
        found.into_iter().map(|what| self.fault(card, what)).collect()
    }

    /// No id and no question is there twice.
    fn of_ids(&self, deck: &Deck) -> Vec<Fault> {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut faults = Vec::new();
        for card in &deck.cards {
            for text in [&card.id, &card.question.en, &card.question.ko] {
                if !seen.insert(text) {
                    faults.push(self.fault(card, format!("{text:?} is there a second time")));
                }
            }
        }
        faults
    }

    /// What each chapter has of cards, and begins with.
    fn of_chapters(&self, deck: &Deck) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut complain = |what: String| faults.push(Fault { file: FILE.to_string(), line: 1, what });
        let mut warm_ups: BTreeMap<&str, Vec<&Card>> = BTreeMap::new();
        for card in &deck.cards {
            card.warms_up.iter().for_each(|chapter| warm_ups.entry(chapter).or_default().push(card));
        }
        for (index, number) in self.numbers.iter().enumerate() {
            let own = deck.cards.iter().filter(|card| card.is_of_lesson() && card.chapter == *number).count();
            if own < OF_CHAPTER {
                complain(format!("chapter {number} has {own} cards of its own; write at least {OF_CHAPTER}"));
            }
            let chosen = warm_ups.remove(number.as_str()).unwrap_or_default();
            let wanted = if index < APART { 0 } else { WARM_UP };
            if chosen.len() != wanted {
                complain(format!(
                    "chapter {number} begins with {} cards, and should with {wanted}; see `warms-up`",
                    chosen.len()
                ));
            }
            for card in chosen {
                let of = self.numbers.iter().position(|of| *of == card.chapter).unwrap_or(usize::MAX);
                if of.saturating_add(APART) > index {
                    complain(format!(
                        "card {} is too young for chapter {number}; take one from at least {APART} chapters before",
                        card.id
                    ));
                }
            }
        }
        warm_ups.keys().for_each(|number| {
            complain(format!("there is no chapter {number} to be begun with cards; see `warms-up`"))
        });
        faults
    }
}
