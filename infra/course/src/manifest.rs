//! A lab's `Cargo.toml`, made from its solution's.
//!
//! The text is kept, comments and all, and only tables that mean something else in a lab are left out: what the solution keeps
//! for itself, and the check's path, which a lab finds in its own `tests/` folder. The solution's unit tests stay in the
//! solution, and a lab's programs are not built a second time just to find that they have no tests: learners would wait for
//! that at every save.

use std::path::Path;

use toml::Table;
use toml::Value;

/// Stands above the programs of a lab.
const PROGRAMS: &str =
    "# the check asks from outside and is the only test; for unit tests of your own, take `test = false` away\n";

/// What a solution's manifest says about its lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// `description`: the lab's title.
    pub title: String,
    /// `package.metadata.lab.keep-out`: files and folders that learners do not get, with `/` between folders.
    pub keep_out: Vec<String>,
    text: String,
}

impl Manifest {
    /// Reads the text of `solutions/solution-NN/Cargo.toml`.
    ///
    /// # Errors
    ///
    /// A sentence that names what is missing or wrong.
    pub fn parse(text: &str) -> Result<Manifest, String> {
        let table: Table = text.parse().map_err(|why| format!("is not TOML: {why}"))?;
        let package = table.get("package").ok_or("has no [package]")?;
        let title =
            package.get("description").and_then(Value::as_str).ok_or("has no description, which is the lab's title")?;
        let lab = package.get("metadata").and_then(|metadata| metadata.get("lab"));
        let keep_out =
            lab.and_then(|lab| lab.get("keep-out")).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let keep_out = keep_out.iter().filter_map(|path| path.as_str().map(str::to_string)).collect();
        check_test(&table)?;
        Ok(Manifest { title: title.to_string(), keep_out, text: text.to_string() })
    }

    /// The manifest of the lab, with `from` (`solution-05`) replaced by `to` (`lab-05`). `files` are the lab's, by their paths.
    pub fn for_lab<'a>(&self, from: &str, to: &str, files: impl Iterator<Item = &'a str>) -> String {
        let mut kept: Vec<String> = tables(&self.text).into_iter().filter(|table| !self.is_left_out(table)).collect();
        for table in kept.iter_mut().filter(|table| ["[lib]", "[[bin]]"].contains(&header(table))) {
            *table = format!("{}\ntest = false\n\n", table.trim_end());
        }
        let named: Vec<&str> = files.filter(|path| !kept.iter().any(|table| names(table, path))).collect();
        let found = named.into_iter().filter_map(|path| Some((path, program(path, from)?)));
        let found: Vec<String> = found
            .map(|(path, name)| format!("[[bin]]\nname = \"{name}\"\npath = \"{path}\"\ntest = false\n\n"))
            .collect();
        let mut text = kept.concat();
        if !found.is_empty() {
            text = format!("{}\n\n{PROGRAMS}{}", text.trim_end(), found.concat());
        }
        // Only in the lab: a default of the solution's would be one of the workspace's.
        if text.matches("[[bin]]").count() > 1 {
            let name = format!("name = \"{from}\"\n");
            text = text.replacen(&name, &format!("{name}default-run = \"{from}\"\n"), 1);
        }
        format!("{}\n", text.replace(from, to).trim_end())
    }

    fn is_left_out(&self, table: &str) -> bool {
        match header(table) {
            "[package.metadata.lab]" | "[[test]]" => true,
            "[lib]" => self.keep_out.iter().any(|path| path == "src/lib.rs"),
            "[[bin]]" => self.keep_out.iter().any(|path| names(table, path)),
            _ => false,
        }
    }
}

fn header(table: &str) -> &str {
    table.lines().find(|line| line.starts_with('[')).unwrap_or_default().trim()
}

/// Whether `path` stands in the table, as the file of a program does.
fn names(table: &str, path: &str) -> bool {
    table.contains(&format!("\"{path}\""))
}

/// The name that Cargo gives to the program in this file; nothing for a file that is not a program.
fn program<'a>(path: &'a str, package: &'a str) -> Option<&'a str> {
    match path.strip_prefix("src/bin/") {
        Some(file) => match file.strip_suffix("/main.rs").unwrap_or(file) {
            inside if inside.contains('/') => None,
            program => Path::new(program).file_stem()?.to_str(),
        },
        None => (path == "src/main.rs").then_some(package),
    }
}

