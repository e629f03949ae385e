//! Wrong answers: what a learner plausibly writes into a TODO, and what the check must then say.
//!
//! `tests/wrong-answers/lab-05/05.3-scans-the-table.rs` replaces the region `lab-05.3`. Its first lines, `//!` in Rust and
//! `#!` in YAML, say what the learner thought; a line `says:` names words that the red message must contain.

use std::fs;
use std::path::Path;

use crate::regions::Fault;

/// One wrong answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrongAnswer {
    /// The file's name without its ending: `05.3-scans-the-table`.
    pub name: String,
    /// The region that it replaces: `lab-05.3`.
    pub region: String,
    /// What the learner thought, and where that comes from.
    pub thought: String,
    /// What the red message must contain: the deviation's name.
    pub says: Vec<String>,
    /// What stands in the TODO.
    pub text: String,
}

impl WrongAnswer {
    /// Reads the text of a file called `name`, which belongs to lab `number`.
    ///
    /// # Errors
    ///
    /// A name of another form, a text without a thought or without words to look for.
    pub fn parse(file: &str, number: &str, text: &str) -> Result<WrongAnswer, Fault> {
        let fault = |line: usize, what: &str| Fault { file: file.to_string(), line, what: what.to_string() };
        let name = file.rsplit('/').next().unwrap_or(file).rsplit_once('.').map_or(file, |(stem, _)| stem);
        let todo = name.split_once('-').and_then(|(id, _)| id.strip_prefix(number)?.strip_prefix('.'));
        let Some(todo) = todo.filter(|todo| todo.bytes().all(|byte| byte.is_ascii_digit())) else {
            return Err(fault(1, &format!("a wrong answer of lab {number} is called {number}.K-what-is-wrong")));
        };
        let mut answer =
            WrongAnswer { name: name.to_string(), region: format!("lab-{number}.{todo}"), ..WrongAnswer::default() };
        let text = text.replace("\r\n", "\n");
        let mut head = true;
        for line in text.split_inclusive('\n') {
            match head.then(|| line.strip_prefix("//!").or_else(|| line.strip_prefix("#!"))).flatten().map(str::trim) {
                Some(note) => match note.strip_prefix("says:") {
                    Some(words) => answer.says.push(words.trim().to_string()),
                    None => answer.thought.push_str(&format!("{note} ")),
                },
                None => {
                    head = false;
                    answer.text.push_str(line);
                }
            }
        }
        answer.thought = answer.thought.trim().to_string();
        match (answer.thought.is_empty(), answer.says.is_empty()) {
            (true, _) => Err(fault(1, "the first line says what the learner thought: //! …")),
            (_, true) => Err(fault(1, "a line says what the red message must contain: //! says: …")),
            _ => Ok(answer),
        }
    }
}

/// The wrong answers of lab `number`, by name.
///
/// # Errors
///
/// A file that cannot be read or does not parse.
pub fn wrong_answers(root: &Path, number: &str) -> Result<Vec<WrongAnswer>, Fault> {
    let shown = format!("tests/wrong-answers/lab-{number}");
    let Ok(entries) = fs::read_dir(root.join("tests").join("wrong-answers").join(format!("lab-{number}"))) else {
        return Ok(Vec::new());
    };
    let mut answers = Vec::new();
    for entry in entries.flatten() {
        let file = format!("{shown}/{}", entry.file_name().to_string_lossy());
        let text = fs::read_to_string(entry.path()).map_err(|why| Fault {
            file: file.clone(),
            line: 1,
            what: format!("cannot be read: {why}"),
        })?;
        answers.push(WrongAnswer::parse(&file, number, &text)?);
    }
    answers.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_about_the_answer_and_the_rest_is_the_answer() {
        let text = "//! JSON goes out,\n//! so the body is JSON.\n//! says: body is an object\nOk(x)\n//! not the head any more\n";
        let answer = WrongAnswer::parse("tests/wrong-answers/lab-01/01.2-object.rs", "01", text).unwrap();
        assert_eq!((answer.name.as_str(), answer.region.as_str()), ("01.2-object", "lab-01.2"));
        assert_eq!(answer.thought, "JSON goes out, so the body is JSON.");
        assert_eq!(answer.says, ["body is an object"]);
        assert_eq!(answer.text, "Ok(x)\n//! not the head any more\n");
    }

    #[test]
    fn an_answer_that_says_nothing_about_itself_is_refused() {
        let fault = |file: &str, text: &str| WrongAnswer::parse(file, "01", text).unwrap_err().what;
        assert!(fault("01.2-a.rs", "x").contains("what the learner thought"));
        assert!(fault("01.2-a.rs", "//! thought\nx").contains("says:"));
        assert!(fault("2-a.rs", "//! thought\n//! says: x\n").contains("01.K-what-is-wrong"));
        assert!(fault("02.1-a.rs", "//! thought\n//! says: x\n").contains("01.K-what-is-wrong"));
    }
}
