//! No code and no console text that somebody typed: a fence holds includes, or says why it is literal. One that says which file it quotes
//! has that file's lines.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::page::{Fence, Page};
use course::regions::Fault;

/// Stands in the line before a fence whose text is meant to be typed there.
const LITERAL: &str = "<!-- literal:";

pub(super) fn faults(root: &Path, page: &Page) -> Vec<Fault> {
    let lines: Vec<&str> = page.text.lines().collect();
    let fault = |line: usize, what: &str| Some(page.fault(line, what));
    let faults = page.fences.iter().filter_map(|fence| {
        if fence.indented {
            return fault(fence.line, "is code by its indentation; put it between fences and include it");
        }
        if fence.body.trim().is_empty() {
            return fault(fence.line, "is a fence without anything in it; include something, or remove it");
        }
        let reason = fence
            .line
            .checked_sub(2)
            .and_then(|before| lines.get(before))
            .and_then(|before| before.trim().strip_prefix(LITERAL));
        match reason.map(|reason| reason.trim_end_matches("-->").trim()) {
            Some("") => return fault(fence.line - 1, "says that the fence is literal, and not why; give the reason"),
            Some(reason) => return misquoted(root, page, fence, reason),
            None => {}
        }
        let typed = |line: &&str| !line.trim().is_empty() && !is_include(line.trim());
        let typed = fence.body.lines().position(|line| typed(&line))?;
        fault(
            fence.line + 1 + typed,
            "is text that nobody ran: include it ({{#include transcripts/…}} or a source file), or write \
             `<!-- literal: reason -->` in the line before the fence",
        )
    });
    faults.collect()
}

/// The first line of a fence that is not in the file which its reason names.
fn misquoted(root: &Path, page: &Page, fence: &Fence, reason: &str) -> Option<Fault> {
    let named = reason.split([' ', ',', ';']).find(|word| word.contains('/') && root.join(word).is_file())?;
    let file = fs::read_to_string(root.join(named)).ok()?;
    let there: BTreeSet<&str> = file.lines().map(str::trim).collect();
    let wrong = fence.body.lines().position(|line| !line.trim().is_empty() && !there.contains(line.trim()))?;
    let what = format!("is not a line of {named}, which the comment before says; quote what stands there");
    Some(page.fault(fence.line + 1 + wrong, what))
}

fn is_include(line: &str) -> bool {
    line.starts_with("{{#") && line.ends_with("}}") && line.matches("}}").count() == 1
}
