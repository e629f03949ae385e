//! A study: samples, the log that belongs to them and a hypothesis, in the files that the program reads.

use std::path::PathBuf;

use kit::{Lab, Run};
use serde_json::Value;
use tempfile::TempDir;

use crate::{PROGRAM, RANGE};

/// What became of a request, as Lambda's log tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    Warm,
    Cold,
    /// The function was not reached, or its log is lost.
    Unreported,
}

/// A study in the making.
#[derive(Debug)]
pub(crate) struct Study {
    folder: TempDir,
    samples: String,
    log: String,
    /// Megabytes that the function has.
    memory: u32,
    /// Milliseconds that are billed for a request, the init phase of a cold start aside.
    billed: u32,
    /// How each sample started and ended.
    truth: Vec<(Start, u16)>,
    /// Whether it was measured here, so that its numbers are others in every run.
    is_measured: bool,
}

impl Study {
    /// Without samples, of a function that has 512 MB.
    pub(crate) fn new() -> Study {
        let folder = tempfile::tempdir().expect("a folder");
        let (samples, log, truth) = (String::new(), String::new(), Vec::new());
        Study { folder, samples, log, memory: 512, billed: 4, truth, is_measured: false }
    }

    /// The samples that follow are of a function that has this many megabytes.
    pub(crate) fn in_memory(self, memory: u32) -> Study {
        Study { memory, ..self }
    }

    /// Each of the samples that follow is billed as so many milliseconds, and a cold one with its init phase besides.
    pub(crate) fn billed_as(self, billed: u32) -> Study {
        Study { billed, ..self }
    }

    /// Adds `count` samples that took `took` milliseconds and ended with `status`.
    pub(crate) fn with(mut self, count: usize, start: Start, took: f64, status: u16) -> Study {
        for _ in 0..count {
            self.truth.push((start, status));
            // Where the function was not reached, Lambda has given the request no id: API Gateway refused it, or answered it by itself.
            let has_id = start != Start::Unreported || status == 200;
            let id = if has_id { format!("00000000-0000-4000-8000-{:012}", self.truth.len()) } else { String::new() };
            self.samples.push_str(&format!("{{\"took\":{took:?},\"status\":{status},\"requestId\":\"{id}\"}}\n"));
            let init = match start {
                Start::Unreported => continue,
                Start::Warm => "",
                Start::Cold => "Init Duration: 40.00 ms\t",
            };
            let billed = self.billed + if init.is_empty() { 0 } else { 40 };
            // It is rounded up.
            let duration = f64::from(self.billed) - 0.9;
            self.log.push_str(&format!(
                "REPORT RequestId: {id}\tDuration: {duration:.2} ms\tBilled Duration: {billed} ms\tMemory Size: {} MB\t\
                 Max Memory Used: 20 MB\t{init}\n",
                self.memory
            ));
        }
        self
    }

