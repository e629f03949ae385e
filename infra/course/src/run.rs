//! The result of running a lab's check: which tests are red, and what each of them said.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// One run of a check.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Run {
    /// The names of tests that passed.
    pub green: Vec<String>,
    /// Those among them that did not run, because this machine lacks something: the test, and why.
    pub skipped: BTreeMap<String, String>,
    /// What each test that failed printed.
    pub red: BTreeMap<String, String>,
    /// Cargo's own output: warnings, errors.
    pub build: String,
    /// How long it took, build included.
    pub took: Duration,
    /// Whether Cargo succeeded.
    pub success: bool,
}

impl Run {
    /// Reads what Cargo and the test harness printed.
    pub fn read(output: &Output, took: Duration) -> Run {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        let mut run = Run { took, success: output.status.success(), build: text(&output.stderr), ..Run::default() };
        run.read_harness(&text(&output.stdout));
        run.read_skipped();
        run
    }

    /// Runs `cargo`, gives each line of its stderr to `told` as it comes, and reads the result.
    ///
    /// # Errors
    ///
    /// When Cargo cannot be run.
    pub fn of(cargo: &mut Command, mut told: impl FnMut(&str)) -> io::Result<Run> {
        let begun = Instant::now();
        let mut child = cargo.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut stdout = child.stdout.take().ok_or_else(|| io::Error::other("no pipe to cargo"))?;
        let stderr = child.stderr.take().ok_or_else(|| io::Error::other("no pipe to cargo"))?;
        // Both pipes are read at once: a process whose pipe is full waits for ever.
        let harness = thread::spawn(move || {
            let mut bytes = Vec::new();
            stdout.read_to_end(&mut bytes).map(|_| bytes)
        });
        let mut build = Vec::new();
        let mut lines = BufReader::new(stderr);
        loop {
            let begun = build.len();
            if lines.read_until(b'\n', &mut build)? == 0 {
                break;
            }
            told(String::from_utf8_lossy(&build[begun..]).trim_end());
        }
        let stdout = harness.join().map_err(|_| io::Error::other("cargo's output was lost"))??;
        let status = child.wait()?;
        Ok(Run::read(&Output { status, stdout, stderr: build }, begun.elapsed()))
    }

    /// Whether the check was built and run at all.
    pub fn was_built(&self) -> bool {
        !self.green.is_empty() || !self.red.is_empty()
    }

    /// The compiler's warnings about the lab's own files, each with the lines that show it.
    pub fn warnings(&self) -> Vec<&str> {
        let warning = |block: &'_ str| block.lines().any(|line| line.starts_with("warning"));
        let own = self.build.split("\n\n").filter(|block| warning(block) && block.contains("--> labs"));
        own.map(|block| from_line(block, "warning")).collect()
    }

    /// The first error of the compiler, with the lines that show it.
    pub fn first_error(&self) -> Option<&str> {
        let is_error = |block: &&str| block.lines().any(|line| line.starts_with("error"));
        self.build.split("\n\n").find(is_error).map(|block| from_line(block, "error"))
    }

    /// A check that skips a test says so beside the harness: `skipped: sql::reads: PostgreSQL is not installed here.`
    fn read_skipped(&mut self) {
        let told = self.build.lines().filter_map(|line| line.strip_prefix("skipped: ")?.split_once(": "));
        let told: Vec<(String, String)> = told.map(|(test, why)| (test.to_string(), why.to_string())).collect();
        self.skipped = told.into_iter().filter(|(test, _)| self.green.contains(test)).collect();
    }

    fn read_harness(&mut self, text: &str) {
        for line in text.lines() {
            let Some((name, verdict)) = line.strip_prefix("test ").and_then(|line| line.split_once(" ... ")) else {
                continue;
            };
            match verdict {
                "ok" => self.green.push(name.to_string()),
                "FAILED" => drop(self.red.insert(name.to_string(), String::new())),
                _ => {}
            }
        }
        // What tests printed stands between "failures:" and the list of their names, which has the same title.
        let Some(printed) = text.split("\nfailures:\n").nth(1) else { return };
        for (name, said) in &mut self.red {
            let Some(own) = printed.split(&format!("---- {name} stdout ----\n")).nth(1) else { continue };
            let own = own.split("\n---- ").next().unwrap_or_default();
            *said = own.trim_end().to_string();
        }
    }
}