/// A solution is judged by its lab's check and may not bring another one of that name.
fn check_test(table: &Table) -> Result<(), String> {
    let tests = table.get("test").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let field = |test: &Value, name: &str| test.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
    let checks: Vec<_> = tests.iter().filter(|test| field(test, "name") == "check").collect();
    match checks.as_slice() {
        [check] if field(check, "path").starts_with("../../labs/") => Ok(()),
        _ => Err("needs one [[test]] name = \"check\" with path = \"../../labs/lab-NN/tests/check.rs\"".to_string()),
    }
}

/// The text cut before each table header, comments above a header included with it.
fn tables(text: &str) -> Vec<String> {
    let mut tables = vec![String::new()];
    let mut waiting = String::new();
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('#') {
            waiting.push_str(line);
            continue;
        }
        if line.starts_with('[') {
            tables.push(String::new());
        }
        let last = tables.last_mut().expect("starts with one and only grows");
        last.push_str(&std::mem::take(&mut waiting));
        last.push_str(line);
    }
    tables.last_mut().expect("starts with one and only grows").push_str(&waiting);
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOLUTION: &str = r#"[package]
name = "solution-05"
description = "The board"

[package.metadata.lab]
keep-out = ["src/bin/feed.rs", "src/feed"]

# the stream's consumer
[[bin]]
name = "feed"
path = "src/bin/feed.rs"

[[test]]
name = "check"
path = "../../labs/lab-05/tests/check.rs"

[dependencies]
# why
serde.workspace = true
"#;

    #[test]
    fn keeps_comments_and_leaves_out_what_only_the_solution_has() {
        let manifest = Manifest::parse(SOLUTION).unwrap();
        assert_eq!(manifest.title, "The board");
        assert_eq!(manifest.keep_out, ["src/bin/feed.rs", "src/feed"]);
        let lab = "[package]\nname = \"lab-05\"\ndescription = \"The board\"\n\n[dependencies]\n# why\nserde.workspace = true\n";
        assert_eq!(manifest.for_lab("solution-05", "lab-05", ["src/lib.rs", "src/list/main.rs"].into_iter()), lab);
    }

    #[test]
    fn programs_are_built_once() {
        let solution =
            SOLUTION.replace("keep-out = [\"src/bin/feed.rs\", \"src/feed\"]\n", "") + "\n[lib]\ndoctest = false\n";
        let manifest = Manifest::parse(&solution).unwrap();
        let files = [
            "src/bin/feed.rs",
            "src/bin/replay.rs",
            "src/bin/wind/main.rs",
            "src/bin/wind/tape.rs",
            "src/lib.rs",
            "src/main.rs",
        ];
        let lab: Table = manifest.for_lab("solution-05", "lab-05", files.into_iter()).parse().unwrap();
        let text = |table: &Value, name: &str| table[name].as_str().unwrap_or_default().to_string();
        let programs: Vec<_> = lab["bin"].as_array().unwrap().iter().map(|bin| (text(bin, "name"), bin)).collect();
        assert_eq!(
            programs.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["feed", "replay", "wind", "lab-05"]
        );
        assert_eq!(lab["package"]["default-run"].as_str(), Some("lab-05"));
        assert!(programs.iter().all(|(_, bin)| bin["test"] == Value::Boolean(false)), "{programs:?}");
        assert_eq!((&lab["lib"]["test"], &lab["lib"]["doctest"]), (&Value::Boolean(false), &Value::Boolean(false)));
    }

    #[test]
    fn a_library_that_the_solution_keeps_is_none_of_the_labs() {
        let solution = SOLUTION.replace("src/feed\"]", "src/lib.rs\"]") + "\n[lib]\ndoctest = false\n";
        let lab = Manifest::parse(&solution).unwrap().for_lab("solution-05", "lab-05", ["src/main.rs"].into_iter());
        assert!(lab.contains("[[bin]]\nname = \"lab-05\"") && !lab.contains("[lib]"), "{lab}");
    }

    #[test]
    fn a_solution_without_its_labs_check_is_refused() {
        let without = SOLUTION.replace("name = \"check\"", "name = \"own\"");
        assert!(Manifest::parse(&without).unwrap_err().contains("needs one [[test]]"));
        assert!(Manifest::parse("[package]\nname = \"x\"").unwrap_err().contains("description"));
    }
}
