//! What can be asked: the cards, and the checkpoints and drills that somebody has missed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use course::chapters::number_of;
use course::review::cards::{Checkpoint, DRILL, Deck, DrillCard, Language, checkpoints, drills};
use course::review::memory::Progress;
use course::titles::Titles;

use crate::drill::DrillRecord;
use crate::error::Error;

/// A question as it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Where it comes from: `chapter 05`, `a checkpoint that you missed`.
    pub from: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// Where the answer stands, in words.
    pub title: String,
    /// `05-the-board.html#conditions`, of the built book; empty where no page has it.
    pub page: String,
}

/// Everything that can be asked.
#[derive(Debug)]
pub struct Questions {
    root: PathBuf,
    /// The cards.
    pub deck: Deck,
    checkpoints: BTreeMap<String, Checkpoint>,
    drills: BTreeMap<String, DrillCard>,
}

impl Questions {
    /// Reads them from the workspace in `root`.
    ///
    /// # Errors
    ///
    /// Cards or pages that cannot be read.
    pub fn read(root: &Path) -> Result<Questions, Error> {
        let deck = Deck::read(root)?;
        let checkpoints = checkpoints(root).map_err(Error::of_file(&root.join("book").join("src")))?;
        Ok(Questions { root: root.to_path_buf(), deck, checkpoints, drills: drills(root) })
    }

    /// The id of the checkpoint that somebody means: `05-1` and `checkpoint-05-1` are the same.
    pub fn checkpoint(&self, named: &str) -> Option<&str> {
        let id = format!("checkpoint-{}", named.trim_start_matches("checkpoint-"));
        self.checkpoints.get_key_value(&id).map(|(id, _)| id.as_str())
    }

    /// The numbers of checkpoints in a chapter, or on a page of concepts.
    pub fn checkpoints_like(&self, named: &str) -> Vec<&str> {
        let stem = named.trim_start_matches("checkpoint-");
        let stem = stem.rsplit_once('-').map_or(stem, |(stem, _)| stem);
        let numbers = self.checkpoints.keys().filter_map(|id| id.strip_prefix("checkpoint-"));
        numbers.filter(|number| number.rsplit_once('-').is_some_and(|(of, _)| of == stem)).collect()
    }

    /// The question with this id; nothing for one that is gone.
    pub fn of(&self, id: &str, language: Language) -> Option<Question> {
        let mut titles = Titles::of(&self.root);
        let korean = language == Language::Korean;
        let mut called = |source: &str| match titles.title(source) {
            (title, Some(section)) => format!("{title}: {section}"),
            (title, None) => title,
        };
        if let Some(card) = self.deck.card(id) {
            let (page, section) = card.place();
            let from = if korean { format!("{}장", card.chapter) } else { format!("chapter {}", card.chapter) };
            return Some(Question {
                from,
                question: card.question.of(language).to_string(),
                answer: card.answer.of(language).to_string(),
                title: called(&card.source),
                page: format!("{}#{section}", html(page)),
            });
        }
        if let Some(checkpoint) = self.checkpoints.get(id) {
            let chapter = number_of(&checkpoint.page).map(|number| format!(" ({number})")).unwrap_or_default();
            let from = if korean { "놓친 체크포인트" } else { "a checkpoint that you missed" };
            return Some(Question {
                from: format!("{from}{chapter}"),
                question: checkpoint.question.clone(),
                answer: checkpoint.answer.clone(),
                title: called(&checkpoint.page),
                page: format!("{}#{id}", html(&checkpoint.page)),
            });
        }
        let drill = self.drills.get(id)?;
        let number = &drill.number;
        Some(Question {
            from: if korean {
                format!("풀지 못한 사고 훈련 {number}")
            } else {
                format!("drill {number}, which you did not solve")
            },
            question: drill.question.of(language).to_string(),
            answer: drill.answer.clone(),
            title: format!("cargo workbook drill {number}"),
            page: String::new(),
        })
    }

