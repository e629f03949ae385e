//! A lab as it is made: from its solution's folder to the folder that learners get.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::manifest::Manifest;
use crate::regions::{Fault, Region, Source};
use crate::todo::{Todo, number_in};
use crate::wrong_answer::WrongAnswer;

/// Names the labs that are looked at.
const CHOSEN: &str = "COURSE_LABS";

/// The files of a package by their path inside it, with `/` between folders.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The source of one lab: `solutions/solution-NN`.
#[derive(Debug, Clone)]
pub struct Lab {
    /// `05`.
    pub number: String,
    /// The lab's title.
    pub title: String,
    /// The workspace's folder.
    pub root: PathBuf,
    manifest: Manifest,
    sources: BTreeMap<String, Source>,
    /// Files that hold no text.
    others: Files,
}

/// Reads every lab that has a solution, in the order of their numbers.
///
/// # Errors
///
/// A folder that cannot be read, or the first fault in a source.
pub fn labs(root: &Path) -> Result<Vec<Lab>, Fault> {
    let folder = root.join("solutions");
    let entries = fs::read_dir(&folder).map_err(|why| unreadable(&folder, &why))?;
    let mut numbers: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("solution-").map(str::to_string))
        .filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    numbers.sort();
    numbers.iter().map(|number| Lab::read(root, number)).collect()
}

/// The labs that `COURSE_LABS` names (`05,07`), or every one where it is not set: for authors of a lab.
///
/// # Errors
///
/// As [`labs`]; also where there is none, or none that the variable names.
pub fn chosen_labs(root: &Path) -> Result<Vec<Lab>, Fault> {
    let mut labs = labs(root)?;
    let wanted = std::env::var(CHOSEN).ok();
    if let Some(wanted) = &wanted {
        labs.retain(|lab| wanted.split(',').any(|number| number.trim() == lab.number));
    }
    if !labs.is_empty() {
        return Ok(labs);
    }
    let what = match wanted {
        Some(wanted) => format!("holds no lab that {CHOSEN}={wanted} names; name one by its number, such as 05"),
        None => "holds no lab; begin with solution-01".to_string(),
    };
    Err(Fault { file: "solutions".to_string(), line: 1, what })
}

impl Lab {
    /// Reads `solutions/solution-NN`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a fault in a manifest, a marker or the numbering of regions.
    pub fn read(root: &Path, number: &str) -> Result<Lab, Fault> {
        let folder = root.join("solutions").join(format!("solution-{number}"));
        let shown = format!("solutions/solution-{number}");
        let file = folder.join("Cargo.toml");
        let text = fs::read_to_string(&file).map_err(|why| unreadable(&file, &why))?;
        let manifest =
            Manifest::parse(&text).map_err(|what| Fault { file: format!("{shown}/Cargo.toml"), line: 1, what })?;
        let mut lab = Lab {
            number: number.to_string(),
            title: manifest.title.clone(),
            root: root.to_path_buf(),
            manifest,
            sources: BTreeMap::new(),
            others: Files::new(),
        };
        for (path, bytes) in read_tree(&folder).map_err(|why| unreadable(&folder, &why))? {
            if lab.is_given(&path) {
                lab.take(&shown, path, bytes)?;
            }
        }
        lab.check_numbering(&shown)?;
        Ok(lab)
    }

    /// `lab-05`.
    pub fn name(&self) -> String {
        format!("lab-{}", self.number)
    }

    /// The folder that learners work in.
    pub fn folder(&self) -> PathBuf {
        self.root.join("labs").join(self.name())
    }

