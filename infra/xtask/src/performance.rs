//! `performance`: the page with what was measured of the workbook, and whether it keeps what it promises.
//!
//! Nothing is measured here. `cargo run --release -p bench -- all --write` measures, and keeps the last run in a file; the page shows
//! that file, and adds what a page view costs by the prices of `cargo workbook cost`.

use std::collections::BTreeMap;
use std::path::Path;

use cost::{Item, Price, Prices};
use serde::Deserialize;

use crate::made::{MadeError, bring, put, read};

/// The page.
const PAGE: &str = "book/src/performance.md";
/// What was measured.
const RESULTS: &str = "tests/bench/results.json";
/// The groups that the page shows, and whether their subjects stand at the head of the columns or of the lines.
const GROUPS: [(&str, Subjects); 5] = [
    ("function", Subjects::InColumns),
    ("gateway", Subjects::InLines),
    ("list", Subjects::InLines),
    ("startup", Subjects::InLines),
    ("learner", Subjects::InLines),
];
/// The group in which reads are counted, and what they are called there.
const READS: (&str, &str) = ("list", "capacity");
/// How many page views the price is for.
const VIEWS: f64 = 1_000_000.0;

/// Why the page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PerformanceError {
    /// A file cannot be read or written, or is old.
    #[error(transparent)]
    Made(#[from] MadeError),
    /// The results are not what the bench writes.
    #[error("{RESULTS}: {0}. Write it anew: cargo run --release -p bench -- all --write")]
    Form(String),
    /// What a read costs is not known.
    #[error(transparent)]
    Cost(#[from] cost::CostError),
    /// The list of prices lacks it.
    #[error(
        "infra/cost/src/prices.toml has no price of table-reads in {}; add it, then run the same command again.",
        cost::REGION
    )]
    NoPrice,
}

/// Where the subjects of a group stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subjects {
    InColumns,
    InLines,
}

/// What the bench wrote of a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    conditions: BTreeMap<String, String>,
    figures: Vec<Figure>,
    ratios: Vec<Figure>,
    missing: Vec<Missing>,
    measured: String,
    took: Quantity,
    machine: Machine,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figure {
    subject: String,
    what: String,
    value: f64,
    unit: String,
    #[serde(default)]
    samples: Option<usize>,
    #[serde(default)]
    bar: Option<Bar>,
}

