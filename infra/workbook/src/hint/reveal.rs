//! The last rung: how the learner's lines of one TODO differ from the solution's.

use std::ops::Range;

use similar::{Algorithm, ChangeTag, capture_diff_slices};

/// The lines of `mine` and `solved` that take part in the lines `todo` (from 0) of `solved`, with `-`, `+` or a blank in front.
pub(super) fn difference(mine: &str, solved: &str, todo: &Range<usize>) -> String {
    let lines = |text| str::lines(text).map(str::trim_end).collect::<Vec<_>>();
    let (mine, solved) = (lines(mine), lines(solved));
    let mut at = 0;
    let mut shown = Vec::new();
    let operations = capture_diff_slices(Algorithm::Patience, &mine, &solved);
    for change in operations.iter().flat_map(|operation| operation.iter_changes(&mine, &solved)) {
        // What the learner has right before the TODO's end or begin belongs to it.
        let (sign, inside) = match change.tag() {
            ChangeTag::Delete => ('-', todo.start <= at && at <= todo.end),
            ChangeTag::Insert => ('+', todo.contains(&at)),
            ChangeTag::Equal => (' ', todo.contains(&at)),
        };
        if inside {
            shown.push(format!("{sign}{}", change.value()).trim_end().to_string());
        }
        at += usize::from(change.tag() != ChangeTag::Delete);
    }
    shown.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOLVED: &str = "fn a() {\n    one();\n    two();\n}\n\nfn b() {\n    three();\n}\n";

    #[test]
    fn only_the_holes_lines_are_shown() {
        let mine = "use x;\n\nfn a() {\n    // TODO\n    one();\n    wrong();\n}\n\nfn b() {\n    // TODO\n}\n";
        assert_eq!(difference(mine, SOLVED, &(1..3)), "-    // TODO\n     one();\n-    wrong();\n+    two();");
        assert_eq!(difference(mine, SOLVED, &(6..7)), "-    // TODO\n+    three();");
    }

    #[test]
    fn a_file_that_is_gone_shows_the_whole_todo() {
        assert_eq!(difference("", SOLVED, &(6..7)), "+    three();");
    }
}
