//! `class`: how far somebody is, in one line that a trainer collects; and `class collect`, which makes one table of the lines of a class.
//!
//! There is no server and no account. The line says what the checks say of the labs as they are: it is made, like `status`, without any
//! record of what somebody did before, so it also comes from a folder that was unpacked and has no `.git`. How a line is written and
//! read is in [`line`](mod@line), what a trainer sees of thirty in [`summary`].

mod line;
mod summary;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use course::hints::task_order;
use course::lab::{Lab, read_tree};
use course::recognition::{Known, Recognised};
use course::run::Run;
use course::wrong_answer::wrong_answers;
use local::data_folder::read_bytes;
use time::OffsetDateTime;

use crate::error::Error;
use crate::kept;
use crate::learner::all;
use crate::learner::hint_history::HintHistory;
use crate::learner::lab_status::{LabStatus, first_red, status_of};
use crate::output::say;
use line::{ClassLine, LabLine, Place};

/// Where the name is remembered that somebody gave once.
const NAME: &str = ".workbook/class-name";
/// The most that is read of a file with lines in it, in bytes: a chat of years.
const MOST: u64 = 64 * 1024 * 1024;

/// Whose line is printed, or what is done with many.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ClassOptions {
    #[command(subcommand)]
    command: Option<ClassCommand>,
    /// The name that stands in the line; it is remembered [default: the one of last time, or that of the account]
    #[arg(long)]
    name: Option<String>,
}

/// What is done with the lines of a class.
#[derive(Debug, Subcommand)]
pub enum ClassCommand {
    /// Make one table of many lines: who is stuck, and where
    Collect {
        /// Files with lines in them, such as a saved chat, or folders of such files [default: standard input]
        files: Vec<PathBuf>,
    },
}

/// Prints the line of this workbook, or the table of many lines.
///
/// # Errors
///
/// Cargo that cannot be run, a file that cannot be read or written, a name that there is not, lines that are not there.
pub fn run(root: &Path, options: ClassOptions) -> Result<(), Error> {
    let labs = all(root)?;
    if let Some(ClassCommand::Collect { files }) = options.command {
        let readings = line::read_all(&texts(&files)?);
        if readings.is_empty() {
            let what = "There is no line of a class in this. A line begins with \"workbook-class/1\".";
            return Err(Error::new(what, "Ask each learner for theirs: cargo workbook class > NAME.txt"));
        }
        say!("{}", summary::render(root, &labs, readings));
        return Ok(());
    }
    let name = name(root, options.name.as_deref())?;
    let hint_history = HintHistory::open(root);
    let labs = labs.iter().map(|lab| lab_line(root, lab, &hint_history)).collect::<Result<Vec<_>, _>>()?;
    let line = ClassLine { name, at: line::minute(OffsetDateTime::now_utc()), labs };
    say!("{line}");
    Ok(())
}

/// The name that stands in the line. One that is given is remembered.
fn name(root: &Path, given: Option<&str>) -> Result<String, Error> {
    let file = root.join(NAME);
    if let Some(name) = given.map(line::name).filter(|name| !name.is_empty()) {
        kept::write(&file, &name)?;
        return Ok(name);
    }
    let remembered = kept::read(&file)?;
    let account = || ["USER", "USERNAME"].iter().find_map(|variable| std::env::var(variable).ok());
    let name = remembered.or_else(account).map(|name| line::name(&name)).filter(|name| !name.is_empty());
    name.ok_or_else(|| Error::new("The line needs a name.", "Give yours: cargo workbook class --name Ada"))
}

