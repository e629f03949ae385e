//! A version of the talk in one language, with the clock: what cue sheet and speaker notes both need.

use super::storyboard::{Language, Step, Storyboard, Version};

/// A step, and when it begins and ends, in seconds.
pub(super) struct Timed<'a> {
    pub(super) step: &'a Step,
    pub(super) begin: u32,
    pub(super) end: u32,
}

/// The steps of a version with their times.
pub(super) fn timed<'a>(storyboard: &'a Storyboard, version: &'a Version) -> Vec<Timed<'a>> {
    let mut end = 0;
    let timed = storyboard.steps_of(version).map(|step| {
        let begin = end;
        end += step.seconds;
        Timed { step, begin, end }
    });
    timed.collect()
}

/// `75` → `1:15`.
pub(super) fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// What a step draws, in words: boxes by their labels, arrows by their ends, lines that are ticked.
pub(super) fn drawn(storyboard: &Storyboard, step: &Step, language: Language) -> String {
    let label = |id: &String| storyboard.node(id).map_or(id.clone(), |node| node.label.of(language).to_string());
    let words = step.draw.iter().map(|id| match storyboard.arrow(id) {
        Some(arrow) => format!("{} → {}", label(&arrow.from), label(&arrow.to)),
        None => label(id),
    });
    let ticks = step.ticks.iter().map(|line| format!("✓ {}", line_of(storyboard, line, language)));
    words.chain(ticks).collect::<Vec<_>>().join(", ")
}

/// A line of the list, which steps name in English, in a language.
pub(super) fn line_of<'a>(storyboard: &'a Storyboard, english: &'a str, language: Language) -> &'a str {
    let lines = storyboard.nodes.iter().flat_map(|node| node.lines.en.iter().zip(node.lines.of(language)));
    lines.into_iter().find(|(line, _)| *line == english).map_or(english, |(_, line)| line)
}

/// The title of everything that is made of a version.
pub(super) fn title(version: &Version, language: Language) -> String {
    match language {
        Language::English => format!("The whiteboard talk, {} minutes", version.minutes),
        Language::Korean => format!("화이트보드 발표, {}분", version.minutes),
    }
}
