//! The cards for Anki: a text file with tabs, which Anki imports (File, Import), and imports again without making anything twice.
//!
//! Question and answer come first: Anki takes the first columns for a note's fields, however those are called in the reader's language.
//! Its head names the separator, that fields are HTML, the deck, and which column has the note's own id; that column is what makes a
//! second import an update. `tests/clients/test_anki.py` reads it back with Anki's own library.
//! <https://docs.ankiweb.net/importing/text-files.html>

use super::cards::{Card, Deck, Language};
use super::chapter::html;
use crate::titles::Titles;

/// Where the book is when the command serves it, which is where a card's link leads.
const BOOK: &str = "http://127.0.0.1:4000";

/// The file for one language.
pub fn text(deck: &Deck, titles: &mut Titles<'_>, language: Language) -> String {
    let (name, of) = match language {
        Language::English => ("The serverless workbook", "en"),
        Language::Korean => ("The serverless workbook (한국어)", "ko"),
    };
    let head = format!(
        "#separator:tab\n#html:true\n#notetype:Basic\n#deck:{name}\n#columns:Front\tBack\tid\ttags\n#guid column:3\n#tags column:4\n"
    );
    let notes = deck.cards.iter().map(|card| note(card, titles, language, of));
    std::iter::once(head).chain(notes).collect()
}

fn note(card: &Card, titles: &mut Titles<'_>, language: Language, of: &str) -> String {
    let (title, section) = titles.title(&card.source);
    let called = section.map_or(title.clone(), |section| format!("{title}: {section}"));
    let (page, section) = card.place();
    let address = format!("{BOOK}/{}.html#{section}", page.trim_end_matches(".md"));
    let back = format!("{}<br><br><a href='{address}'>{}</a>", field(card.answer.of(language)), field(&called));
    let front = field(card.question.of(language));
    format!("{front}\t{back}\tserverless-workbook-{of}-{}\tserverless-workbook chapter-{}\n", card.id, card.chapter)
}

/// A text as a field: HTML, on one line, without a tab. A quotation mark would begin a field that goes on to the next one.
fn field(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    html(&line).replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::cards::tests::SMALL;
    use super::*;

    #[test]
    fn a_note_is_a_line_with_four_fields() {
        let deck = Deck::parse(&SMALL.replace("Because.", "Because \\\"so\\\".")).unwrap();
        let text = text(&deck, &mut Titles::of(Path::new("nowhere")), Language::English);
        let notes: Vec<Vec<&str>> =
            text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
        assert_eq!(
            notes[0],
            [
                "Why <code>a &lt; b</code> &amp; not &lt;c&gt;?",
                "Because &quot;so&quot;.<br><br><a href='http://127.0.0.1:4000/01-first.html#two-doors'>01-first.md</a>",
                "serverless-workbook-en-01-1",
                "serverless-workbook chapter-01"
            ]
        );
        assert_eq!(notes[1][1].split("<br>").next(), Some("Because of tabs."));
        assert_eq!(notes.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4]);
    }
}
