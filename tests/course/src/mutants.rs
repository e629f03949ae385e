//! Mutants: a solution with one small thing changed in one TODO's region, as a slip of the hand or of the mind would change it.
//!
//! A check that is green for a mutant does not see what the mutant broke. `cargo xtask mutants 05` makes all mutants of a lab's TODOs,
//! has the lab's check judge each, and keeps the outcome in `tests/wrong-answers/lab-05.mutants.toml`. A mutant that survives there
//! either changes nothing that can be seen, and the file says why, or shows what the check must learn to see.

mod code;
mod tokens;
mod yaml;

use std::ops::Range;

/// One mutant of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// The line where the change begins, without its indentation.
    pub line: String,
    /// What was changed, as `from → to`.
    pub change: String,
    /// The whole text after the change.
    pub text: String,
}

/// The mutants of what stands in a TODO of `file`, in the order of their places.
pub fn of(file: &str, text: &str) -> Vec<Mutant> {
    let mut changes = match file.rsplit('.').next() {
        Some("yaml" | "yml") => yaml::changes(text),
        _ => code::changes(text),
    };
    changes.sort_by_key(|change| (change.at.start, change.at.end));
    let mut mutants: Vec<Mutant> = Vec::new();
    for change in changes {
        let mutant = change.applied(text);
        let is_new = mutants.iter().all(|known| known.text != mutant.text);
        if is_new && mutant.text != text {
            mutants.push(mutant);
        }
    }
    mutants
}

/// A piece of the text, and what is to stand there.
#[derive(Debug, Clone)]
struct Change {
    at: Range<usize>,
    to: String,
}

impl Change {
    fn new(at: Range<usize>, to: impl Into<String>) -> Change {
        Change { at, to: to.into() }
    }

    fn gone(at: Range<usize>) -> Change {
        Change::new(at, "")
    }

    fn applied(&self, text: &str) -> Mutant {
        let (before, from, after) = (&text[..self.at.start], &text[self.at.clone()], &text[self.at.end..]);
        let begun = before.rfind('\n').map_or(0, |at| at + 1);
        // What goes with its indentation begins with blanks.
        let begun = begun + (text[begun..].len() - text[begun..].trim_start().len());
        let line = text[begun.min(text.len())..].lines().next().unwrap_or_default().trim_end();
        let shown = |piece: &str| match piece.split_whitespace().collect::<Vec<_>>().join(" ") {
            nothing if nothing.is_empty() => "nothing".to_string(),
            words => words,
        };
        Mutant {
            line: line.to_string(),
            change: format!("{} → {}", shown(from), shown(&self.to)),
            text: format!("{before}{}{after}", self.to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    fn changes(file: &str, text: &str) -> Vec<String> {
        of(file, text).into_iter().map(|mutant| mutant.change).collect()
    }

    #[test]
    fn a_condition_is_turned_around_moved_by_one_and_ended() {
        let text = "if page.len() > limit {\n    page.truncate(limit);\n}\n";
        assert_eq!(
            changes("a.rs", text),
            [
                "page.len() > limit → true",
                "page.len() > limit → false",
                ".len() → nothing",
                "> → >=",
                "> → <",
                "page.truncate(limit); → nothing",
            ]
        );
    }

    #[test]
    fn a_call_in_a_chain_is_left_out_and_a_text_is_another() {
        let text = "table\n    .put_item()\n    .condition_expression(\"attribute_not_exists(pk)\")\n    .send()\n";
        assert_eq!(
            changes("a.rs", text),
            [
                ".put_item() → nothing",
                ".condition_expression(\"attribute_not_exists(pk)\") → nothing",
                "\"attribute_not_exists(pk)\" → \"attribute_not_exists(pk)x\"",
                ".send() → nothing",
            ]
        );
    }

    #[test]
    fn an_arm_of_a_match_goes_with_its_comma_and_a_guard_is_always_and_never() {
        let text = "match code {\n    Some(404) if !strict => Ok(None),\n    other => { fail(other) }\n}\n";
        assert_eq!(
            changes("a.rs", text),
            [
                "Some(404) if !strict => Ok(None), → nothing",
                "404 → 405",
                "404 → 403",
                "! → nothing",
                "!strict → true",
                "!strict → false",
                "other => { fail(other) } → nothing",
            ]
        );
    }

    #[test]
    fn types_lifetimes_macros_and_comments_stay_as_they_are() {
        let text = "let all: Vec<&'static str> = vec![]; // 1 < 2\nlog!(\"{}\", all);\n";
        assert_eq!(
            changes("a.rs", text),
            ["log!(\"{}\", all); → nothing", "\"{}\" → \"{}x\""],
            "what does not compile without is not tried"
        );
    }

    #[test]
    fn a_sentence_for_people_and_what_only_the_compiler_wants_stay() {
        assert_eq!(changes("a.rs", "Err(\"Say who you are\".to_owned())"), Vec::<String>::new());
        assert_eq!(changes("a.rs", "\"SET a = :a\".to_owned()"), ["\"SET a = :a\" → \"SET a = :ax\""]);
    }

    #[test]
    fn a_script_has_texts_of_its_own() {
        assert_eq!(
            changes("a.js", "item.textContent = `${post.author}: it's`;\n"),
            [
                "item.textContent = `${post.author}: it's`; → nothing",
                "`${post.author}: it's` → `${post.author}: it'sx`"
            ]
        );
        assert_eq!(changes("a.js", "kind = 'page'\n"), ["'page' → 'pagex'"]);
    }

    #[test]
    fn in_a_template_entries_go_and_values_are_others() {
        let text = "Properties:\n  Timeout: 6\n  Tracing: true\n  Action: ['s3:GetObject', 's3:PutObject']\n";
        assert_eq!(
            changes("template.yaml", text),
            [
                "Properties: Timeout: 6 Tracing: true Action: ['s3:GetObject', 's3:PutObject'] → nothing",
                "Timeout: 6 → nothing",
                "6 → 7",
                "6 → 5",
                "Tracing: true → nothing",
                "true → false",
                "Action: ['s3:GetObject', 's3:PutObject'] → nothing",
                "'s3:GetObject' → 's3:GetObjectx'",
                "'s3:GetObject', → nothing",
                ", 's3:PutObject' → nothing",
                "'s3:PutObject' → 's3:PutObjectx'",
            ]
        );
    }

    #[test]
    fn a_statements_name_is_anybodys() {
        assert_eq!(
            changes("template.yaml", "- {Sid: ReadPosts, Effect: Allow}\n"),
            ["- {Sid: ReadPosts, Effect: Allow} → nothing", "Allow → Allowx"]
        );
    }

    #[test]
    fn a_mutant_names_its_line() {
        let mutants = of("a.rs", "let a = 1;\n    return a + b;\n");
        let lines: Vec<_> = mutants.iter().map(|mutant| mutant.line.as_str()).collect();
        assert_eq!(lines, ["let a = 1;", "let a = 1;", "return a + b;", "return a + b;"]);
    }
}