    /// The marked regions, in the order of their files.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.sources.values().flat_map(Source::regions)
    }

    /// The TODOs, in the order of their numbers.
    pub fn todos(&self) -> Vec<Todo> {
        let mut todos = Vec::new();
        for (path, source) in &self.sources {
            let line = |line: Option<&str>| line.map(|line| self.renamed(line.trim()));
            todos.extend(source.surrounded().map(|(before, region, after, lines)| Todo {
                id: region.id.clone(),
                path: path.clone(),
                starter: self.renamed(&region.starter),
                code: self.renamed(&region.code),
                before: line(before),
                after: line(after),
                lines,
            }));
        }
        todos.sort_by_key(Todo::number);
        todos
    }

    /// The code that is nobody's exercise: everything outside of the TODOs.
    pub fn given(&self) -> impl Iterator<Item = &str> {
        self.sources.values().flat_map(Source::given)
    }

    /// What learners get, without `tests/`.
    pub fn starter(&self) -> Files {
        self.filled(|region| region.starter.clone())
    }

    /// The lab with every TODO filled as the solution fills it.
    pub fn solved(&self) -> Files {
        self.filled(|region| region.code.clone())
    }

    /// The solved lab with some TODOs filled wrongly.
    pub fn answered(&self, wrong: &[&WrongAnswer]) -> Files {
        self.filled(|region| {
            wrong.iter().find(|wrong| wrong.region == region.id).map_or(&region.code, |wrong| &wrong.text).clone()
        })
    }

    /// The lab with every TODO filled as `choose` says.
    pub fn filled(&self, choose: impl Fn(&Region) -> String) -> Files {
        let mut files = self.others.clone();
        for (path, source) in &self.sources {
            files.insert(path.clone(), self.renamed(&source.with(&choose)).into_bytes());
        }
        let (from, to) = (format!("solution-{}", self.number), self.name());
        let manifest = self.manifest.for_lab(&from, &to, files.keys().map(String::as_str));
        files.insert("Cargo.toml".to_string(), manifest.into_bytes());
        files
    }

    fn renamed(&self, text: &str) -> String {
        // A package's own library has the package's name with `_` in Rust.
        let hyphens = text.replace(&format!("solution-{}", self.number), &self.name());
        hyphens.replace(&format!("solution_{}", self.number), &self.name().replace('-', "_"))
    }

    fn is_given(&self, path: &str) -> bool {
        let inside = |folder: &String| path == folder || path.starts_with(&format!("{folder}/"));
        path != "Cargo.toml" && !path.starts_with("tests/") && !self.manifest.keep_out.iter().any(inside)
    }

    fn take(&mut self, shown: &str, path: String, bytes: Vec<u8>) -> Result<(), Fault> {
        match String::from_utf8(bytes) {
            Ok(text) => {
                let file = format!("{shown}/{path}");
                let text = without_unit_tests(&file, &text.replace("\r\n", "\n"))?;
                let source = Source::parse(&file, &text, &self.name())?;
                self.sources.insert(path, source);
            }
            Err(binary) => {
                self.others.insert(path, binary.into_bytes());
            }
        }
        Ok(())
    }

    /// The TODOs are numbered from 1 without a gap, and each number stands once.
    fn check_numbering(&self, shown: &str) -> Result<(), Fault> {
        let mut found: Vec<(usize, &str, usize)> = Vec::new();
        for (path, source) in &self.sources {
            for region in source.regions() {
                found.push((number_in(&region.id), path, region.line));
            }
        }
        found.sort_unstable();
        for (index, (number, path, line)) in found.iter().enumerate() {
            if *number != index + 1 {
                let id = format!("{}.{number}", self.name());
                let what = if index > 0 && found[index - 1].0 == *number {
                    format!("{id} is marked a second time")
                } else {
                    format!("{id} is marked, but {}.{} is not", self.name(), index + 1)
                };
                return Err(Fault { file: format!("{shown}/{path}"), line: *line, what });
            }
        }
        Ok(())
    }
}

/// A Rust file without its `mod tests`, which tells the solution's ways and would be red in a starter.
fn without_unit_tests(file: &str, text: &str) -> Result<String, Fault> {
    const BEGIN: &str = "\n#[cfg(test)]\nmod tests {\n";
    let Some(at) = text.find(BEGIN).filter(|_| file.ends_with(".rs")) else {
        return Ok(text.to_string());
    };
    let (kept, tests) = text.split_at(at);
    let after = tests[1..].split_once("\n}\n").map_or("", |(_, after)| after);
    if !after.trim().is_empty() {
        let line = text[..text.len() - after.len()].lines().count() + 1;
        return Err(Fault {
            file: file.to_string(),
            line,
            what: "`mod tests` is not the last item, so it cannot be cut off".to_string(),
        });
    }
    Ok(format!("{}\n", kept.trim_end()))
}

