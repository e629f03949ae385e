//! The speaker's notes, as Markdown: every step with its clock, what is drawn, the cues, the words as a model, the depth behind it, and the
//! questions that it invites.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::chapter::plain;
use super::storyboard::{Language, Question, Storyboard, Version};
use super::talk::{Timed, clock, drawn, timed, title};

/// The notes' own words in a language.
struct Words {
    draw: &'static str,
    know: &'static str,
    asked: &'static str,
    questions: &'static str,
    then: &'static str,
    wanted: &'static str,
    wanted_next: &'static str,
    instead: &'static str,
}

const ENGLISH: Words = Words {
    draw: "Draw",
    know: "To know",
    asked: "May be asked",
    questions: "Questions",
    then: "What comes next",
    wanted: "A good answer",
    wanted_next: "And to what comes next",
    instead: "Say it like this",
};

const KOREAN: Words = Words {
    draw: "그리기",
    know: "알아 둘 것",
    asked: "나올 수 있는 질문",
    questions: "질문",
    then: "이어지는 질문",
    wanted: "평가 기준",
    wanted_next: "이어지는 질문의 평가 기준",
    instead: "이렇게 말하기",
};

/// The notes of a version in a language.
pub fn markdown(storyboard: &Storyboard, version: &Version, language: Language) -> String {
    let words = match language {
        Language::English => ENGLISH,
        Language::Korean => KOREAN,
    };
    let mut notes = format!("# {}\n\n", title(version, language));
    let steps = timed(storyboard, version);
    for timed in &steps {
        notes.push_str(&of_step(storyboard, timed, language, &words));
    }
    let invited: BTreeSet<&String> = steps.iter().flat_map(|timed| &timed.step.asks).collect();
    let _ = write!(notes, "## {}\n\n", words.questions);
    for question in storyboard.questions.iter().filter(|question| invited.contains(&question.id)) {
        notes.push_str(&of_question(question, language, &words));
    }
    let _ = write!(notes, "## {}\n\n", words.instead);
    for draft in &storyboard.drafts {
        let _ = writeln!(notes, "- {} → **{}**", plain(draft.says.of(language)), plain(draft.breath.of(language)));
    }
    notes
}

fn of_step(storyboard: &Storyboard, timed: &Timed<'_>, language: Language, words: &Words) -> String {
    let Timed { step, begin, end } = timed;
    let mut notes = format!("## {}–{} {}\n\n", clock(*begin), clock(*end), plain(step.title.of(language)));
    let drawn = drawn(storyboard, step, language);
    if !drawn.is_empty() {
        let _ = write!(notes, "**{}:** {}\n\n", words.draw, plain(&drawn));
    }
    let _ = write!(notes, "{}\n> {}\n\n", list(step.say.of(language)), plain(step.talk.of(language)));
    let _ = write!(notes, "**{}:**\n\n{}\n", words.know, list(step.know.of(language)));
    let asked: Vec<String> = step
        .asks
        .iter()
        .filter_map(|id| storyboard.question(id))
        .map(|question| plain(question.question.of(language)))
        .collect();
    if !asked.is_empty() {
        let _ = write!(notes, "**{}:** {}\n\n", words.asked, asked.join(" "));
    }
    notes
}

fn of_question(question: &Question, language: Language, words: &Words) -> String {
    let next = list(question.follow_up.criteria.of(language));
    let next = if next.is_empty() { next } else { format!("**{}:**\n\n{next}\n", words.wanted_next) };
    format!(
        "### {}\n\n{}\n\n**{}:** *{}* {}\n\n**{}:**\n\n{}\n{next}",
        plain(question.question.of(language)),
        plain(question.answer.of(language)),
        words.then,
        plain(question.follow_up.question.of(language)),
        plain(question.follow_up.answer.of(language)),
        words.wanted,
        list(question.criteria.of(language))
    )
}

fn list(lines: &[String]) -> String {
    lines.iter().map(|line| format!("- {}\n", plain(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whiteboard::storyboard::tests::SMALL;

    #[test]
    fn a_step_has_its_clock_its_drawing_its_words_and_its_questions() {
        let storyboard = Storyboard::parse(SMALL).unwrap();
        let version = storyboard.version(1).unwrap();
        let english = markdown(&storyboard, version, Language::English);
        for part in [
            "# The whiteboard talk, 1 minutes\n\n## 0:00–0:30 The beginning\n\n**Draw:** Browser, Conditions\n\n- Begin here\n- Then go on\n\n> I begin with &lt;the browser> &amp; go on.\n\n**To know:**\n\n- More.\n\n**May be asked:** Why \"A\" &amp; not B?\n\n",
            "## 0:30–1:00 The API\n\n**Draw:** API, Browser → API, role, ✓ REST\n\n",
            "### Why \"A\" &amp; not B?\n\nBecause. So.\n\n**What comes next:** *Is that so?* Yes.\n\n**A good answer:**\n\n- One\n- Two\n\n**And to what comes next:**\n\n- Three\n",
            "- It is a function. → **A database.**\n",
        ] {
            assert!(english.contains(part), "{part}\nis not in\n{english}");
        }
        let korean = markdown(&storyboard, version, Language::Korean);
        assert!(korean.contains("## 0:00–0:30 시작\n\n**그리기:** 브라우저, 조건\n\n- 여기서 시작\n"), "{korean}");
    }
}
