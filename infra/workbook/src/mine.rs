//! The reader's own labs behind the board: `up --mine` runs them, `template --mine` writes the template that `sam build` makes them from.
//!
//! The board's template names solutions, because what it runs must work on the first day. A lab has its solution's shape, so the
//! reader's board is the same template with another package and binary behind a function: two words of its text, and nothing else.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use course::lab::Lab;
use local::data_folder::replace;
use serde::{Deserialize, Serialize};
use stack::Function;

use crate::error::Error;
use crate::learner::lab_status::{LabStatus, status_of};
use crate::learner::{all, chosen};

/// Which labs `--mine` stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Those whose checks are green.
    Green,
    /// Those with these numbers, whatever their checks say.
    Named(Vec<String>),
}

impl Choice {
    /// What stands after `--mine=`; nothing without a value.
    ///
    /// # Errors
    ///
    /// Text that is no list of numbers.
    pub fn parse(text: &str) -> Result<Choice, String> {
        if text.is_empty() {
            return Ok(Choice::Green);
        }
        let numbers: Vec<String> = text.split(',').map(|number| number.trim().to_string()).collect();
        match numbers.iter().all(|number| number.trim_start_matches("lab-").parse::<u8>().is_ok()) {
            true => Ok(Choice::Named(numbers)),
            false => {
                Err("write the labs' numbers, as in --mine=05,08; --mine alone takes those that are green".to_string())
            }
        }
    }
}

/// What one of the board's functions is built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The function's name.
    pub function: String,
    /// The lab's number.
    pub lab: String,
    /// Whether it is the reader's lab, and not its solution.
    pub mine: bool,
}

impl Origin {
    /// What `function` is built from; nothing if that is no part of the course.
    pub fn of(function: &Function) -> Option<Origin> {
        let package = function.code.file_name()?.to_str()?;
        let (mine, lab) = match package.strip_prefix("lab-") {
            Some(lab) => (true, lab),
            None => (false, package.strip_prefix("solution-")?),
        };
        Some(Origin { function: function.name.clone(), lab: lab.to_string(), mine })
    }
}

/// As `status` says it.
impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} runs {} {}", self.function, whose(self.mine), self.lab)
    }
}

/// What stands before a lab's number.
fn whose(mine: bool) -> &'static str {
    if mine { "your lab" } else { "the solution of lab" }
}

/// The board's template with the reader's labs in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyBoard {
    /// The template's text; every `CodeUri` leads from the folder that it was asked for.
    pub text: String,
    /// For each lab on the board whether it is the reader's or its solution, and the state of the reader's.
    pub whose: Vec<String>,
}

/// The board's template in the workspace.
pub fn board_template(root: &Path) -> PathBuf {
    root.join("infra").join("template.yaml")
}

/// The board's template for somebody who keeps it in `folder`, with the labs of `choice` in the place of their solutions. Checks that
/// were not run since the last change are run.
///
/// # Errors
///
/// A lab that is not on the board, a file that cannot be read, Cargo that cannot be run.
pub fn my_board(root: &Path, choice: Option<&Choice>, folder: &Path) -> Result<MyBoard, Error> {
    let path = board_template(root);
    let text = fs::read_to_string(&path).map_err(Error::of_file(&path))?;
    let labs = all(root)?;
    let on_board: Vec<Lab> = labs.iter().filter(|lab| is_built_from(&text, &solution(lab))).cloned().collect();
    if on_board.is_empty() {
        let what = format!("{} has no function that a lab builds.", path.display());
        return Err(Error::again(what, "Bring the file back as it was"));
    }
    let taken = match choice {
        None | Some(Choice::Green) => Vec::new(),
        Some(Choice::Named(numbers)) => named(&labs, &on_board, numbers)?,
    };
    let mut board = MyBoard { text, whose: Vec::new() };
    for lab in &on_board {
        let by_name = taken.contains(&lab.number);
        let (mine, why) = match choice {
            None => (false, String::new()),
            Some(choice) => {
                let status = status_of(lab)?.0;
                let mine = by_name || (*choice == Choice::Green && matches!(status, LabStatus::Done { .. }));
                (mine, format!(": {status}"))
            }
        };
        if mine {
            board.text = with_lab(&board.text, lab);
        }
        board.whose.push(format!("{} {}, {}{why}", whose(mine), lab.number, lab.title));
    }
    board.text = led_from(&board.text, &path, folder);
    Ok(board)
}

