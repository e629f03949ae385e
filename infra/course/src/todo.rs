//! A TODO of a lab, and how it stands in a learner's file.
//!
//! Learners' files have no markers, so a TODO is found by what surrounds it: the starter's lines, between the given
//! line before them and the given line after them. Line ends, indentation and blank lines do not count.

use std::ops::Range;

/// A TODO: what stands there at first, and what the solution puts there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    /// `lab-05.2`.
    pub id: String,
    /// The file that it is in, inside the package, with `/` between folders.
    pub path: String,
    /// The starter's lines.
    pub starter: String,
    /// The solution's lines.
    pub code: String,
    /// The given line right before it, if there is one.
    pub before: Option<String>,
    /// The given line right after it, if there is one.
    pub after: Option<String>,
    /// The lines that it takes in the solved file, from 0.
    pub lines: Range<usize>,
}

impl Todo {
    /// 2 of `lab-05.2`.
    pub fn number(&self) -> usize {
        number_in(&self.id)
    }

    /// Whether `text` still has the starter's lines here, and nothing beside them.
    pub fn is_untouched(&self, text: &str) -> bool {
        let starter = significant(&self.starter);
        let wanted: Vec<&str> = self
            .before
            .iter()
            .map(String::as_str)
            .chain(starter)
            .chain(self.after.iter().map(String::as_str))
            .collect();
        significant(text).collect::<Vec<_>>().windows(wanted.len()).any(|lines| lines == wanted)
    }

    /// The line of `TODO(lab-05.2)` in `text`, from 1; nothing once it is gone.
    pub fn todo_line(&self, text: &str) -> Option<usize> {
        let todo = format!("TODO({})", self.id);
        text.lines().position(|line| line.contains(&todo)).map(|index| index + 1)
    }

    /// Where the TODO is in `text`, from 1: the line of its TODO, or the one after the given line before it. Nothing if
    /// neither is there, or the given line stands in several places.
    pub fn line(&self, text: &str) -> Option<usize> {
        let before = |before: &String| {
            let mut found = text.lines().enumerate().filter(|(_, line)| line.trim() == before);
            found.next().filter(|_| found.next().is_none()).map(|(index, _)| index + 2)
        };
        self.todo_line(text).or_else(|| self.before.as_ref().and_then(before))
    }

    /// What the TODO asks for, in its own words.
    pub fn task(&self) -> String {
        let comment = |line: &str| {
            let line = line.trim();
            line.strip_prefix("//").or_else(|| line.strip_prefix('#')).map(|words| words.trim().to_string())
        };
        let words: Vec<String> = self.starter.lines().map_while(comment).collect();
        let words = words.join(" ");
        words.strip_prefix(&format!("TODO({}):", self.id)).unwrap_or(&words).trim().to_string()
    }
}

/// 2 of `lab-05.2`.
pub(crate) fn number_in(id: &str) -> usize {
    id.rsplit('.').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn significant(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn todo() -> Todo {
        Todo {
            id: "lab-05.2".into(),
            path: "src/a.rs".into(),
            starter: "    // TODO(lab-05.2): refuse it,\n    // and say why.\n    accept()\n".into(),
            code: "    refuse()\n".into(),
            before: Some("fn a() {".into()),
            after: Some("}".into()),
            lines: 1..2,
        }
    }

    #[test]
    fn untouched_is_a_todo_with_the_starters_lines_and_no_others() {
        let untouched =
            "fn a() {\r\n    // TODO(lab-05.2): refuse it,\r\n  // and say why.\r\n\r\n    accept()\r\n}\r\n";
        assert!(todo().is_untouched(untouched));
        assert_eq!(todo().todo_line(untouched), Some(2));
        assert_eq!(todo().line("// a\n\nfn a() {\n    refuse()\n}\n"), Some(4));
        assert_eq!(todo().line("fn a() {\n}\nfn a() {\n}\n"), None);
        let begun = untouched.replace("    accept()", "    check();\n    accept()");
        assert!(!todo().is_untouched(&begun), "the TODO is still there, but somebody has begun");
        assert!(!todo().is_untouched("fn a() {\n    refuse()\n}\n"));
        let only_a_todo = Todo { starter: "// TODO(lab-05.2): one condition\n".into(), ..todo() };
        assert!(only_a_todo.is_untouched("fn a() {\n    // TODO(lab-05.2): one condition\n}\n"));
        assert!(!only_a_todo.is_untouched("fn a() {\n    // TODO(lab-05.2): one condition\n    condition()\n}\n"));
    }

    #[test]
    fn the_task_is_what_the_todo_says() {
        assert_eq!(todo().task(), "refuse it, and say why.");
        assert_eq!(todo().number(), 2);
    }
}
