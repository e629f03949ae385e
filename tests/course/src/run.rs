//! What came of running a lab's check: which tests are red, and what each of them said.

use std::collections::BTreeMap;
use std::process::Output;
use std::time::Duration;

/// One run of a check.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The names of tests that passed.
    pub green: Vec<String>,
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
        run
    }

    /// Whether the check was built and run at all.
    pub fn was_built(&self) -> bool {
        !self.green.is_empty() || !self.red.is_empty()
    }

    /// The compiler's warnings about the lab's own files, each with what follows it.
    pub fn warnings(&self) -> Vec<&str> {
        let is_warning = |block: &&str| block.lines().any(|line| line.starts_with("warning"));
        self.build.split("\n\n").filter(is_warning).filter(|block| block.contains("--> labs")).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

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
