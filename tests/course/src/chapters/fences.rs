//! No code and no console text that somebody typed: a fence holds includes, or says why it is literal.

use super::page::Page;
use course::regions::Fault;

/// Stands in the line before a fence whose text is meant to be typed there.
const LITERAL: &str = "<!-- literal:";

pub(super) fn faults(page: &Page) -> Vec<Fault> {
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
            Some(_) => return None,
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

fn is_include(line: &str) -> bool {
    line.starts_with("{{#") && line.ends_with("}}") && line.matches("}}").count() == 1
}