/// What the line says of one lab.
fn lab_line(root: &Path, lab: &Lab, hint_history: &HintHistory) -> Result<(String, LabLine), Error> {
    let (status, run) = status_of(lab)?;
    let line = match (status, run) {
        (LabStatus::NotBegun, _) => LabLine::NotBegun,
        (LabStatus::Borrowed, _) => LabLine::Borrowed,
        (LabStatus::Done { .. }, _) => LabLine::Done,
        (LabStatus::DoesNotCompile, _) => LabLine::DoesNotCompile,
        (LabStatus::Unknown, _) => LabLine::Unknown,
        (LabStatus::Begun { green, tests }, run) => {
            let place = run.map(|run| place(root, lab, &run, hint_history)).transpose()?.flatten();
            LabLine::Begun { green, tests, place }
        }
    };
    Ok((lab.number.clone(), line))
}

/// Where somebody is in a lab that is red: the TODO, the wrong answer if it is a known one, and how far down the hints they are.
fn place(root: &Path, lab: &Lab, run: &Run, hint_history: &HintHistory) -> Result<Option<Place>, Error> {
    let order = task_order(root, lab);
    let files = read_tree(&lab.folder()).map_err(Error::of_file(&lab.folder()))?;
    let known = Known::read(lab, wrong_answers(root, &lab.number)?).map_err(Error::of_file(root))?;
    let bare = |todo: &str| todo.trim_start_matches("lab-").to_string();
    let (todo, answer) = match known.recognise(lab, &files, run, &order) {
        Recognised::Green => return Ok(None),
        Recognised::Answer(answer) => (bare(&answer.region), Some(answer.name)),
        Recognised::Untouched(todo) | Recognised::Unchanged(todo) | Recognised::Unknown(Some(todo)) => {
            (bare(&todo), None)
        }
        Recognised::Unknown(None) => match first_red(run, &order) {
            Some((_, _, said)) => (bare(&said.todo), None),
            None => return Ok(None),
        },
    };
    // The template of a lab may be refused as a whole; then no TODO is to blame.
    let todo = if todo.is_empty() { lab.number.clone() } else { todo };
    Ok(Some(Place { todo, answer, hint: hint_history.last_rung(&lab.name()) }))
}

/// The texts of files, of the files in folders, or of standard input.
fn texts(files: &[PathBuf]) -> Result<String, Error> {
    let mut text = String::new();
    if files.is_empty() {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|why| Error::again(format!("Standard input cannot be read: {why}."), "Name files in its place"))?;
        text.push_str(&decoded(&bytes));
    }
    for file in files {
        let mut inside = vec![file.clone()];
        if file.is_dir() {
            let entries = fs::read_dir(file).map_err(Error::of_file(file))?;
            inside = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
            inside.sort();
        }
        for file in inside {
            text.push_str(&decoded(&read_bytes(&file, MOST).map_err(Error::of_file(&file))?));
            text.push('\n');
        }
    }
    Ok(text)
}

/// A text as its file has it. What PowerShell writes with `>` is UTF-16, in whichever order of bytes an editor saves it again.
fn decoded(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_remembered_and_is_one_word() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(name(root.path(), Some("Min-ji Kim")).unwrap(), "Min-ji_Kim");
        assert_eq!(name(root.path(), None).unwrap(), "Min-ji_Kim");
        assert_eq!(name(root.path(), Some(" ")).unwrap(), "Min-ji_Kim", "nothing is not a name");
    }

    #[test]
    fn lines_are_read_from_files_and_folders_in_any_encoding() {
        let folder = tempfile::tempdir().unwrap();
        let line = "workbook-class/1 name=김민지";
        fs::write(folder.path().join("a.txt"), line).unwrap();
        for (name, bytes) in [("b.txt", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("b2.txt", u16::to_be_bytes)] {
            let wide: Vec<u8> = [0xfeff].into_iter().chain(line.encode_utf16()).flat_map(bytes).collect();
            fs::write(folder.path().join(name), wide).unwrap();
        }
        let text = texts(&[folder.path().to_path_buf(), folder.path().join("a.txt")]).unwrap();
        assert_eq!(text.lines().collect::<Vec<_>>(), [line; 4]);
        let told = texts(&[folder.path().join("c.txt")]).unwrap_err().to_string();
        assert!(told.contains("c.txt") && told.contains("then: cargo "), "{told}");
    }
}
