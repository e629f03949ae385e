//! What is said: cues that are no sentences, both languages everywhere, something in each text.

use course::regions::Fault;
use course::whiteboard::alphabet;
use course::whiteboard::storyboard::{FILE, Lines, Node, Storyboard, Text};
use toml::{Table, Value};

use super::Report;

/// A longer cue is read out instead of spoken to.
const CUE_WORDS: usize = 9;
/// Fewer cues lead nowhere, more are not found at a glance.
const CUES: std::ops::RangeInclusive<usize> = 2..=5;
/// Words that stand in every talk and bring back none.
const EVERYWHERE: [&str; 10] = ["with", "this", "that", "then", "than", "from", "what", "when", "they", "have"];
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
            let talk = if language == "English" { &step.talk.en } else { &step.talk.ko };
            for cue in cues.iter().filter(|cue| !is_of(cue, talk)) {
                let what = format!(
                    "has the cue {cue:?}, of which its talk says no word; cue what is said, or say what is cued"
                );
                faults.push(report.at("step", &step.id, what));
            }
        }
    }
    faults.extend(nameless(storyboard, report));
    faults.extend(unwritable(storyboard, report));
    faults.extend(untranslated(storyboard));
    faults
}

/// Whether a cue brings back words of the talk, by their beginnings, because words are inflected.
fn is_of(cue: &str, talk: &str) -> bool {
    let talk = talk.to_lowercase();
    let said: Vec<&str> = talk.split(|letter: char| !letter.is_alphanumeric()).collect();
    let begins = |begin: &str| said.iter().any(|word| word.starts_with(begin));
    cue.split(|letter: char| !letter.is_alphanumeric()).any(|word| {
        let letters: Vec<char> = word.to_lowercase().chars().collect();
        let is_korean = letters.iter().all(|letter| ('가'..='힣').contains(letter));
        let is_name = word.chars().skip(1).any(|letter| letter.is_uppercase() || letter.is_ascii_digit());
        if is_korean {
            // Two syllables that stand in the talk are one of its words, whatever is glued to it.
            letters.windows(2).any(|pair| talk.contains(&pair.iter().collect::<String>()))
        } else if is_name {
            begins(&word.to_lowercase())
        } else {
            letters.len() >= 4
                && !EVERYWHERE.contains(&word.to_lowercase().as_str())
                && begins(&letters[..4].iter().collect::<String>())
        }
    })
}

/// Boxes that somebody who draws from memory can call by their label only, and names by which a box is never found.
fn nameless(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for node in &storyboard.nodes {
        for language in ["English", "Korean"] {
            let is_korean = |name: &String| name.chars().any(|letter| ('가'..='힣').contains(&letter));
            if !node.also.iter().any(|name| is_korean(name) == (language == "Korean")) {
                let what = format!("has no other name in {language}; write in `also` what people call it");
                faults.push(report.at("node", &node.id, what));
            }
        }
        for name in &node.also {
            let is_called = |other: &&Node| [&other.label.en, &other.label.ko].contains(&name);
            if let Some(other) = storyboard.nodes.iter().find(|other| other.id != node.id && is_called(other)) {
                let what = format!("is also called {name:?}, which is the node {}; take that name away", other.id);
                faults.push(report.at("node", &node.id, what));
            }
        }
    }
    faults
}

/// Labels with a letter for which the picture has no strokes.
fn unwritable(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let nodes = storyboard.nodes.iter().map(|node| ("node", &node.id, &node.label));
    let arrows = storyboard.arrows.iter().map(|arrow| ("arrow", &arrow.id, &arrow.label));
    let mut faults = Vec::new();
    let lines = storyboard.nodes.iter().flat_map(|node| {
        let lines = node.lines.en.iter().zip(&node.lines.ko);
        lines.map(|(en, ko)| ("node", &node.id, Text { en: en.clone(), ko: ko.clone() }))
    });
    for (kind, id, label) in nodes.chain(arrows).map(|(kind, id, label)| (kind, id, label.clone())).chain(lines) {
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