/// `block` from its first line that begins with `word`.
fn from_line<'block>(block: &'block str, word: &str) -> &'block str {
    let before = block.lines().take_while(|line| !line.starts_with(word)).map(|line| line.len() + 1).sum::<usize>();
    block[before..].trim_end()
}

/// Cargo, without what an outer Cargo told this program about itself, and without what would bend a check.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let own = std::env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        ["CARGO_PKG_", "CARGO_MANIFEST", "INSTA_", "KIT_"].iter().any(|prefix| name.starts_with(prefix))
    });
    for (name, _) in own {
        cargo.env_remove(name);
    }
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compilers_first_error_is_found_among_its_other_lines() {
        let build = "   Compiling lab-01 v0.1.0\nwarning: unused\n --> a.rs:1:1\n\nerror[E0308]: mismatched\n --> labs/lab-01/src/main.rs:3:5\n  |\n\n\
                     error: could not compile `lab-01`\n";
        let run = Run { build: build.to_string(), ..Run::default() };
        assert_eq!(run.first_error().unwrap(), "error[E0308]: mismatched\n --> labs/lab-01/src/main.rs:3:5\n  |");
        assert_eq!(Run::default().first_error(), None);
    }

    #[test]
    fn warnings_are_those_about_the_lab() {
        let build = "   Compiling kit v0.1.0\nwarning: unused\n --> infra/kit/src/lib.rs:1:1\n\n   Compiling lab-02 v0.1.0\n\
                     warning: unreachable pattern\n  --> labs/lab-02/src/routes.rs:24:9\n   |\n\nwarning: `lab-02` (lib) generated 1 warning\n";
        let run = Run { build: build.to_string(), ..Run::default() };
        assert_eq!(run.warnings(), ["warning: unreachable pattern\n  --> labs/lab-02/src/routes.rs:24:9\n   |"]);
    }

    #[test]
    fn a_command_is_read_to_its_end_and_told_line_by_line() {
        let mut lines = Vec::new();
        let run = Run::of(cargo().arg("no-such-subcommand-of-cargo"), |line| lines.push(line.to_string())).unwrap();
        assert!(!run.success && !run.was_built());
        assert!(run.first_error().unwrap().contains("no-such-subcommand-of-cargo"), "{}", run.build);
        assert_eq!(lines.join("\n"), run.build.trim_end());
    }

    #[test]
    fn a_test_that_did_not_run_is_not_green() {
        let mut run = Run {
            green: vec!["sql::a".to_string(), "b".to_string()],
            build: "   Compiling x\nskipped: sql::a: PostgreSQL is not installed here. Install it.\nskipped: c: never ran\n".to_string(),
            ..Run::default()
        };
        run.read_skipped();
        let expected = [("sql::a".to_string(), "PostgreSQL is not installed here. Install it.".to_string())];
        assert_eq!(run.skipped, expected.into());
    }

    #[test]
    fn reads_each_red_tests_own_words() {
        let text = "\nrunning 3 tests\ntest a ... FAILED\ntest b ... ok\ntest c ... FAILED\n\nfailures:\n\n---- a stdout ----\nlab-01.1: x\n\n  \
                    asked  GET /\n\n---- c stdout ----\nlab-01.2: y\n\n\nfailures:\n    a\n    c\n\ntest result: FAILED.\n";
        let mut run = Run::default();
        run.read_harness(text);
        assert_eq!(run.green, ["b"]);
        assert_eq!(run.red["a"], "lab-01.1: x\n\n  asked  GET /");
        assert_eq!(run.red["c"], "lab-01.2: y");
    }
}