/// Writes the reader's board below `.workbook/`, from where `up` runs it.
///
/// # Errors
///
/// See [`my_board`]; a file that cannot be written.
pub fn written(root: &Path, choice: &Choice) -> Result<(PathBuf, MyBoard), Error> {
    let folder = root.join(".workbook");
    let board = my_board(root, Some(choice), &folder)?;
    let file = folder.join("my-board.yaml");
    fs::create_dir_all(&folder).and_then(|()| replace(&file, &board.text)).map_err(Error::of_file(&file))?;
    Ok((file, board))
}

/// The numbers of the named labs, as the labs themselves write them.
fn named(labs: &[Lab], on_board: &[Lab], numbers: &[String]) -> Result<Vec<String>, Error> {
    let mut taken = Vec::new();
    for number in numbers {
        let lab = chosen(labs, Some(number))?;
        if !on_board.iter().any(|one| one.number == lab.number) {
            let those: Vec<&str> = on_board.iter().map(|lab| lab.number.as_str()).collect();
            let listed = match those.split_last() {
                Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
                _ => those.join(""),
            };
            let what = format!("The board has no function of lab {}. It has those of {listed}.", lab.number);
            return Err(Error::new(what, format!("Name one of them: --mine={}", those.join(","))));
        }
        taken.push(lab.number);
    }
    Ok(taken)
}

/// The package of the lab's solution.
fn solution(lab: &Lab) -> String {
    format!("solution-{}", lab.number)
}

/// Whether a function of the template is built from `package`.
fn is_built_from(text: &str, package: &str) -> bool {
    text.lines().any(|line| binary_of(line) == Some(package))
}

/// The binary that a line of the template names.
fn binary_of(line: &str) -> Option<&str> {
    let (_, after) = line.split_once("Binary:")?;
    after.split([',', '}', '#']).next().map(|name| name.trim().trim_matches(['\'', '"']))
}

/// The template with the lab's package and binary instead of its solution's.
fn with_lab(text: &str, lab: &Lab) -> String {
    let (solution, name) = (solution(lab), lab.name());
    let lines = text.split_inclusive('\n').map(|line| {
        let changes = binary_of(line) == Some(solution.as_str())
            || code_uri(line).is_some_and(|uri| uri.ends_with(&format!("/{solution}")));
        if changes {
            line.replace(&format!("solutions/{solution}"), &format!("labs/{name}")).replace(&solution, &name)
        } else {
            line.to_string()
        }
    });
    lines.collect()
}

/// The folder that a line's `CodeUri` names.
fn code_uri(line: &str) -> Option<&str> {
    Some(line.trim_start().strip_prefix("CodeUri:")?.split(" #").next()?.trim().trim_matches(['\'', '"']))
}

/// The template with every `CodeUri` as it is written from `folder`, and not from where the template lies.
fn led_from(text: &str, template: &Path, folder: &Path) -> String {
    let here = template.parent().unwrap_or(Path::new("."));
    let lines = text.split_inclusive('\n').map(|line| match code_uri(line) {
        Some(uri) if !uri.contains("://") => line.replace(uri, &relative(&plain(&here.join(uri)), &plain(folder))),
        _ => line.to_string(),
    });
    lines.collect()
}

/// The path without `.` and `..`, as its text says.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