/// What a value promises.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Bar {
    AtMost(f64),
    AtLeast(f64),
    Above(f64),
    Exactly(f64),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Missing {
    subject: String,
    why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Quantity {
    value: Option<f64>,
    unit: String,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Machine {
    processor: String,
    architecture: String,
    cores: usize,
    memory: Memory,
    system: String,
    rustc: String,
    #[serde(default)]
    load: Option<f64>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Memory {
    value: Option<u64>,
    unit: String,
}

impl Bar {
    fn is_met(self, value: f64) -> bool {
        match self {
            Bar::AtMost(bar) => value <= bar,
            Bar::AtLeast(bar) => value >= bar,
            Bar::Above(bar) => value > bar,
            Bar::Exactly(bar) => value.total_cmp(&bar).is_eq(),
        }
    }

    fn words(self, unit: &str) -> String {
        let (words, bar) = match self {
            Bar::AtMost(bar) => ("at most", bar),
            Bar::AtLeast(bar) => ("at least", bar),
            Bar::Above(bar) => ("above", bar),
            Bar::Exactly(bar) => ("exactly", bar),
        };
        format!("{words} {}", with_unit(bar, unit))
    }
}

/// Makes the page, or with `check` compares it with what it would be.
///
/// # Errors
///
/// See [`PerformanceError`].
pub fn run(root: &Path, check: bool) -> Result<(), PerformanceError> {
    bring(root, PAGE, "performance", check, |page| made(root, page))
}

fn made(root: &Path, page: &str) -> Result<String, PerformanceError> {
    let results: BTreeMap<String, Group> =
        serde_json::from_str(&read(&root.join(RESULTS))?).map_err(|why| PerformanceError::Form(why.to_string()))?;
    let prices = Prices::with(None)?;
    let price = prices.of(cost::REGION)?.get(&Item::TableReads).ok_or(PerformanceError::NoPrice)?;
    let mut page = page.to_string();
    for (name, subjects) in GROUPS {
        let list = match results.get(name) {
            Some(group) => {
                let money = if name == READS.0 { money(group, price, &prices.read) } else { String::new() };
                table(group, subjects) + &money + &notes(group)
            }
            None => format!("Not measured yet. Measure it: `cargo run --release -p bench -- {name} --write`\n"),
        };
        page = put(PAGE, &page, name, &list)?;
    }
    let measured: Vec<(&str, &Group)> =
        GROUPS.iter().filter_map(|(name, _)| Some((*name, results.get(*name)?))).collect();
    page = put(PAGE, &page, "bars", &bars(&measured.iter().map(|(_, group)| *group).collect::<Vec<_>>()))?;
    put(PAGE, &page, "machine", &machines(&measured)).map_err(PerformanceError::Made)
}

/// The names in `figures`, each once, in their order.
fn names<'g>(figures: &'g [Figure], of: impl Fn(&'g Figure) -> &'g str) -> Vec<&'g str> {
    let mut names = Vec::new();
    for name in figures.iter().map(of) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// All values of a group.
fn table(group: &Group, subjects: Subjects) -> String {
    let (of_subject, of_what) = (names(&group.figures, |one| &one.subject), names(&group.figures, |one| &one.what));
    let (lines, columns) = match subjects {
        Subjects::InLines => (of_subject, of_what),
        Subjects::InColumns => (of_what, of_subject),
    };
    let value = |line: &str, column: &str| {
        let (subject, what) = if subjects == Subjects::InLines { (line, column) } else { (column, line) };
        let found = group.figures.iter().find(|one| one.subject == subject && one.what == what);
        found.map(|one| with_unit(one.value, &one.unit)).unwrap_or_default()
    };
    let mut rows = vec![format!("| | {} |", columns.join(" | ")), format!("|---|{}", "--:|".repeat(columns.len()))];
    rows.extend(lines.iter().map(|line| {
        let values: Vec<String> = columns.iter().map(|column| value(line, column)).collect();
        format!("| {line} | {} |", values.join(" | "))
    }));
    rows.join("\n") + "\n"
}

/// What the reads of a page cost, for so many page views.
fn money(group: &Group, price: &Price, read: &str) -> String {
    let mut rows = vec!["| A page by | Read units | A million page views |".to_string(), "|---|--:|--:|".to_string()];
    rows.extend(group.figures.iter().filter(|one| one.what == READS.1).map(|one| {
        let dollars = one.value * VIEWS * price.usd / price.per;
        format!("| {} | {} | ${} |", one.subject, digits(one.value), dollars_of(dollars))
    }));
    format!(
        "\n{}\n\nThe reads alone, at ${} per {} {} in {}, as of {read}.\n",
        rows.join("\n"),
        price.usd,
        digits(price.per),
        price.unit,
        cost::REGION
    )
}

/// What a reader must know of a group's run.
fn notes(group: &Group) -> String {
    let mut by_count: Vec<(String, Vec<&str>)> = Vec::new();
    for what in names(&group.figures, |one| &one.what) {
        let counts = group.figures.iter().filter(|one| one.what == what).filter_map(|one| one.samples);
        let (Some(least), Some(most)) = (counts.clone().min(), counts.max()) else { continue };
        let [least, most] = [least, most].map(|count| in_thousands(&count.to_string()));
        let count = if least == most { most } else { format!("{least} to {most}") };
        match by_count.iter_mut().find(|(known, _)| *known == count) {
            Some((_, of)) => of.push(what),
            None => by_count.push((count, vec![what])),
        }
    }
    let counted = |(count, of): &(String, Vec<&str>)| format!("- From {count} measurements each: {}.", of.join("; "));
    let mut notes: Vec<String> = by_count.iter().map(counted).collect();
    notes.extend(group.conditions.iter().map(|(name, value)| format!("- {name}: {value}.")));
    notes.extend(
        group
            .missing
            .iter()
            .map(|one| format!("- **Not measured**: {}. {}.", one.subject, one.why.trim_end_matches('.'))),
    );
    if notes.is_empty() { String::new() } else { format!("\n{}\n", notes.join("\n")) }
}

/// Every promise, what was measured, and whether it is kept.
fn bars(groups: &[&Group]) -> String {
    let mut rows = vec!["| Of | What | Bar | Measured | |".to_string(), "|---|---|--:|--:|---|".to_string()];
    let figures = groups.iter().flat_map(|group| group.figures.iter().chain(&group.ratios));
    let held: Vec<(&Figure, Bar)> = figures.filter_map(|one| Some((one, one.bar?))).collect();
    rows.extend(held.iter().map(|(one, bar)| {
        format!(
            "| {} | {} | {} | {} | {} |",
            one.subject,
            one.what,
            bar.words(&one.unit),
            with_unit(one.value, &one.unit),
            if bar.is_met(one.value) { "met" } else { "**missed**" }
        )
    }));
    let met = held.iter().filter(|(one, bar)| bar.is_met(one.value)).count();
    let missing: usize = groups.iter().map(|group| group.missing.len()).sum();
    let missing = match missing {
        0 => String::new(),
        some => {
            format!(" {some} of what is compared could not be measured on this machine; it is named below the tables.")
        }
    };
    format!("{met} of {} bars are met.{missing}\n\n{}\n", held.len(), rows.join("\n"))
}

/// The machines of the runs; in most files it is one.
fn machines(groups: &[(&str, &Group)]) -> String {
    let mut rows =
        vec!["| Group | Measured | Took | Busy before | Machine |".to_string(), "|---|---|--:|--:|---|".to_string()];
    rows.extend(groups.iter().map(|(name, group)| {
        let Machine { processor, architecture, cores, memory, system, rustc, load } = &group.machine;
        let memory = memory.value.map(|value| format!("{value} {} of memory, ", memory.unit)).unwrap_or_default();
        let load = load.map(|load| format!("{load:.2} processes")).unwrap_or_default();
        let took = group.took.value.map(|value| with_unit(value, &group.took.unit)).unwrap_or_default();
        format!(
            "| {name} | {} | {took} | {load} | {processor} ({architecture}), {cores} cores, {memory}{system}, {rustc} |",
            group.measured
        )
    }));
    rows.join("\n") + "\n"
}

fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        "" => digits(value),
        "×" => format!("{} ×", digits(value)),
        unit => format!("{} {unit}", digits(value)),
    }
}

/// As few digits as tell the value, with thousands apart.
fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 || size.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    in_thousands(&format!("{value:.decimals$}"))
}

