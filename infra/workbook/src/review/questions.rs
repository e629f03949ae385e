//! What can be asked: the cards, and the checkpoints and drills that somebody has missed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use course::chapters::number_of;
use course::review::cards::{Checkpoint, Deck, Language, checkpoints};
use course::titles::Titles;
use toml::{Table, Value};

use crate::error::Error;

/// How the id of a card begins that was made of a drill; its number follows.
const DRILL: &str = "drill-";

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
        Ok(Questions { root: root.to_path_buf(), deck, checkpoints })
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
        self.drill(id.strip_prefix(DRILL)?, korean)
    }

    /// A drill that was not solved: its complaint, and how an expert went about it.
    fn drill(&self, number: &str, korean: bool) -> Option<Question> {
        let folders = fs::read_dir(self.root.join("book").join("drills")).ok()?.flatten();
        let folder = folders.map(|entry| entry.path()).find(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.split('-').next() == Some(number)
        })?;
        let drill: Table = fs::read_to_string(folder.join("drill.toml")).ok()?.parse().ok()?;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(|text| text.trim().to_string());
        let complaint = drill.get("complaint")?;
        let complaint = text(complaint.get(if korean { "ko" } else { "en" })).or_else(|| text(complaint.get("en")))?;
        let (from, ask) = if korean {
            (format!("풀지 못한 사고 훈련 {number}"), "왜 그런가? 증상, 원인, 증거가 되는 줄을 말하라.")
        } else {
            (
                format!("drill {number}, which you did not solve"),
                "Why? Name the symptom, the cause, and the line that proves it.",
            )
        };
        Some(Question {
            from,
            question: format!("“{complaint}” {ask}"),
            answer: text(drill.get("debrief"))?,
            title: format!("cargo workbook drill {number}"),
            page: String::new(),
        })
    }
}

/// The page of the built book.
fn html(page: &str) -> String {
    format!("{}.html", page.trim_end_matches(".md"))
}

/// The drills that were tried and not solved, as ids of cards: those of `.workbook/drills.toml` whose state says so.
pub fn failed_drills(root: &Path) -> Vec<String> {
    let text = fs::read_to_string(root.join(".workbook").join("drills.toml")).unwrap_or_default();
    failed_in(&text)
}

fn failed_in(text: &str) -> Vec<String> {
    let Ok(table) = text.parse::<Table>() else { return Vec::new() };
    let drills = table.get("drill").and_then(Value::as_array).into_iter().flatten();
    let failed = drills.filter(|drill| drill.get("state").and_then(Value::as_str) == Some("failed"));
    failed.filter_map(|drill| Some(format!("{DRILL}{}", drill.get("number")?.as_str()?))).collect()
}

#[cfg(test)]
mod tests {
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
    fn a_drill_that_failed_is_asked_by_its_complaint() {
        let root = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        put(
            "book/drills/04-all/drill.toml",
            "debrief = \"Look.\\n\"\n[complaint]\nen = \"Nothing works.\"\nko = \"안 된다.\"\n",
        );
        let questions =
            Questions { root: root.path().to_path_buf(), deck: Deck::default(), checkpoints: BTreeMap::new() };
        let asked = questions.of("drill-04", Language::English).unwrap();
        assert!(asked.question.starts_with("“Nothing works.” Why?") && asked.answer == "Look.", "{asked:?}");
        assert_eq!(questions.of("drill-05", Language::English), None);
        let kept = "[[drill]]\nnumber = \"04\"\nstate = \"failed\"\n[[drill]]\nnumber = \"05\"\nstate = \"solved\"\n";
        assert_eq!(failed_in(kept), ["drill-04"]);
        assert_eq!(failed_in("not TOML"), [""; 0]);
    }
}
