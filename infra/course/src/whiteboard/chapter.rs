//! The lists of the chapter on the talk: the words of 15 minutes as a model, with the times of the shorter version beside them, draft and
//! truth, the questions.
//!
//! The chapter has a comment where each of them belongs, `<!-- storyboard: talk -->`, which [`Lists::fill`] replaces when the book is
//! built. So no list is kept twice, and none that was generated is kept at all.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::storyboard::{Draft, Language, Question, Storyboard};
use super::talk::{Timed, clock, drawn, timed};
use crate::titles::Titles;

/// The chapter, below `book/src`.
pub const PAGE: &str = "the-talk.md";
/// The names of the lists.
pub const NAMES: [&str; 3] = ["talk", "draft and truth", "questions"];
/// The version that the chapter has as its model.
pub const MINUTES: u32 = 15;
/// The version whose steps are marked in the model.
pub const SHORT: u32 = 5;

/// The lists, ready to be put in.
#[derive(Debug, Clone)]
pub struct Lists {
    texts: [String; 3],
}

/// The comment that a list takes the place of.
pub fn marker(name: &str) -> String {
    format!("<!-- storyboard: {name} -->")
}

impl Lists {
    /// Makes the lists; `root` is the workspace with the pages that they link to.
    pub fn of(storyboard: &Storyboard, root: &Path) -> Lists {
        let mut titles = Titles::of(root);
        Lists { texts: [talk(storyboard), drafts(storyboard, &mut titles), questions(storyboard, &mut titles)] }
    }

    /// Puts the lists into a page, in the place of their comments.
    pub fn fill(&self, page: &mut String) {
        for (name, text) in NAMES.iter().zip(&self.texts) {
            let marker = marker(name);
            if page.contains(&marker) {
                *page = page.replace(&marker, text.trim_end());
            }
        }
    }
}

/// The steps of the model, each with its minute, what is drawn and what is said. A step of the short version has its time there, too.
fn talk(storyboard: &Storyboard) -> String {
    let steps = storyboard.version(MINUTES).into_iter().flat_map(|version| timed(storyboard, version));
    let short: BTreeMap<&str, u32> = storyboard
        .version(SHORT)
        .into_iter()
        .flat_map(|version| timed(storyboard, version))
        .map(|Timed { step, begin, .. }| (step.id.as_str(), begin))
        .collect();
    let told = steps.map(|Timed { step, begin, .. }| {
        let drawn = drawn(storyboard, step, Language::English);
        let drawn = if drawn.is_empty() { drawn } else { format!(" *Draw: {}.*", plain(&drawn)) };
        let (title, words) = (plain(&step.title.en), plain(&step.talk.en));
        let also = short.get(step.id.as_str()).map(|begin| format!(" · *{SHORT} min: {}.*", clock(*begin)));
        format!("**{} {title}.**{}{drawn}\n\n> {words}\n\n", clock(begin), also.unwrap_or_default())
    });
    told.collect()
}

fn drafts(storyboard: &Storyboard, titles: &mut Titles<'_>) -> String {
    let entry = |Draft { id, says, truth, breath, source }: &Draft| {
        format!(
            "<div class=\"draft\" id=\"draft-{}\">\n\n**{id}. The draft says:** {}\n\n**What is true:** {}\n\n**In one breath:** “{}”\n\n{}\n\n</div>\n\n",
            id.to_lowercase(),
            plain(&says.en),
            plain(&truth.en),
            plain(&breath.en),
            titles.links(source)
        )
    };
    storyboard.drafts.iter().map(entry).collect()
}

fn questions(storyboard: &Storyboard, titles: &mut Titles<'_>) -> String {
    let (notes, others): (Vec<&Question>, Vec<&Question>) =
        storyboard.questions.iter().partition(|question| question.from_notes);
    let mut text = String::new();
    for (heading, questions) in [("Those that the notes expect", notes), ("And others", others)] {
        let _ = write!(text, "### {heading}\n\n");
        questions.into_iter().for_each(|question| text.push_str(&answered(question, titles)));
    }
    text
}