fn dollars_of(amount: f64) -> String {
    in_thousands(&if amount >= 100.0 { format!("{amount:.0}") } else { format!("{amount:.2}") })
}

/// `12345.6` as `12,345.6`.
fn in_thousands(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let parts: Vec<&str> =
        whole.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    parts.join(",") + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_as_it_would_be_made() {
        run(&course::root::workspace().expect("the tests run in the workbook"), true).unwrap();
    }

    const GROUP: &str = r#"{
        "conditions": { "profile": "release" },
        "figures": [
            { "subject": "a", "what": "p50", "value": 0.25, "unit": "ms", "samples": 2000, "bar": { "at_most": 0.2 } },
            { "subject": "b", "what": "p50", "value": 12345.6, "unit": "ms", "samples": 200 },
            { "subject": "b", "what": "capacity", "value": 3, "unit": "read units" }
        ],
        "ratios": [{ "subject": "b / a", "what": "p50", "value": 49382, "unit": "×", "bar": { "above": 1.0 } }],
        "missing": [{ "subject": "c", "why": "no C here." }],
        "measured": "2026-11-30T12:00:00Z",
        "took": { "value": 12, "unit": "s" },
        "machine": { "processor": "P", "architecture": "x86_64", "cores": 2, "memory": { "value": 8, "unit": "GB" }, "system": "linux 6",
            "rustc": "rustc 1.95.0", "load": 0.02 }
    }"#;

    fn group() -> Group {
        serde_json::from_str(GROUP).unwrap()
    }

    #[test]
    fn subjects_stand_in_lines_or_in_columns_and_a_gap_stays_one() {
        let in_lines = "| | p50 | capacity |\n|---|--:|--:|\n| a | 0.250 ms |  |\n| b | 12,346 ms | 3 read units |\n";
        assert_eq!(table(&group(), Subjects::InLines), in_lines);
        let in_columns = "| | a | b |\n|---|--:|--:|\n| p50 | 0.250 ms | 12,346 ms |\n| capacity |  | 3 read units |\n";
        assert_eq!(table(&group(), Subjects::InColumns), in_columns);
    }

    #[test]
    fn a_bar_that_is_missed_says_so() {
        let page = bars(&[&group()]);
        assert!(page.starts_with("1 of 2 bars are met. 1 of what is compared could not be measured"), "{page}");
        assert!(page.contains("| a | p50 | at most 0.200 ms | 0.250 ms | **missed** |"), "{page}");
        assert!(page.contains("| b / a | p50 | above 1 × | 49,382 × | met |"), "{page}");
    }

    #[test]
    fn money_is_units_times_the_price() {
        let price =
            Price { usd: 0.125, per: 1_000_000.0, unit: "read request units".to_string(), source: String::new() };
        let page = money(&group(), &price, "2026-11-30");
        assert!(page.contains("| b | 3 | $0.38 |"), "{page}");
        assert!(page.contains("at $0.125 per 1,000,000 read request units in us-east-1, as of 2026-11-30."), "{page}");
    }

    #[test]
    fn what_was_left_out_and_how_often_was_measured_stand_below() {
        let expected =
            "\n- From 200 to 2,000 measurements each: p50.\n- profile: release.\n- **Not measured**: c. no C here.\n";
        assert_eq!(notes(&group()), expected);
    }
}
