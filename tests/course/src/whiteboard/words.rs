//! What is said: cues that are no sentences, both languages everywhere, something in each text.

use course::regions::Fault;
use course::whiteboard::alphabet;
use course::whiteboard::storyboard::{FILE, Lines, Storyboard};
use toml::{Table, Value};

use super::Report;

/// A longer cue is read out instead of spoken to.
const CUE_WORDS: usize = 9;
/// Fewer cues lead nowhere, more are not found at a glance.
const CUES: std::ops::RangeInclusive<usize> = 2..=5;
/// A text of more words than a name has is translated.
const NAME_WORDS: usize = 3;

pub(super) fn faults(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for step in &storyboard.steps {
        for (language, cues) in languages(&step.say) {
            if !CUES.contains(&cues.len()) {
                let what = format!("has {} cues in {language}; write {} to {}", cues.len(), CUES.start(), CUES.end());
                faults.push(report.at("step", &step.id, what));
            }
            for cue in cues.iter().filter(|cue| cue.split_whitespace().count() > CUE_WORDS) {
                let what = format!(
                    "has a cue of more than {CUE_WORDS} words, {cue:?}; cut it to what brings the sentence back"
                );
                faults.push(report.at("step", &step.id, what));
            }
        }
    }
    faults.extend(unwritable(storyboard, report));
    faults.extend(untranslated(storyboard));
    faults
}

/// Labels with a letter for which the picture has no strokes.
fn unwritable(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let nodes = storyboard.nodes.iter().map(|node| ("node", &node.id, &node.label));
    let arrows = storyboard.arrows.iter().map(|arrow| ("arrow", &arrow.id, &arrow.label));
    let mut faults = Vec::new();
    for (kind, id, label) in nodes.chain(arrows) {
        for letter in label.en.chars().chain(label.ko.chars()).filter(|letter| !alphabet::has(*letter)) {
            let what = format!(
                "has a label with {letter:?}, which nobody has drawn; draw it in infra/course/src/whiteboard/alphabet.rs, or use another"
            );
            faults.push(report.at(kind, id, what));
        }
    }
    faults
}

fn languages(lines: &Lines) -> [(&'static str, &[String]); 2] {
    [("English", &lines.en), ("Korean", &lines.ko)]
}

/// Texts that are empty, or in one language only.
fn untranslated(storyboard: &Storyboard) -> Vec<Fault> {
    let table: Table = toml::from_str(&storyboard.source).unwrap_or_default();
    let mut faults = Vec::new();
    walk(&Value::Table(table), &mut |texts| {
        let [en, ko] = [texts.get("en"), texts.get("ko")].map(strings);
        let mut tell = |what: String| {
            let line = en.iter().chain(&ko).find_map(|text| line_of(&storyboard.source, text)).unwrap_or(1);
            faults.push(Fault { file: FILE.to_string(), line, what });
        };
        if en.len() != ko.len() {
            tell(format!(
                "{} lines in English and {} in Korean, beginning with {:?}; say the same in both",
                en.len(),
                ko.len(),
                en.first()
            ));
        }
        if let Some((en, ko)) = en.iter().zip(&ko).find(|(en, ko)| en.trim().is_empty() || ko.trim().is_empty()) {
            tell(format!(
                "the text {:?} is empty in a language; write it in both",
                if en.is_empty() { ko } else { en }
            ));
        }
        // Names stay as they are, also a list of them.
        let is_korean = ko.concat().chars().any(|letter| ('가'..='힣').contains(&letter));
        if !is_korean && en.iter().any(|text| text.split_whitespace().count() > NAME_WORDS) {
            tell(format!("the Korean of {:?} is not Korean; translate it", en.join(", ")));
        }
    });
    faults
}

/// Calls `with` for every table that holds a text in two languages.
fn walk(value: &Value, with: &mut impl FnMut(&Table)) {
    match value {
        Value::Table(table) if table.contains_key("en") => with(table),
        Value::Table(table) => table.values().for_each(|value| walk(value, with)),
        Value::Array(values) => values.iter().for_each(|value| walk(value, with)),
        _ => {}
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(values)) => values.iter().filter_map(|value| value.as_str().map(str::to_string)).collect(),
        _ => Vec::new(),
    }
}

/// The line in which a text stands, from 1.
fn line_of(source: &str, text: &str) -> Option<usize> {
    let written = text.replace('\\', "\\\\").replace('"', "\\\"");
    let line = source.lines().position(|line| !written.is_empty() && line.contains(&written))?;
    Some(line + 1)
}
