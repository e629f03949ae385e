//! A copy of the workbook as somebody has unpacked it: two labs as they are given, and what the commands read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use course::generation;
use course::lab::{Lab, read_tree};
use course::regions::Region;
use course::scratch::Scratch;

/// The labs of the copy: one without a table, and one to go on to. Nothing of the second is built.
const LABS: [&str; 2] = ["01", "05"];

pub(crate) struct Copy {
    scratch: Scratch,
}

impl Copy {
    /// The copy as it is after unpacking.
    pub(crate) fn fresh() -> Copy {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let copy = Copy { scratch: Scratch::called("learner", root, target).unwrap() };
        for folder in [".workbook", "labs", "solutions", "tests", "book", "infra"] {
            let folder = copy.path(folder);
            if folder.exists() {
                fs::remove_dir_all(folder).unwrap();
            }
        }
        copy.take(root, "infra/template.yaml");
        copy.take(root, "book/src");
        copy.take(root, "book/drills");
        copy.take(root, "book/hints");
        copy.take(root, "book/review");
        for number in LABS {
            for folder in
                ["solutions/solution", "labs/lab", "tests/wrong-answers/lab", "tests/course/tests/messages/lab"]
            {
                let inside = if folder == "labs/lab" { "/tests" } else { "" };
                copy.take(root, &format!("{folder}-{number}{inside}"));
            }
            generation::write(&copy.lab(number), false).map_err(|refusal| format!("{refusal:?}")).unwrap();
        }
        copy
    }

    /// Puts the solution's lines into every TODO but those that are named: they get the text, or stay as they were if it is empty.
    pub(crate) fn fill(&self, number: &str, todos: &[(&str, &str)]) {
        let lab = self.lab(number);
        let choose = |region: &Region| match todos.iter().find(|(id, _)| *id == region.id) {
            Some((_, "")) => region.starter.clone(),
            Some((_, text)) => (*text).to_string(),
            None => region.code.clone(),
        };
        generation::replace(&lab.folder().join("src"), &below_src(lab.filled(choose))).unwrap();
    }

    /// What a command tells, which must end as expected.
    pub(crate) fn output(&self, arguments: &[&str], succeeds: bool) -> String {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        let text = format!("{}{}", text(&output.stdout), text(&output.stderr));
        println!("$ cargo workbook {}\n{text}", arguments.join(" "));
        assert_eq!(output.status.success(), succeeds, "{text}");
        text
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
        let cargo = self.scratch.cargo();
        for (name, value) in cargo.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.args(arguments).current_dir(self.scratch.folder());
        command
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.scratch.folder().join(path)
    }

    /// The copies of `src/main.rs` that were kept, oldest first.
    pub(crate) fn backups(&self) -> Vec<String> {
        let mut folders: Vec<PathBuf> =
            fs::read_dir(self.path(".workbook/backups")).unwrap().map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        folders.iter().map(|folder| fs::read_to_string(folder.join("src").join("main.rs")).unwrap()).collect()
    }

    fn lab(&self, number: &str) -> Lab {
        Lab::read(self.scratch.folder(), number).unwrap()
    }

    /// Copies a file, or a folder with everything in it.
    fn take(&self, root: &Path, path: &str) {
        let from = root.join(path);
        let files = match from.is_file() {
            true => [(String::new(), fs::read(&from).unwrap())].into(),
            false => read_tree(&from).unwrap(),
        };
        for (inside, bytes) in files {
            let file = if inside.is_empty() { self.path(path) } else { self.path(path).join(inside) };
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
    }
}

/// The files of `src/`, by their path inside it.
fn below_src(files: course::lab::Files) -> course::lab::Files {
    files.into_iter().filter_map(|(path, bytes)| Some((path.strip_prefix("src/")?.to_string(), bytes))).collect()
}
