//! The notes' JavaScript handlers, ported to Node 20 and the AWS SDK for JavaScript v3, under the checks of the labs.
//!
//! A check asks over HTTP and looks into the table, so it does not matter to it what a function is written in. With
//! `KIT_FUNCTION` it judges `runtime.mjs` and one of `handlers/` in the place of the lab's own function; which tests are then
//! red, and in which words, is kept in `record/` as the tables that the book shows. `tests/judged.rs` makes them again and
//! fails on any difference.
//!
//! Node is needed here and nowhere else. To run it: `npm ci --prefix tests/notes-js`, then `cargo test -p notes-js`; with
//! `NOTES_JS_RECORD=write` in the environment the tables are written.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use course::message::Message;
use course::run::{Run, cargo};

/// One handler under one lab's check.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// The file in `handlers/`, without its ending.
    pub handler: &'static str,
    /// The lab's number.
    pub lab: &'static str,
}

impl Trial {
    /// Runs the check on the handler. The package that is tested is the solution's: a learner's lab may not compile.
    ///
    /// # Errors
    ///
    /// A sentence, when there is no Node, when the SDK is not installed, or when Cargo cannot be run.
    pub fn judged(&self) -> Result<Run, String> {
        let node = Command::new("node").arg("--version").output();
        if !node.is_ok_and(|output| output.status.success()) {
            return Err("there is no `node` to run the handlers with; install Node 20 or newer".to_string());
        }
        if !folder().join("node_modules").is_dir() {
            return Err("the SDK is not there; install it with: npm ci --prefix tests/notes-js".to_string());
        }
        self.run().map_err(|why| format!("cargo cannot be run: {why}"))
    }

    fn run(&self) -> io::Result<Run> {
        let handler = folder().join("handlers").join(format!("{}.mjs", self.handler));
        // Without warnings: Node's and the SDK's own, about versions, would be taken for the function's words.
        let function =
            format!("node --no-warnings \"{}\" \"{}\"", folder().join("runtime.mjs").display(), handler.display());
        let package = format!("solution-{}", self.lab);
        let mut cargo = cargo();
        cargo
            .args(["test", "--package", &package, "--test", "check"])
            .current_dir(folder())
            .env("KIT_FUNCTION", function);
        Run::of(&mut cargo, |_| {})
    }

    /// Where this trial's table is kept.
    pub fn record(&self) -> PathBuf {
        folder().join("record").join(format!("{}.md", self.handler))
    }
}

/// The result of a trial, as a table in Markdown: the red tests with what was expected and what they got, and the green
/// ones.
pub fn table(run: &Run) -> String {
    let all = run.red.len() + run.green.len();
    let mut table =
        format!("{} of {all} checks are green.\n\n| Check | Expected | Got |\n|---|---|---|\n", run.green.len());
    for (test, said) in &run.red {
        let message = Message::parse(said);
        let (expected, got) = (brief(message.part("expected")), brief(message.part("got")));
        let why = cause(message.part("why")).map(|why| format!(": {why}")).unwrap_or_default();
        let _ = writeln!(table, "| {} | {expected} | {got}{why} |", in_words(test));
    }
    let mut green: Vec<&String> = run.green.iter().collect();
    green.sort();
    for test in green {
        let _ = writeln!(table, "| {} | | green |", in_words(test));
    }
    table
}

/// `create::creating_twice_replaces_nothing` as words.
fn in_words(test: &str) -> String {
    test.replace("::", ": ").replace('_', " ")
}

/// A part of a message without the JSON in it, which is long and, where the SDK adds to it, never the same; and of several
/// differing fields the first.
fn brief(part: &str) -> String {
    let mut brief = String::new();
    let mut depth = 0_usize;
    for character in part.chars() {
        match character {
            '{' if depth == 0 => {
                brief.push_str("{…}");
                depth = 1;
            }
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => brief.push(character),
            _ => {}
        }
    }
    let brief = brief.trim_end_matches([',', ':', ' ', '{', '…', '}']);
    let more = brief.split_once(" body.").map(|(first, _)| format!("{first}, and more"));
    more.unwrap_or_else(|| brief.to_string()).replace('|', "\\|").replace('$', "\\$")
}

/// The reason for a 502: the function's own error, or what API Gateway has against its reply.
fn cause(why: &str) -> Option<String> {
    let said = |begins: &str, ends: &str| why.split_once(begins)?.1.split(ends).next().map(brief);
    said("instead of a reply: ", " To API Gateway").or_else(|| said("cannot use that reply: ", ". It answers 502"))
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_left_out_also_where_it_was_cut() {
        assert_eq!(brief("came {\"a\":{\"b\":1}} and more"), "came {…} and more");
        assert_eq!(brief("the body has none: {\"$metadata\":{\"x\":1 … \"y\"}"), "the body has none");
        assert_eq!(brief("body.$metadata | x"), "body.\\$metadata \\| x");
    }

    #[test]
    fn of_several_differences_the_first_is_told() {
        assert_eq!(
            brief("body.a: expected 1, is missing body.b: not expected"),
            "body.a: expected 1, is missing, and more"
        );
    }

    #[test]
    fn a_table_tells_what_was_red_and_why() {
        let said = "lab-04.5: delete it\n\n  expected  status 409\n  got       status 502, {\"message\": \"x\"}\n  \
                    why       Your function ended with an error instead of a reply: \"No\" (E)\n            \
                    To API Gateway that is a broken function\n";
        let red = [("delete::it_stays".to_string(), said.to_string())].into();
        let run = Run { red, green: vec!["read::b".into(), "read::a_food".into()], ..Run::default() };
        assert_eq!(
            table(&run),
            "2 of 3 checks are green.\n\n| Check | Expected | Got |\n|---|---|---|\n\
             | delete: it stays | status 409 | status 502: \"No\" (E) |\n| read: a food | | green |\n| read: b | | green |\n"
        );
    }
}