/// How `path` is written by somebody who stands in `folder`: with the slashes of a template.
fn relative(path: &Path, folder: &Path) -> String {
    let (path, folder): (Vec<_>, Vec<_>) = (path.components().collect(), folder.components().collect());
    let common = path.iter().zip(&folder).take_while(|(one, other)| one == other).count();
    let up = folder[common..].iter().map(|_| "..".to_string());
    let down = path[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() { ".".to_string() } else { parts.join("/") }
}

/// Each function's origin by its name, for the board's page and `status`; empty while all are solutions.
pub fn origins_of(functions: &[Function]) -> BTreeMap<String, Origin> {
    let origins: Vec<Origin> = functions.iter().filter_map(Origin::of).collect();
    let any = origins.iter().any(|origin| origin.mine);
    origins.into_iter().filter(|_| any).map(|origin| (origin.function.clone(), origin)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "# solutions/solution-05/src/table.rs has the keys\nResources:\n  A:\n    Metadata:\n      \
        BuildProperties: {Binary: solution-05}\n    Properties:\n      CodeUri: ../solutions/solution-05\n  B:\n    Metadata:\n      \
        BuildProperties:\n        Binary: solution-08 # the feed\n    Properties:\n      CodeUri: '../solutions/solution-08'\n";

    /// A workspace with two labs on its board, one beside it, and none of them begun.
    fn workspace() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let put = |path: String, text: &str| {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        put("infra/template.yaml".to_string(), TEMPLATE);
        for (number, title) in [("05", "The board"), ("07", "Permissions"), ("08", "Streams")] {
            let manifest = format!(
                "[package]\nname = \"solution-{number}\"\ndescription = \"{title}\"\n\n[[test]]\nname = \"check\"\n\
                 path = \"../../labs/lab-{number}/tests/check.rs\"\n"
            );
            put(format!("solutions/solution-{number}/Cargo.toml"), &manifest);
        }
        for lab in all(root.path()).unwrap() {
            course::generation::write(&lab, true).unwrap();
        }
        root
    }

    #[test]
    fn a_named_lab_takes_its_solutions_place_and_nothing_else_changes() {
        let root = workspace();
        let named = Choice::parse("5").unwrap();
        let board = my_board(root.path(), Some(&named), &root.path().join(".workbook")).unwrap();
        let expected = TEMPLATE
            .replace("Binary: solution-05", "Binary: lab-05")
            .replace("../solutions/solution-05\n", "../labs/lab-05\n");
        assert_eq!(board.text, expected);
        assert_eq!(board.whose, ["your lab 05, The board: not begun", "the solution of lab 08, Streams: not begun"]);
    }

    #[test]
    fn without_green_labs_the_board_is_the_solutions() {
        let root = workspace();
        let board = my_board(root.path(), Some(&Choice::Green), &root.path().join("infra")).unwrap();
        assert_eq!(board.text, TEMPLATE);
        assert!(board.whose[0].starts_with("the solution of lab 05"), "{:?}", board.whose);
    }

    #[test]
    fn code_is_found_from_where_the_template_will_lie() {
        let root = workspace();
        let code = |folder: &str| {
            let board = my_board(root.path(), None, &root.path().join(folder)).unwrap();
            board.text.lines().filter_map(code_uri).next().unwrap().to_string()
        };
        assert_eq!(code(""), "solutions/solution-05");
        assert_eq!(code("my/board"), "../../solutions/solution-05");
        assert_eq!(code("solutions/solution-05"), ".");
    }

    #[test]
    fn a_lab_that_is_not_on_the_board_is_refused_with_those_that_are() {
        let root = workspace();
        let told = |numbers: &str| {
            let choice = Choice::parse(numbers).unwrap();
            my_board(root.path(), Some(&choice), root.path()).unwrap_err().to_string()
        };
        assert_eq!(
            told("07"),
            "The board has no function of lab 07. It has those of 05 and 08.\nName one of them: --mine=05,08"
        );
        assert!(told("99").starts_with("There is no lab 99"), "{}", told("99"));
    }

    #[test]
    fn only_numbers_can_be_chosen() {
        assert_eq!(Choice::parse(""), Ok(Choice::Green));
        assert_eq!(Choice::parse("05, lab-08"), Ok(Choice::Named(vec!["05".to_string(), "lab-08".to_string()])));
        for wrong in ["red", "05,", "5;8"] {
            assert!(Choice::parse(wrong).is_err(), "{wrong}");
        }
    }

    /// The words that `up` and `template` look for stand in the board's own template.
    #[test]
    fn the_boards_template_has_labs_in_it() {
        let root = course::root::workspace().unwrap();
        let text = fs::read_to_string(board_template(&root)).unwrap();
        let labs = all(&root).unwrap();
        let on_board: Vec<&Lab> = labs.iter().filter(|lab| is_built_from(&text, &solution(lab))).collect();
        assert_eq!(on_board.iter().map(|lab| lab.number.as_str()).collect::<Vec<_>>(), ["05", "06", "08"]);
        let mine = on_board.iter().fold(text.clone(), |text, lab| with_lab(&text, lab));
        assert!(!mine.contains("Binary: solution-") && mine.contains("CodeUri: ../labs/lab-08"), "{mine}");
        let changed = text.lines().zip(mine.lines()).filter(|(one, other)| one != other).count();
        assert_eq!(changed, 6);
    }
}
