//! The last rung: how the learner's lines of one hole differ from the solution's.

use std::ops::Range;

/// A line of one of the texts, or of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    Both(&'a str),
    Mine(&'a str),
    Solved(&'a str),
}

/// The lines of `mine` and `solved` that take part in the lines `hole` (from 0) of `solved`, with `-`, `+` or a blank in front.
pub(super) fn difference(mine: &str, solved: &str, hole: &Range<usize>) -> String {
    let mut at = 0;
    let mut shown = Vec::new();
    for line in aligned(&mine.lines().collect::<Vec<_>>(), &solved.lines().collect::<Vec<_>>()) {
        // What the learner has right before the hole's end or begin belongs to it.
        let inside = match line {
            Line::Mine(_) => hole.start <= at && at <= hole.end,
            _ => hole.contains(&at),
        };
        if inside {
            shown.push(match line {
                Line::Both(text) => format!(" {text}"),
                Line::Mine(text) => format!("-{text}"),
                Line::Solved(text) => format!("+{text}"),
            });
        }
        at += usize::from(!matches!(line, Line::Mine(_)));
    }
    shown.join("\n")
}

/// Both texts on their longest common subsequence; where they differ, `mine` comes first.
fn aligned<'a>(mine: &[&'a str], solved: &[&'a str]) -> Vec<Line<'a>> {
    // length[i][j]: the longest common subsequence of what follows line i and line j.
    let mut length = vec![vec![0_usize; solved.len() + 1]; mine.len() + 1];
    for i in (0..mine.len()).rev() {
        for j in (0..solved.len()).rev() {
            length[i][j] = if mine[i].trim_end() == solved[j].trim_end() {
                length[i + 1][j + 1] + 1
            } else {
                length[i + 1][j].max(length[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < mine.len() || j < solved.len() {
        if i < mine.len() && j < solved.len() && mine[i].trim_end() == solved[j].trim_end() {
            lines.push(Line::Both(solved[j]));
            (i, j) = (i + 1, j + 1);
        } else if i < mine.len() && (j == solved.len() || length[i + 1][j] >= length[i][j + 1]) {
            lines.push(Line::Mine(mine[i]));
            i += 1;
        } else {
            lines.push(Line::Solved(solved[j]));
            j += 1;
        }
    }
    lines
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
    fn a_file_that_is_gone_shows_the_whole_hole() {
        assert_eq!(difference("", SOLVED, &(6..7)), "+    three();");
    }
}
