//! What an examiner wants to hear is in the model answer: each criterion names the words that meet it, and they stand there. What only the
//! follow-up says is a criterion of the follow-up. A criterion is ticked if it is true of one's answer, so what must not be said is written as that.

use course::regions::Fault;
use course::whiteboard::storyboard::{Lines, Storyboard, Text};

use super::Report;

/// Before words that an answer must not have.
const NOT: &str = "not: ";
/// How a criterion begins that such words would break.
const DENIES: &str = "Does not ";
/// Fewer letters stand in any answer; a word that it must not have may be as short as two syllables of Korean.
const LETTERS: usize = 3;

pub(super) fn faults(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for question in &storyboard.questions {
        let next = &question.follow_up;
        for (which, answer, criteria, met_by) in [
            ("first answer", &question.answer, &question.criteria, &question.met_by),
            ("answer to the follow-up", &next.answer, &next.criteria, &next.met_by),
        ] {
            for what in unmet(answer, criteria, met_by) {
                faults.push(report.at("question", &question.id, format!("has in its {which} {what}")));
            }
        }
    }
    faults
}

fn unmet(answer: &Text, criteria: &Lines, met_by: &Lines) -> Vec<String> {
    let mut unmet = Vec::new();
    for (language, answer, criteria, met_by) in
        [("English", &answer.en, &criteria.en, &met_by.en), ("Korean", &answer.ko, &criteria.ko, &met_by.ko)]
    {
        if criteria.len() != met_by.len() {
            unmet.push(format!(
                "{} criteria and {} words that meet them, in {language}; write one `met-by` for each",
                criteria.len(),
                met_by.len()
            ));
        }
        if !met_by.is_empty() && met_by.iter().all(|words| words.starts_with(NOT)) {
            unmet.push(format!("nothing in {language} that must be said; write a criterion that words can meet"));
        }
        let answer = answer.to_lowercase();
        for (criterion, words) in criteria.iter().zip(met_by) {
            let (words, wanted) = words.strip_prefix(NOT).map_or((words.as_str(), true), |words| (words, false));
            if !wanted && language == "English" && !criterion.starts_with(DENIES) {
                unmet.push(format!(
                    "the criterion {criterion:?}, which is met by what is not said; begin it with {DENIES:?}, so that it is true when it is ticked"
                ));
            }
            let least = if wanted { LETTERS } else { LETTERS - 1 };
            if words.chars().filter(|letter| letter.is_alphanumeric()).count() < least {
                unmet.push(format!("too few letters in {words:?} to meet {criterion:?}; name the words that do"));
            } else if answer.contains(&words.to_lowercase()) != wanted {
                let not = if wanted { "not " } else { "" };
                unmet.push(format!(
                    "{not}the words {words:?}, so it misses its criterion {criterion:?}; say it, or put the criterion where it is said",
                ));
            }
        }
    }
    unmet
}
