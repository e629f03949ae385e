//! Where a check runs: for which lab, in which folder, judged by which answer key.
//!
//! `labs/lab-05` and `solutions/solution-05` are the same lab: one check, one answer key.

use std::fs;
use std::path::{Path, PathBuf};

/// A package that a check judges.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The package's folder, absolute.
    package: PathBuf,
    /// `05`.
    pub(crate) number: String,
    /// The lab's title: the package's `description`.
    pub(crate) title: String,
    /// Whether it is the finished code, from which alone an answer key is made.
    pub(crate) is_solution: bool,
}

impl Place {
    /// Reads the lab's number from the folder's name.
    ///
    /// # Errors
    ///
    /// A sentence, when the folder is neither `lab-NN` nor `solution-NN`.
    pub(crate) fn of(package: &Path, title: &str) -> Result<Place, String> {
        let folder = package.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let lab = folder.strip_prefix("lab-");
        let number = lab.or_else(|| folder.strip_prefix("solution-")).filter(|number| is_number(number));
        let Some(number) = number else {
            let found = package.display();
            return Err(format!("A check belongs in a folder lab-NN or solution-NN, and this is {found}."));
        };
        Ok(Place {
            package: package.to_path_buf(),
            number: number.to_string(),
            title: title.to_string(),
            is_solution: lab.is_none(),
        })
    }

    /// `lab-05`, also for its solution.
    pub(crate) fn lab(&self) -> String {
        format!("lab-{}", self.number)
    }

    /// The folder that holds `book`, `labs` and `solutions`.
    pub(crate) fn workspace(&self) -> PathBuf {
        self.package.parent().and_then(Path::parent).unwrap_or(&self.package).to_path_buf()
    }

    /// The answer key's folder.
    pub(crate) fn snapshots(&self) -> PathBuf {
        self.workspace().join("labs").join(self.lab()).join("tests").join("snapshots")
    }

    /// The package's folder, where its programs are run.
    pub(crate) fn folder(&self) -> &Path {
        &self.package
    }

    /// The lab's template.
    pub(crate) fn template(&self) -> PathBuf {
        self.package.join("template.yaml")
    }

    /// A file as readers know it: from the workspace's folder, with `/` between folders.
    pub(crate) fn shown(&self, file: &Path) -> String {
        let inside = file.strip_prefix(self.workspace()).unwrap_or(file);
        inside.iter().map(|name| name.to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// The file and line of `TODO(id)` in the package, with `/` between folders; nothing once the TODO line is gone.
    pub(crate) fn todo(&self, id: &str) -> Option<String> {
        let wanted = format!("TODO({id})");
        let mut files = vec![self.template()];
        for folder in ["src", "web"] {
            collect_sources(&self.package.join(folder), &mut files);
        }
        files.iter().find_map(|file| {
            let line = fs::read_to_string(file).ok()?.lines().position(|line| line.contains(&wanted))?;
            Some(format!("{}:{}", self.shown(file), line + 1))
        })
    }

    /// The lab's chapter in the book's source, `book/src/05-the-board.md`, if it is there.
    pub(crate) fn chapter(&self) -> Option<String> {
        let prefix = format!("{}-", self.number);
        let mut files = fs::read_dir(self.workspace().join("book").join("src")).ok()?.flatten();
        let name = files.find_map(|file| {
            let name = file.file_name().into_string().ok()?;
            (name.starts_with(&prefix) && name.ends_with(".md")).then_some(name)
        })?;
        Some(format!("book/src/{name}"))
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn collect_sources(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect_sources(&path, files);
        } else {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lab_and_its_solution_share_an_answer_key() {
        let lab = Place::of(Path::new("/w/labs/lab-05"), "The board").unwrap();
        let solution = Place::of(Path::new("/w/solutions/solution-05"), "The board").unwrap();
        assert_eq!(lab.snapshots(), solution.snapshots());
        assert_eq!(lab.snapshots(), Path::new("/w/labs/lab-05/tests/snapshots"));
        assert!(solution.is_solution && !lab.is_solution);
        assert!(Place::of(Path::new("/w/infra/kit"), "").unwrap_err().contains("lab-NN"));
    }

    #[test]
    fn finds_a_todo_by_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("labs").join("lab-07");
        fs::create_dir_all(package.join("src").join("deep")).unwrap();
        fs::write(package.join("src").join("deep").join("a.rs"), "fn a() {\n    // TODO(lab-07.2): grant it\n}\n")
            .unwrap();
        let place = Place::of(&package, "Permissions").unwrap();
        assert_eq!(place.todo("lab-07.2").unwrap(), "labs/lab-07/src/deep/a.rs:2");
        assert_eq!(place.todo("lab-07.1"), None);
    }
}
