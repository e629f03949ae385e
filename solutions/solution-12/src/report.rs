//! Lambda's REPORT lines: which invocation was cold, and what each is billed.

use std::collections::BTreeMap;

/// One invocation's figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Report {
    /// How long the handler ran, in milliseconds.
    pub(crate) duration: f64,
    /// What is paid for, in milliseconds, rounded up; with the init phase where there was one.
    pub(crate) billed: f64,
    /// The function's memory in MB.
    pub(crate) memory: f64,
    /// Whether an environment had to be started.
    pub(crate) is_cold: bool,
}

/// Reports by request id.
pub(crate) type Reports = BTreeMap<String, Report>;

/// The reports in a log, with anything in front of them on their lines: `aws logs tail` puts a date there.
pub(crate) fn read(log: &str) -> Reports {
    log.lines().filter_map(report).collect()
}

fn report(line: &str) -> Option<(String, Report)> {
    let (_, rest) = line.split_once("REPORT RequestId: ")?;
    let mut parts = rest.split('\t');
    let id = parts.next()?.trim().to_string();
    let fields: BTreeMap<&str, &str> = parts.filter_map(|part| part.trim().split_once(": ")).collect();
    let number = |name: &str| fields.get(name)?.split(' ').next()?.parse().ok();
    let report = Report {
        duration: number("Duration")?,
        billed: number("Billed Duration")?,
        memory: number("Memory Size")?,
        is_cold: fields.contains_key("Init Duration"),
    };
    Some((id, report))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines_with_a_date_in_front() {
        let log = "2026-11-22T09:41:00 START RequestId: 6f Version: $LATEST\n\
                   2026-11-22T09:41:00 REPORT RequestId: 6f\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\t\
                   Max Memory Used: 36 MB\tInit Duration: 110.10 ms\t\n";
        let reports = read(log);
        assert_eq!(reports["6f"], Report { duration: 3.01, billed: 114.0, memory: 128.0, is_cold: true });
        assert_eq!(reports.len(), 1);
    }
}
