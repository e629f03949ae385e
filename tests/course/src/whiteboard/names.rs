//! What refers to what: ids that are there once, sections of the book that exist, and every part used by somebody.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use course::regions::Fault;
use course::whiteboard::chapter::{MINUTES, NAMES, PAGE, SHORT, marker};
use course::whiteboard::storyboard::Storyboard;

use super::Report;
use crate::chapters::anchors;

pub(super) fn faults(root: &Path, storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let mut faults = doubles(storyboard, report);
    faults.extend(unknown(storyboard, report));
    faults.extend(unused(storyboard, report));
    faults.extend(dead_links(root, storyboard, report));
    faults.extend(lists(root));
    faults
}

fn doubles(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    // What is drawn by its id has one name space, because a step's `draw` names both.
    let nodes = storyboard.nodes.iter().map(|node| ("node", &node.id));
    let arrows = storyboard.arrows.iter().map(|arrow| ("arrow", &arrow.id));
    let drawn: Vec<_> = nodes.chain(arrows).collect();
    let steps: Vec<_> = storyboard.steps.iter().map(|step| ("step", &step.id)).collect();
    let questions: Vec<_> = storyboard.questions.iter().map(|question| ("question", &question.id)).collect();
    let mut faults = Vec::new();
    for list in [drawn, steps, questions] {
        let mut seen = BTreeSet::new();
        for (kind, id) in list {
            if !seen.insert(id) {
                faults.push(report.at(kind, id, "is there twice; give one of them another id"));
            }
            if id.is_empty()
                || !id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
            {
                faults.push(report.at(
                    kind,
                    id,
                    "has an id that is not of small letters, digits and hyphens; rename it",
                ));
            }
        }
    }
    faults
}

fn unknown(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for arrow in &storyboard.arrows {
        for end in [&arrow.from, &arrow.to].into_iter().filter(|end| storyboard.node(end).is_none()) {
            faults.push(report.at(
                "arrow",
                &arrow.id,
                format!("has an end at {end:?}, and there is no such node; name one"),
            ));
        }
    }
    for step in &storyboard.steps {
        for id in step.draw.iter().filter(|id| storyboard.node(id).is_none() && storyboard.arrow(id).is_none()) {
            faults.push(report.at(
                "step",
                &step.id,
                format!("draws {id:?}, and there is no such node or arrow; name one"),
            ));
        }
        for id in step.asks.iter().filter(|id| storyboard.question(id).is_none()) {
            faults.push(report.at(
                "step",
                &step.id,
                format!("invites {id:?}, and there is no such question; write it, or take it away"),
            ));
        }
        if step.live.as_deref().is_some_and(|live| !is_asked(live)) {
            let what = "has a `live` that is not METHOD /PATH, `site` or `log NAME`; write one of these";
            faults.push(report.at("step", &step.id, what));
        }
    }
    let mut drawn = BTreeMap::new();
    for step in &storyboard.steps {
        for id in &step.draw {
            if let Some(other) = drawn.insert(id, &step.id) {
                let what = format!("draws {id}, which the step {other} has drawn; leave it to one of them");
                faults.push(report.at("step", &step.id, what));
            }
        }
    }
    for version in &storyboard.versions {
        let mut told = BTreeSet::new();
        for id in version.steps.iter().filter(|id| !told.insert(*id)) {
            faults.push(report.of_version(version.minutes, format!("has the step {id} twice; take one of them away")));
        }
        for id in version.steps.iter().filter(|id| storyboard.step(id).is_none()) {
            faults.push(
                report.of_version(version.minutes, format!("has the step {id:?}, and there is no such step; name one")),
            );
        }
        faults.extend(undrawn(storyboard, version, report));
        faults.extend(ticks(storyboard, version, report));
    }
    faults.extend(unmarked(storyboard, report));
    faults
}

/// Lines of the list that a version ticks before they are written, twice, or never; and ticks of lines that are not there.
fn ticks(
    storyboard: &Storyboard,
    version: &course::whiteboard::storyboard::Version,
    report: &Report<'_>,
) -> Vec<Fault> {
    let mut written: Vec<&String> = Vec::new();
    let mut ticked: BTreeSet<&String> = BTreeSet::new();
    let mut faults = Vec::new();
    for step in storyboard.steps_of(version) {
        written.extend(step.draw.iter().filter_map(|id| storyboard.node(id)).flat_map(|node| &node.lines.en));
        for line in &step.ticks {
            let what = match written.contains(&line) {
                true if ticked.insert(line) => continue,
                true => format!("ticks {line:?} twice; take one of the ticks away"),
                false => format!("ticks {line:?}, and no list has that line by then; name a line of one"),
            };
            faults.push(report.of_version(version.minutes, what));
        }
    }
    for line in written.into_iter().filter(|line| !ticked.contains(line)) {
        let what = format!("never ticks {line:?}; name the line in the `ticks` of the step that meets it");
        faults.push(report.of_version(version.minutes, what));
    }
    faults
}