fn answered(question: &Question, titles: &mut Titles<'_>) -> String {
    let list = |lines: &[String]| lines.iter().map(|line| format!("- {}\n", plain(line))).collect::<String>();
    let next = list(&question.follow_up.criteria.en);
    let next = if next.is_empty() { next } else { format!("\nAnd to what comes next:\n\n{next}") };
    format!(
        "<details class=\"answer\" id=\"question-{}\">\n<summary>{}</summary>\n\n{}\n\n**What comes next:** *{}* {}\n\nA good answer:\n\n{}{next}\n{}\n\n</details>\n\n",
        question.id,
        in_html(&question.question.en),
        plain(&question.answer.en),
        plain(&question.follow_up.question.en),
        plain(&question.follow_up.answer.en),
        list(&question.criteria.en),
        titles.links(&question.links)
    )
}

/// A text for Markdown that means nothing but itself.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        match letter {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '*' | '_' | '[' | ']' | '`' | '\\' | '|' => plain.extend(['\\', letter]),
            _ => plain.push(letter),
        }
    }
    plain
}

fn in_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::chapters::SOURCE;
    use crate::whiteboard::storyboard::tests::SMALL;

    fn filled(page: &str) -> String {
        let root = tempfile::tempdir().unwrap();
        for (file, text) in
            [("05-the-board.md", "# 05 The board\n\n## Conditions\n"), ("concepts/tiers.md", "# Tiers\n\n### Two\n")]
        {
            let file = root.path().join(SOURCE).join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let short = "[[version]]\nminutes = 5\nsteps = [\"api\"]\n\n[[version]]\nminutes = 15";
        let storyboard = Storyboard::parse(&SMALL.replace("[[version]]\nminutes = 1", short)).unwrap();
        let mut page = page.to_string();
        Lists::of(&storyboard, root.path()).fill(&mut page);
        page
    }

    #[test]
    fn the_talk_is_told_by_its_minutes() {
        assert_eq!(
            filled("# A\n\n<!-- storyboard: talk -->\n\nEnd.\n"),
            "# A\n\n**0:00 The beginning.** *Draw: Browser, Conditions.*\n\n> I begin with &lt;the browser> &amp; go on.\n\n\
             **0:30 The API.** · *5 min: 0:00.* *Draw: API, Browser → API, role, ✓ REST.*\n\n> It has a \\*door\\*.\n\nEnd.\n"
        );
    }

    #[test]
    fn a_question_has_its_answer_what_comes_next_and_its_criteria() {
        let page = filled("<!-- storyboard: questions -->\n");
        for part in [
            "### Those that the notes expect\n\n<details class=\"answer\" id=\"question-why\">\n<summary>Why \"A\" &amp; not B?</summary>\n\nBecause. So.",
            "**What comes next:** *Is that so?* Yes.\n\nA good answer:\n\n- One\n- Two\n\nAnd to what comes next:\n\n- Three\n\n",
            "[05 The board: Conditions](05-the-board.md#conditions) · [Tiers](concepts/tiers.md)\n\n</details>",
        ] {
            assert!(page.contains(part), "{part} is not in:\n{page}");
        }
    }

    #[test]
    fn a_sentence_of_the_notes_has_its_truth_and_a_source() {
        let page = filled("<!-- storyboard: draft and truth -->\n");
        for part in [
            "id=\"draft-d1\">\n\n**D1. The draft says:** It is a function.\n\n**What is true:** It is a database.\n\n**In one breath:** “A database.”",
            "[docs.aws.amazon.com](https://docs.aws.amazon.com/x/y) · [Tiers: Two](concepts/tiers.md#two)",
        ] {
            assert!(page.contains(part), "{part} is not in:\n{page}");
        }
        assert_eq!(filled("# Another page\n"), "# Another page\n");
    }
}
