//! What the notes ask for: each of their questions, and each of their sentences that must not be repeated.

use course::regions::Fault;
use course::whiteboard::storyboard::{Question, Storyboard};

use super::Report;

/// How many sentences of the notes' script are wrong or half true.
const DRAFTS: usize = 22;
/// The questions that the notes expect, by the ids under which they are answered.
const EXPECTED: [&str; 12] = [
    "why-dynamodb",
    "aurora-http",
    "other-rds-scale-up",
    "dynamodb-scale-out",
    "why-cloudfront",
    "why-not-s3-only",
    "iam-lambda",
    "security-overview",
    "runtime-separation",
    "avoid-cold-starts",
    "iam-after-creation",
    "why-null-origin",
];
/// How many more questions there are at least.
const OTHERS: usize = 25;
/// How many sentences a first answer has.
const SENTENCES: usize = 2;
/// What an examiner wants to hear, at least and at most.
const CRITERIA: std::ops::RangeInclusive<usize> = 2..=4;

pub(super) fn faults(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let mut faults = drafts(storyboard, report);
    for id in EXPECTED.into_iter().filter(|id| !storyboard.question(id).is_some_and(|question| question.from_notes)) {
        let what = format!(
            "has no question {id} with `from-notes = true`, which the notes expect; write it, or give it its id back"
        );
        faults.push(report.of_file(what));
    }
    let (notes, others): (Vec<&Question>, Vec<&Question>) =
        storyboard.questions.iter().partition(|question| question.from_notes);
    for question in notes.iter().filter(|question| !EXPECTED.contains(&question.id.as_str())) {
        faults.push(report.at(
            "question",
            &question.id,
            "says `from-notes`, and the notes do not have it; take that line away",
        ));
    }
    if others.len() < OTHERS {
        faults.push(
            report
                .of_file(format!("has {} questions besides those of the notes; write at least {OTHERS}", others.len())),
        );
    }
    for question in &storyboard.questions {
        for (language, answer) in [("English", &question.answer.en), ("Korean", &question.answer.ko)] {
            let sentences = sentences(answer);
            if sentences != SENTENCES {
                let what = format!("has a first answer of {sentences} sentences in {language}; say it in {SENTENCES}");
                faults.push(report.at("question", &question.id, what));
            }
        }
        if !CRITERIA.contains(&question.criteria.en.len()) {
            let what = format!(
                "has {} criteria; write {} to {}",
                question.criteria.en.len(),
                CRITERIA.start(),
                CRITERIA.end()
            );
            faults.push(report.at("question", &question.id, what));
        }
    }
    faults
}

fn drafts(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let ids: Vec<&str> = storyboard.drafts.iter().map(|draft| draft.id.as_str()).collect();
    let wanted: Vec<String> = (1..=DRAFTS).map(|number| format!("D{number}")).collect();
    let mut faults = Vec::new();
    if ids != wanted {
        let missing: Vec<&str> = wanted.iter().map(String::as_str).filter(|id| !ids.contains(id)).collect();
        let what = format!(
            "has drafts that are not D1 to D{DRAFTS}, each once, in order (missing: {}); bring them back",
            missing.join(", ")
        );
        faults.push(report.of_file(what));
    }
    for draft in storyboard.drafts.iter().filter(|draft| draft.source.is_empty()) {
        faults.push(report.at("draft", &draft.id, "has no source; name a page that says so"));
    }
    faults
}

/// How many sentences a text has. `provided.al2023` and `0.5` end none.
fn sentences(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.trim_end_matches(['"', ')']).ends_with(['.', '?', '!'])).count()
}