    /// With what was measured, and the log of the function that was; of the warm samples only the last `warm` ones, so that as many are
    /// judged where more had to be taken.
    pub(crate) fn of(measured: &str, lab: &Lab, warm: usize) -> Study {
        let reports = lab.reports(RANGE);
        let truth = |line: &str| {
            let sample: Value = serde_json::from_str(line).unwrap_or_default();
            let report = reports.iter().find(|report| sample["requestId"] == report.request_id);
            let start = match report.map(|report| report.is_cold()) {
                Some(true) => Start::Cold,
                Some(false) => Start::Warm,
                None => Start::Unreported,
            };
            (start, sample["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default())
        };
        let mut study = Study { log: lab.log_of(RANGE).join("\n"), is_measured: true, ..Study::new() };
        let taken: Vec<_> = measured.lines().map(|line| (line, truth(line))).collect();
        let mut surplus = taken.iter().filter(|(_, (start, _))| *start == Start::Warm).count().saturating_sub(warm);
        for (line, truth) in taken {
            if truth.0 == Start::Warm && surplus > 0 {
                surplus -= 1;
                continue;
            }
            study.samples.push_str(&format!("{line}\n"));
            study.truth.push(truth);
        }
        study
    }

    /// How many of its samples are warm.
    pub(crate) fn warm(&self) -> usize {
        self.truth.iter().filter(|(start, _)| *start == Start::Warm).count()
    }

    /// How the verdict begins on a claim that `share` of the warm ones were answered at all. On a slow machine few are warm.
    pub(crate) fn verdict_of_warm(&self, share: f64) -> &'static str {
        let failed = self.truth.iter().filter(|(start, status)| *start == Start::Warm && *status >= 400).count() as f64;
        let count = self.warm() as f64;
        match () {
            () if count < (10.0 / (1.0 - share)).round() => "not decided",
            () if (count - failed) / count < share => "does not hold, too many failed",
            () => "holds",
        }
    }

    /// The line that tells how its samples are to be sorted.
    fn sorted(&self) -> String {
        let failed = |status: u16| status >= 400 || status == 0;
        let count = |holds: &dyn Fn(Start, bool) -> bool| {
            self.truth.iter().filter(|(start, status)| holds(*start, failed(*status))).count()
        };
        let cold = (count(&|start, _| start == Start::Cold), count(&|start, failed| start == Start::Cold && failed));
        let unknown = count(&|start, failed| start == Start::Unreported && !failed);
        let warm = (self.truth.len() - cold.0 - unknown, count(&|start, failed| start != Start::Cold && failed));
        let groups =
            format!("warm: {} samples, {} failed; cold: {} samples, {} failed", warm.0, warm.1, cold.0, cold.1);
        match unknown {
            0 => groups,
            some => format!("{groups}; {some} without a REPORT line, which count for nothing"),
        }
    }

    /// Has the program judge that `share` of `group` was answered within `within` milliseconds. A verdict about samples that
    /// are not sorted as they should be is a matter of the sorting.
    pub(crate) fn judged<'lab>(
        &self,
        lab: &'lab Lab,
        todo: &'lab str,
        about: &'lab str,
        (group, share, within): (&str, f64, f64),
    ) -> Run<'lab> {
        let claim = format!(
            "[[hypothesis]]\nname = \"it\"\nclaim = \"It is fast.\"\ngroup = \"{group}\"\nshare = {share:?}\nwithin = {within:?}\n"
        );
        let hypotheses = self.file("hypotheses.toml", &claim);
        let (samples, log) = (self.file("samples.jsonl", &self.samples), self.file("log.txt", &self.log));
        let judge = lab.asks(todo, about).command(PROGRAM).whose_output_is_judged().arg("judge");
        let run = judge.args(["--hypotheses", &hypotheses, "--samples", &samples, "--log", &log]).run();
        let (wanted, stdout) = (self.sorted(), run.stdout());
        let sorted = stdout.lines().next().unwrap_or_default();
        if todo != "lab-12.2" && !sorted.is_empty() {
            let (expected, got) = match self.is_measured {
                true => ("the samples sorted as Lambda's REPORT lines say".to_string(), "another sorting".to_string()),
                false => (format!("the samples sorted: \"{wanted}\""), format!("\"{sorted}\"")),
            };
            run.attributed_to("lab-12.2").shows(sorted == wanted, expected, got);
        }
        run
    }

    /// Has the program count what a million such requests cost, at prices that are easy to reckon with.
    pub(crate) fn cost<'lab>(&self, lab: &'lab Lab, todo: &'lab str, about: &'lab str) -> Run<'lab> {
        let prices = "as_of = \"2026-11\"\napi_million = 3.0\nlambda_million = 0.5\ngigabyte_second = 0.0001\n";
        let (prices, log) = (self.file("prices.toml", prices), self.file("log.txt", &self.log));
        lab.asks(todo, about)
            .command(PROGRAM)
            .whose_output_is_judged()
            .args(["cost", "--prices", &prices, "--log", &log])
            .run()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file in a folder of the test's own");
        path.to_string_lossy().into_owned()
    }
}

/// The line with the verdict.
pub(crate) fn verdict(run: &Run<'_>) -> String {
    let stdout = run.stdout();
    let line = stdout.lines().find(|line| line.starts_with("it: "));
    match line.and_then(|line| line.strip_prefix("it: ")).and_then(|line| line.strip_suffix(". It is fast.")) {
        Some(verdict) => verdict.to_string(),
        None => run.fails("a line with the verdict", "no such line"),
    }
}

/// Expects this verdict. The number in it is a matter of the percentile, and the words are one of the verdict.
pub(crate) fn says(run: &Run<'_>, wanted: &str, because: &str) {
    let verdict = verdict(run);
    let todo = match (number(&verdict), number(wanted)) {
        // That is how long the function ran, by its REPORT line, and not how long the caller waited.
        (Some("3.1 ms"), _) => "lab-12.2",
        (Some(got), Some(wanted)) if got != wanted => "lab-12.3",
        _ => "lab-12.4",
    };
    let expected = format!("\"{wanted}\": {because}");
    run.attributed_to(todo).shows(verdict == wanted, expected, format!("\"{verdict}\""));
}

/// Expects a verdict that begins so, where its number depends on the machine.
pub(crate) fn begins(run: &Run<'_>, wanted: &str, because: &str) {
    let verdict = verdict(run);
    let words = verdict.split(',').next().unwrap_or_default();
    let todo = if wanted.ends_with("failed") && !verdict.starts_with("not") { "lab-12.3" } else { "lab-12.4" };
    let expected = format!("\"{wanted}\": {because}");
    let without = if wanted.ends_with("failed") { " without a word about failures" } else { "" };
    run.attributed_to(todo).shows(verdict.starts_with(wanted), expected, format!("\"{words}\"{without}"));
}

/// What a verdict says of the percentile. "Not decided" says nothing of it.
fn number(verdict: &str) -> Option<&str> {
    match verdict.strip_prefix("does not hold, ").or_else(|| verdict.strip_prefix("holds, "))? {
        "too many failed" | "inf ms" => Some("never"),
        number => Some(number),
    }
}
