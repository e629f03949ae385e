//! What is changed in a template: entries go, values are others.

use std::ops::Range;

use super::Change;

/// Keys whose values are names that nothing else asks for.
const NAMES: [&str; 3] = ["AlarmDescription", "Description", "Sid"];

/// All changes of a piece of YAML, as far as lines and flow lists tell its structure.
pub(super) fn changes(text: &str) -> Vec<Change> {
    let lines = lines(text);
    let mut changes = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let shown = &text[line.clone()];
        let Some(indent) = indent(shown) else { continue };
        // An entry goes with everything below it.
        let below = lines[index + 1..].iter().take_while(|line| is_below(&text[(*line).clone()], indent));
        let end = below.last().map_or(line.end, |last| last.end);
        changes.push(Change::gone(line.start..end));
        values(shown, line.start, &mut changes);
    }
    changes
}

/// Each line with its end.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut begun = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let at = begun..begun + line.len();
            begun = at.end;
            at
        })
        .collect()
}

/// How deep the line stands; none for a comment and an empty line.
fn indent(line: &str) -> Option<usize> {
    let text = line.trim_start();
    (!text.is_empty() && !text.starts_with('#')).then(|| line.len() - text.len())
}

fn is_below(line: &str, of: usize) -> bool {
    indent(line).is_none_or(|indent| indent > of)
}

/// The scalars of one line: each is another, and each element of a flow list or map goes.
fn values(line: &str, offset: usize, changes: &mut Vec<Change>) {
    let line = line.trim_end();
    let begun = line.len() - line.trim_start().trim_start_matches("- ").len();
    let (mut at, mut key) = (begun, "");
    while at < line.len() {
        let rest = &line[at..];
        let length = scalar(rest);
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let end = at + length;
        let is_key =
            line[end..].starts_with(':') && line[end + 1..].starts_with([' ', '\0']) || line[end..].trim() == ":";
        let value = &line[at..end];
        if is_key {
            key = value;
            at = end + 1;
            continue;
        }
        if NAMES.contains(&key) {
            at = end;
            continue;
        }
        let place = offset + at..offset + end;
        changes.extend(others(value).into_iter().map(|other| Change::new(place.clone(), other)));
        // In a flow list, the element goes with one of its commas.
        let (before, after) = (line[..at].trim_end(), line[end..].trim_start());
        if before.ends_with('[') && after.starts_with(',') {
            let comma = end + line[end..].find(',').unwrap_or_default() + 1;
            changes.push(Change::gone(offset + at..offset + comma));
        } else if before.ends_with(',') && after.starts_with([',', ']']) && is_in_list(before) {
            changes.push(Change::gone(offset + before.len() - 1..offset + end));
        }
        at = end;
    }
}

/// Whether the last bracket that is open here is one of a list.
fn is_in_list(before: &str) -> bool {
    let mut open = Vec::new();
    for character in before.chars() {
        match character {
            '[' | '{' => open.push(character),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    open.last() == Some(&'[')
}

/// How long the scalar is that begins here; 0 where none does.
fn scalar(rest: &str) -> usize {
    match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest[1..].find(quote).map_or(rest.len(), |end| end + 2),
        Some(character) if character.is_alphanumeric() || "-*/$!.".contains(character) => {
            let end = rest.find([',', ']', '}', '\n']).unwrap_or(rest.len());
            let end = rest[..end].find(": ").unwrap_or(end);
            rest[..end].trim_end().trim_end_matches(':').len()
        }
        _ => 0,
    }
}

/// What could stand there instead.
fn others(value: &str) -> Vec<String> {
    if let Ok(number) = value.parse::<i64>() {
        return vec![(number + 1).to_string(), (number - 1).to_string()];
    }
    match value {
        "true" => return vec!["false".to_string()],
        "false" => return vec!["true".to_string()],
        // What a tag names is not this function's to change, and `-` is no value.
        "-" => return Vec::new(),
        _ => {}
    }
    let quote = value.chars().last().filter(|last| matches!(last, '"' | '\''));
    let bare = value.trim_end_matches(['"', '\'']);
    vec![format!("{bare}x{}", quote.map(String::from).unwrap_or_default())]
}
