//! Cards in the pages of the book: those of a chapter at its end, where it has the comment `<!-- cards -->`, and below its title the two
//! from earlier chapters with which it begins.

use std::path::Path;

use super::cards::{Card, Deck};
use crate::chapters::number_of;
use crate::regions::Fault;
use crate::titles::Titles;
use crate::whiteboard::chapter::plain;

/// The comment that a chapter's cards take the place of.
pub const MARKER: &str = "<!-- cards -->";
/// How many cards a chapter begins with.
pub const WARM_UP: usize = 2;
/// How many chapters lie at least between a card and the one that begins with it: what was read a moment ago needs no recalling.
pub const APART: usize = 2;

/// The cards, ready to be put in.
#[derive(Debug, Clone)]
pub struct CardBoxes {
    deck: Deck,
    /// How the section of each card is called: on its own page, and on others.
    titles: Vec<(String, String)>,
}

impl CardBoxes {
    /// Reads the cards of the workspace in `root`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or whose form is wrong.
    pub fn read(root: &Path) -> Result<CardBoxes, Fault> {
        let deck = Deck::read(root)?;
        let mut titles = Titles::of(root);
        let called = deck.cards.iter().map(|card| match titles.title(&card.source) {
            (title, Some(section)) => (section.clone(), format!("{title}: {section}")),
            (title, None) => (title.clone(), title),
        });
        let titles = called.collect();
        Ok(CardBoxes { deck, titles })
    }

    fn with_titles(&self) -> impl Iterator<Item = (&Card, &(String, String))> {
        self.deck.cards.iter().zip(&self.titles)
    }

    /// Puts the cards of a page in the place of its comment.
    pub fn fill(&self, page: &mut String, path: &Path) {
        if !page.contains(MARKER) {
            return;
        }
        let path = path.to_string_lossy().replace('\\', "/");
        let own = self.with_titles().filter(|(card, _)| card.is_of_lesson() && card.place().0 == path);
        let boxes = own.map(|(card, (title, _))| {
            let link = format!("[{title}](#{})", card.place().1);
            boxed("card", &format!("card-{}", card.id), card, &link)
        });
        *page = page.replace(MARKER, boxes.collect::<Vec<_>>().join("\n\n").as_str());
    }

    /// Puts the cards with which a chapter begins below its title.
    pub fn warm_up(&self, page: &mut String, path: &Path) {
        let Some(number) = number_of(&path.to_string_lossy().replace('\\', "/")).map(str::to_string) else { return };
        let chosen = self.with_titles().filter(|(card, _)| card.warms_up.contains(&number));
        let boxes: Vec<String> = chosen
            .enumerate()
            .map(|(index, (card, (_, title)))| {
                let link = format!("[{title}]({})", card.source);
                boxed("recall", &format!("warm-up-{number}-{}", index + 1), card, &link)
            })
            .collect();
        let title = page.lines().position(|line| line.starts_with("# "));
        let (Some(title), false) = (title, boxes.is_empty()) else { return };
        let lines: Vec<&str> = page.split('\n').collect();
        let (before, after) = lines.split_at(title + 1);
        let box_of_all = format!(
            "\n<div class=\"warm-up\">\n\nTo warm up, two questions from earlier chapters. Answer before you open them. \
             `cargo workbook review` and [its page](review.html) ask the others when they are due.\n\n{}\n\n</div>",
            boxes.join("\n\n")
        );
        *page = format!("{}\n{box_of_all}\n{}", before.join("\n"), after.join("\n"));
    }
}

fn boxed(class: &str, id: &str, card: &Card, link: &str) -> String {
    format!(
        "<details class=\"{class}\" id=\"{id}\">\n<summary>{}</summary>\n\n{} → {link}\n\n</details>",
        html(&card.question.en),
        markdown(&card.answer.en)
    )
}

/// A card's text as Markdown that means nothing but itself, with its code as code.
pub fn markdown(text: &str) -> String {
    let part = |(is_code, part): (bool, &str)| if is_code { format!("`{part}`") } else { plain(part) };
    parts(text).map(part).collect()
}

/// A card's text as HTML.
pub fn html(text: &str) -> String {
    let escaped = |part: &str| part.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let part = |(is_code, part): (bool, &str)| {
        if is_code { format!("<code>{}</code>", escaped(part)) } else { escaped(part) }
    };
    parts(text).map(part).collect()
}

/// What stands between backticks, and what does not.
fn parts(text: &str) -> impl Iterator<Item = (bool, &str)> {
    text.split('`').enumerate().map(|(index, part)| (index % 2 == 1, part))
}

#[cfg(test)]
mod tests {
    use super::super::cards::tests::SMALL;
    use super::*;

    fn boxes() -> CardBoxes {
        let title = |own: &str, other: &str| (own.to_string(), other.to_string());
        let titles = vec![title("Two doors", "01 First: Two doors"), title("The wall", "Walls: The wall")];
        CardBoxes { deck: Deck::parse(SMALL).unwrap(), titles }
    }

    #[test]
    fn a_chapter_ends_with_its_own_cards() {
        let mut page = "# 01 First\n\n## Cards\n\n<!-- cards -->\n\n## End\n".to_string();
        boxes().fill(&mut page, Path::new("01-first.md"));
        assert_eq!(
            page,
            "# 01 First\n\n## Cards\n\n<details class=\"card\" id=\"card-01-1\">\n<summary>Why <code>a &lt; b</code> &amp; not &lt;c&gt;?</summary>\n\n\
             Because. → [Two doors](#two-doors)\n\n</details>\n\n## End\n"
        );
    }

    #[test]
    fn a_later_chapter_begins_with_cards_of_earlier_ones() {
        let mut page = "<!-- x -->\n\n# 03 Third\n\nThe surprise.\n".to_string();
        boxes().warm_up(&mut page, Path::new("03-third.md"));
        let begin = "<!-- x -->\n\n# 03 Third\n\n<div class=\"warm-up\">\n\nTo warm up,";
        let end = "<details class=\"recall\" id=\"warm-up-03-1\">\n<summary>Why <code>a &lt; b</code> &amp; not &lt;c&gt;?</summary>\n\n\
                   Because. → [01 First: Two doors](01-first.md#two-doors)\n\n</details>\n\n</div>\n\nThe surprise.\n";
        assert!(page.starts_with(begin) && page.ends_with(end), "{page}");
        for other in ["01-first.md", "setup.md"] {
            let mut page = "# A\n\nText.\n".to_string();
            boxes().warm_up(&mut page, Path::new(other));
            assert_eq!(page, "# A\n\nText.\n");
        }
    }
}
