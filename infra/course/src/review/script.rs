//! The cards for the page: as a script and not as a module, so that a page that was opened as a file has them, too. With them come the
//! checkpoints and drills, which are asked only of those who have missed them.

use std::path::Path;

use serde_json::{Value, json};

use super::cards::{DRILL, Deck, checkpoints, drills};
use crate::chapters::{SOURCE, number_of};
use crate::regions::Fault;
use crate::titles::Titles;

/// The script's name in the built book.
pub const NAME: &str = "review-cards.js";
/// The folder of the page's own scripts, in `book/src` and in the built book.
pub const FOLDER: &str = "review";

/// The script of the workspace in `root`.
///
/// # Errors
///
/// Cards or pages that cannot be read.
pub fn script(root: &Path) -> Result<String, Fault> {
    let deck = Deck::read(root)?;
    let unread = |why| Fault { file: SOURCE.to_string(), line: 1, what: format!("cannot be read: {why}") };
    let mut titles = Titles::of(root);
    let html = |page: &str, section: &str| format!("{}.html#{section}", page.trim_end_matches(".md"));
    let cards: Vec<Value> = deck
        .cards
        .iter()
        .map(|card| {
            let (page, section) = card.place();
            json!({
                "id": card.id,
                "chapter": card.chapter,
                "title": titles.name(&card.source),
                "page": html(page, section),
                "question": { "en": card.question.en, "ko": card.question.ko },
                "answer": { "en": card.answer.en, "ko": card.answer.ko },
            })
        })
        .collect();
    let mut missed: Vec<Value> = checkpoints(root)
        .map_err(unread)?
        .into_values()
        .map(|checkpoint| {
            json!({
                "id": checkpoint.id,
                "chapter": number_of(&checkpoint.page),
                "title": titles.name(&checkpoint.page),
                "page": html(&checkpoint.page, &checkpoint.id),
                "question": { "en": checkpoint.question },
                "answer": { "en": checkpoint.answer },
            })
        })
        .collect();
    missed.extend(drills(root).into_values().map(|drill| {
        json!({
            "id": format!("{DRILL}{}", drill.number),
            "title": format!("cargo workbook drill {}", drill.number),
            "question": { "en": drill.question.en, "ko": drill.question.ko },
            "answer": { "en": drill.answer },
        })
    }));
    let data = json!({ "cards": cards, "missed": missed });
    // What ends a script is written so that it does not.
    Ok(format!("window.workbookCards = {};\n", data.to_string().replace("</", "<\\/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_card_and_nothing_in_it_ends_the_script() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..");
        let script = script(&root).unwrap();
        let data = script.strip_prefix("window.workbookCards = ").and_then(|rest| rest.strip_suffix(";\n")).unwrap();
        assert!(!data.contains("</"));
        let data: Value = serde_json::from_str(data).unwrap();
        let deck = Deck::read(&root).unwrap();
        assert_eq!(data["cards"].as_array().map(Vec::len), Some(deck.cards.len()));
        let first = &data["cards"][0];
        assert_eq!(first["page"], "01-the-reply-contract.html#why-a-reply-is-an-envelope");
        let missed = data["missed"].as_array().unwrap();
        assert!(missed.iter().any(|one| one["id"] == "checkpoint-05-1" && one["chapter"] == "05"), "{missed:?}");
    }
}
