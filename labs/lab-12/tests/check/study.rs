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
    /// How each sample started and ended.
    truth: Vec<(Start, u16)>,
}

impl Study {
    /// Without samples.
    pub(crate) fn new() -> Study {
        let folder = tempfile::tempdir().expect("a folder");
        Study { folder, samples: String::new(), log: String::new(), truth: Vec::new() }
    }

    /// Adds `count` samples that took `took` milliseconds and ended with `status`.
    pub(crate) fn with(mut self, count: usize, start: Start, took: f64, status: u16) -> Study {
        for _ in 0..count {
            self.truth.push((start, status));
            let id = format!("00000000-0000-4000-8000-{:012}", self.truth.len());
            self.samples.push_str(&format!("{{\"took\":{took:.1},\"status\":{status},\"requestId\":\"{id}\"}}\n"));
            let init = match start {
                Start::Unreported => continue,
                Start::Warm => "",
                Start::Cold => "Init Duration: 40.00 ms\t",
            };
            let billed = if init.is_empty() { 4 } else { 44 };
            self.log.push_str(&format!(
                "REPORT RequestId: {id}\tDuration: 3.10 ms\tBilled Duration: {billed} ms\tMemory Size: 512 MB\t\
                 Max Memory Used: 20 MB\t{init}\n"
            ));
        }
        self
    }

    /// With what was measured, and the log of the function that was.
    pub(crate) fn of(measured: &Run<'_>, lab: &Lab) -> Study {
        let (samples, log) = (measured.stdout(), lab.log_of(RANGE).join("\n"));
        let reports = lab.reports(RANGE);
        let truth = samples.lines().map(|line| {
            let sample: Value = serde_json::from_str(line).unwrap_or_default();
            let report = reports.iter().find(|report| sample["requestId"] == report.request_id);
            let start = match report.map(|report| report.is_cold()) {
                Some(true) => Start::Cold,
                Some(false) => Start::Warm,
                None => Start::Unreported,
            };
            (start, sample["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default())
        });
        Study { truth: truth.collect(), samples, log, ..Study::new() }
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
        let is_sorted = run.stdout().lines().next() == Some(self.sorted().as_str());
        if is_sorted { run } else { run.with_todo("lab-12.2") }
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

/// Expects this verdict.
pub(crate) fn says(run: &Run<'_>, wanted: &str, because: &str) {
    let verdict = verdict(run);
    run.shows(verdict == wanted, format!("\"{wanted}\": {because}"), format!("\"{verdict}\""));
}