/// All files under `folder`, build output and hidden files aside.
///
/// # Errors
///
/// The first folder or file that cannot be read.
pub fn read_tree(folder: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    let mut waiting = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = waiting.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') || name == "target" {
                continue;
            }
            let path = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                waiting.push((entry.path(), format!("{path}/")));
            } else {
                files.insert(path, fs::read(entry.path())?);
            }
        }
    }
    Ok(files)
}

fn unreadable(path: &Path, why: &io::Error) -> Fault {
    Fault { file: path.display().to_string(), line: 1, what: format!("cannot be read: {why}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"solution-07\"\ndescription = \"Permissions\"\n\n[package.metadata.lab]\n\
        keep-out = [\"src/own\"]\n\n[[test]]\nname = \"check\"\npath = \"../../labs/lab-07/tests/check.rs\"\n";

    fn region(number: usize) -> String {
        format!(
            "// lab-07.{number} begin\nright();\n// lab-07.{number} starter\n// | // TODO(lab-07.{number}): do\n// lab-07.{number} end\n"
        )
    }

    fn workspace(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files.iter().chain(&[("Cargo.toml", MANIFEST)]) {
            let file = root.path().join("solutions").join("solution-07").join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        root
    }

    #[test]
    fn a_starter_is_the_solution_without_what_is_to_be_learned() {
        let root = workspace(&[
            ("src/main.rs", &format!("use solution_07::a;\n{}", region(1))),
            ("src/own/mod.rs", "secret"),
            ("tests/unit.rs", "own"),
            ("template.yaml", "Binary: solution-07\n"),
        ]);
        let labs = labs(root.path()).unwrap();
        assert_eq!(labs.len(), 1);
        let starter = labs[0].starter();
        assert_eq!(starter.keys().collect::<Vec<_>>(), ["Cargo.toml", "src/main.rs", "template.yaml"]);
        assert_eq!(starter["src/main.rs"], b"use lab_07::a;\n// TODO(lab-07.1): do\n");
        assert_eq!(starter["template.yaml"], b"Binary: lab-07\n");
        assert_eq!(labs[0].solved()["src/main.rs"], b"use lab_07::a;\nright();\n");
        let wrong = WrongAnswer { region: "lab-07.1".into(), text: "wrong();\n".into(), ..WrongAnswer::default() };
        assert_eq!(labs[0].answered(&[&wrong])["src/main.rs"], b"use lab_07::a;\nwrong();\n");
    }

    #[test]
    fn unit_tests_stay_with_the_solution() {
        let code = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\n";
        assert_eq!(without_unit_tests("a.rs", code).unwrap(), "fn a() {}\n");
        assert_eq!(without_unit_tests("a.yaml", code).unwrap(), code);
        let fault = without_unit_tests("a.rs", &format!("{code}fn c() {{}}\n")).unwrap_err();
        assert_eq!(fault.to_string(), "a.rs:8: `mod tests` is not the last item, so it cannot be cut off");
    }

    #[test]
    fn todos_are_numbered_without_gap_or_repeat() {
        let gap = workspace(&[("src/a.rs", &region(1)), ("src/b.rs", &region(3))]);
        assert_eq!(
            labs(gap.path()).unwrap_err().to_string(),
            "solutions/solution-07/src/b.rs:1: lab-07.3 is marked, but lab-07.2 is not"
        );
        let twice = workspace(&[("src/a.rs", &region(1)), ("src/b.rs", &region(1))]);
        assert_eq!(
            labs(twice.path()).unwrap_err().to_string(),
            "solutions/solution-07/src/b.rs:1: lab-07.1 is marked a second time"
        );
    }
}