/// Steps of the short version that the chapter's model, in which they are marked, does not have.
fn unmarked(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let [Some(short), Some(model)] = [SHORT, MINUTES].map(|minutes| storyboard.version(minutes)) else {
        return Vec::new();
    };
    let missing = short.steps.iter().filter(|step| !model.steps.contains(step));
    let told = missing.map(|step| {
        let what = format!("has the step {step}, which the {MINUTES} minutes do not have; the chapter marks it there");
        report.of_version(SHORT, what)
    });
    told.collect()
}

/// Arrows of a version that are drawn before their boxes, or without them.
fn undrawn(
    storyboard: &Storyboard,
    version: &course::whiteboard::storyboard::Version,
    report: &Report<'_>,
) -> Vec<Fault> {
    let mut drawn = BTreeSet::new();
    let mut faults = Vec::new();
    for id in storyboard.steps_of(version).flat_map(|step| &step.draw) {
        drawn.insert(id.as_str());
        let Some(arrow) = storyboard.arrow(id) else { continue };
        for end in [&arrow.from, &arrow.to].into_iter().filter(|end| !drawn.contains(end.as_str())) {
            let what =
                format!("draws the arrow {id} before the node {end}; change the order, or add the step that draws it");
            faults.push(report.of_version(version.minutes, what));
        }
    }
    faults
}

/// Whether the rehearsal page knows what to ask the board for.
fn is_asked(live: &str) -> bool {
    match live.split_once(' ') {
        Some(("log", name)) => !name.is_empty(),
        Some((method, path)) => method.chars().all(|letter| letter.is_ascii_uppercase()) && path.starts_with('/'),
        None => live == "site",
    }
}

fn unused(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let Some(longest) = storyboard.versions.last() else { return Vec::new() };
    let drawn: BTreeSet<&String> = storyboard.steps_of(longest).flat_map(|step| &step.draw).collect();
    let asked: BTreeSet<&String> = storyboard.steps.iter().flat_map(|step| &step.asks).collect();
    let mut faults = Vec::new();
    for node in storyboard.nodes.iter().filter(|node| !drawn.contains(&node.id)) {
        faults.push(report.at(
            "node",
            &node.id,
            "is drawn in no step of the longest version; draw it, or take it away",
        ));
    }
    for arrow in storyboard.arrows.iter().filter(|arrow| !drawn.contains(&arrow.id)) {
        faults.push(report.at(
            "arrow",
            &arrow.id,
            "is drawn in no step of the longest version; draw it, or take it away",
        ));
    }
    for step in storyboard
        .steps
        .iter()
        .filter(|step| !storyboard.versions.iter().any(|version| version.steps.contains(&step.id)))
    {
        faults.push(report.at("step", &step.id, "is in no version; put it into one, or take it away"));
    }
    for question in storyboard.questions.iter().filter(|question| !asked.contains(&question.id)) {
        faults.push(report.at("question", &question.id, "is invited by no step; name it in the `asks` of one"));
    }
    faults
}

fn dead_links(root: &Path, storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let mut known: BTreeMap<String, Option<BTreeSet<String>>> = BTreeMap::new();
    let mut leads = |to: &str| {
        let (page, section) = to.split_once('#').unwrap_or((to, ""));
        let sections = known.entry(page.to_string()).or_insert_with(|| anchors(root, page).ok());
        sections.as_ref().is_some_and(|sections| section.is_empty() || sections.contains(section))
    };
    let mut faults = Vec::new();
    for question in &storyboard.questions {
        if question.links.is_empty() {
            faults.push(report.at(
                "question",
                &question.id,
                "has no link; name the section of the book that treats it",
            ));
        }
        for link in question.links.iter().filter(|link| !leads(link)) {
            faults.push(report.at(
                "question",
                &question.id,
                format!("links to {link}, and the book has no such section; mend the link"),
            ));
        }
    }
    for draft in &storyboard.drafts {
        for link in draft.source.iter().filter(|link| !link.starts_with("https://") && !leads(link)) {
            faults.push(report.at(
                "draft",
                &draft.id,
                format!("names {link}, and the book has no such section; mend the source"),
            ));
        }
    }
    faults
}

/// The chapter has a place for each list, once.
fn lists(root: &Path) -> Vec<Fault> {
    let file = format!("{}/{PAGE}", course::chapters::SOURCE);
    let page = std::fs::read_to_string(root.join(&file)).unwrap_or_default();
    let mut faults = Vec::new();
    for name in NAMES {
        let count = page.matches(&marker(name)).count();
        if count != 1 {
            let what = format!(
                "has {count} places for the list {name:?} of the storyboard; write {} where it belongs, once",
                marker(name)
            );
            faults.push(Fault { file: file.clone(), line: 1, what });
        }
    }
    faults
}
