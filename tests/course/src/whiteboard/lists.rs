//! A list on the board, such as the conditions: the step that draws it says how many lines it has and cues each of them, and no other step,
//! nor the chapter, gives another number.

use std::fs;
use std::path::Path;

use course::regions::Fault;
use course::whiteboard::chapter::PAGE;
use course::whiteboard::storyboard::{Glyph, Node, Step, Storyboard};

use super::Report;
use super::figures::spelt;

/// How Korean counts things of a kind.
const KOREAN: [&str; 10] = ["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"];

pub(super) fn faults(root: &Path, storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let chapter = fs::read_to_string(root.join("book/src").join(PAGE)).unwrap_or_default().to_lowercase();
    let mut faults = Vec::new();
    for list in storyboard.nodes.iter().filter(|node| node.glyph == Glyph::List) {
        let name = list.label.en.to_lowercase();
        let all = spelt(list.lines.en.len() as u64);
        for step in storyboard.steps.iter().filter(|step| step.draw.contains(&list.id)) {
            faults.extend(unsaid(list, step).into_iter().map(|what| report.at("step", &step.id, what)));
        }
        let others: Vec<String> = (1..=12).map(spelt).filter(|number| *number != all).collect();
        let miscounted = |text: &str| {
            let text = text.to_lowercase();
            others.iter().map(|number| format!("{number} {name}")).find(|count| text.contains(count))
        };
        for step in &storyboard.steps {
            let said = [&step.say.en[..], &step.know.en, std::slice::from_ref(&step.talk.en)].concat().join("\n");
            if let Some(count) = miscounted(&said) {
                let what = format!("says {count:?}, and the list {} has {all}; say {all}", list.id);
                faults.push(report.at("step", &step.id, what));
            }
        }
        if let Some(count) = miscounted(&chapter) {
            faults.push(report.of_file(format!("{PAGE} says {count:?}, and the list {} has {all}", list.id)));
        }
        for line in list.lines.en.iter().filter(|line| !chapter.contains(&line.to_lowercase())) {
            faults.push(report.of_file(format!("{PAGE} does not name {line:?}, a line of the list {}", list.id)));
        }
    }
    faults
}

/// What the step that draws a list does not say of it.
fn unsaid(list: &Node, step: &Step) -> Vec<String> {
    let mut unsaid = Vec::new();
    let lines = list.lines.en.len();
    let count = [
        format!("{} {}", spelt(lines as u64), list.label.en.to_lowercase()),
        format!("{} 가지", KOREAN.get(lines.wrapping_sub(1)).unwrap_or(&"여러")),
    ];
    let languages = [(&step.talk.en, &step.say.en, &list.lines.en), (&step.talk.ko, &step.say.ko, &list.lines.ko)];
    for (count, (talk, cues, lines)) in count.iter().zip(languages) {
        if !talk.to_lowercase().contains(count) {
            unsaid.push(format!(
                "draws the list {} of {} lines, and its talk does not say {count:?}; say how many there are",
                list.id,
                lines.len()
            ));
        }
        for line in lines.iter().filter(|line| !cues.iter().any(|cue| cue.contains(*line))) {
            unsaid.push(format!("draws the list {}, and no cue of it has {line:?}; cue all of its lines", list.id));
        }
        for line in lines.iter().filter(|line| !talk.contains(*line)) {
            unsaid
                .push(format!("draws the list {}, and its talk does not say {line:?}; say all of its lines", list.id));
        }
    }
    unsaid
}