    /// What somebody remembers, without the checkpoints and drills that there are not any more: nobody can be asked them.
    pub fn askable(&self, mut progress: Progress) -> Progress {
        let known = self.ids();
        progress.missed.retain(|id| known.contains(id));
        progress
    }

    /// Every id that can be asked, of cards and of what can be missed.
    pub fn ids(&self) -> BTreeSet<String> {
        let cards = self.deck.cards.iter().map(|card| &card.id);
        cards.chain(self.checkpoints.keys()).chain(self.drills.keys()).cloned().collect()
    }
}

/// The page of the built book.
fn html(page: &str) -> String {
    format!("{}.html", page.trim_end_matches(".md"))
}

/// The drills that were tried and not solved, as ids of cards.
///
/// # Errors
///
/// What is remembered of drills cannot be read or understood.
pub fn failed_drills(root: &Path) -> Result<Vec<String>, Error> {
    let record = DrillRecord::read(&root.join(".workbook"))?;
    Ok(record.failed().map(|number| format!("{DRILL}{number}")).collect())
}

#[cfg(test)]
mod tests {
    use course::review::cards::Text;

    use super::*;

    #[test]
    fn a_card_and_a_missed_checkpoint_are_asked_alike() {
        let questions = Questions::read(&course::root::workspace().unwrap()).unwrap();
        let card = questions.of("05-1", Language::English).unwrap();
        assert_eq!(card.from, "chapter 05");
        assert_eq!(card.page, "05-the-board.html#one-table-and-why-query-reads-so-little");
        assert_eq!(card.title, "05 The board: One table, and why Query reads so little");
        let korean = questions.of("05-1", Language::Korean).unwrap();
        assert!(korean.question.contains('왜') && korean.from == "05장", "{korean:?}");
        let checkpoint = questions.of("checkpoint-05-1", Language::English).unwrap();
        assert_eq!(checkpoint.from, "a checkpoint that you missed (05)");
        assert!(checkpoint.question.contains("`?page=2`") && checkpoint.answer.contains("\n- "), "{checkpoint:?}");
        assert_eq!(checkpoint.page, "05-the-board.html#checkpoint-05-1");
        assert_eq!(questions.of("no-such", Language::English), None);
    }

    #[test]
    fn a_checkpoint_is_found_by_its_number() {
        let questions = Questions::read(&course::root::workspace().unwrap()).unwrap();
        assert_eq!(questions.checkpoint("05-1"), Some("checkpoint-05-1"));
        assert_eq!(questions.checkpoint("checkpoint-05-1"), Some("checkpoint-05-1"));
        assert_eq!(questions.checkpoint("05-99"), None);
        let like = questions.checkpoints_like("05-99");
        assert!(like.contains(&"05-1") && like.iter().all(|number| number.starts_with("05-")), "{like:?}");
    }

    #[test]
    fn a_drill_that_failed_becomes_a_card() {
        let kept = "[[drill]]\nnumber = \"04\"\nstate = \"failed\"\n[[drill]]\nnumber = \"05\"\nstate = \"solved\"\n";
        let root = tempfile::tempdir().unwrap();
        assert_eq!(failed_drills(root.path()).unwrap(), [""; 0]);
        std::fs::create_dir(root.path().join(".workbook")).unwrap();
        std::fs::write(root.path().join(".workbook").join("drills.toml"), kept).unwrap();
        assert_eq!(failed_drills(root.path()).unwrap(), ["drill-04"]);
        let question = Text { en: "Why?".to_string(), ko: "왜?".to_string() };
        let drill = DrillCard { number: "04".to_string(), question, answer: "Look.".to_string() };
        let questions = Questions {
            root: PathBuf::new(),
            deck: Deck::default(),
            checkpoints: BTreeMap::new(),
            drills: [("drill-04".to_string(), drill)].into(),
        };
        let asked = questions.of("drill-04", Language::Korean).unwrap();
        assert_eq!((asked.question.as_str(), asked.title.as_str()), ("왜?", "cargo workbook drill 04"));
        assert_eq!(questions.of("drill-05", Language::English), None);
    }
}
