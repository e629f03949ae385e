//! Sorting samples: cold ones and warm ones are two populations, and a number about both together is about neither.

use std::fmt;

use serde::Deserialize;

use crate::report::Reports;
use crate::sample::Sample;

/// Which samples a hypothesis is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Answered by an environment that had been started before.
    Warm,
    /// Answered by an environment that was started for it.
    Cold,
}

/// Samples of one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Group {
    /// Milliseconds, of those that succeeded.
    pub(crate) took: Vec<f64>,
    /// How many did not.
    pub(crate) failed: usize,
}

impl Group {
    /// How many samples there are, failed ones included.
    pub(crate) fn count(&self) -> usize {
        self.took.len() + self.failed
    }
}

/// All samples, sorted.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Groups {
    pub(crate) warm: Group,
    pub(crate) cold: Group,
    /// Those that succeeded and have no REPORT line: nobody knows what they were.
    pub(crate) unknown: usize,
}

impl Groups {
    /// The samples that a hypothesis is about.
    pub(crate) fn of(&self, kind: Kind) -> &Group {
        match kind {
            Kind::Warm => &self.warm,
            Kind::Cold => &self.cold,
        }
    }
}

impl fmt::Display for Groups {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Groups { warm, cold, unknown } = self;
        write!(
            out,
            "warm: {} samples, {} failed; cold: {} samples, {} failed",
            warm.count(),
            warm.failed,
            cold.count(),
            cold.failed
        )?;
        if *unknown > 0 {
            write!(out, "; {unknown} without a REPORT line, which count for nothing")?;
        }
        Ok(())
    }
}

/// Sorts samples by what Lambda reports about each. One that failed counts as failed, however long it took; if the
/// function was never reached, it counts as a warm one, because no start can be blamed for it.
pub(crate) fn sorted(samples: &[Sample], reports: &Reports) -> Groups {
    let mut groups = Groups::default();
    for sample in samples {
        // lab-12.2 begin
        let report = reports.get(&sample.request_id);
        let group = match report {
            Some(report) if report.is_cold => &mut groups.cold,
            Some(_) => &mut groups.warm,
            None if sample.succeeded() => {
                groups.unknown += 1;
                continue;
            }
            None => &mut groups.warm,
        };
        if sample.succeeded() {
            group.took.push(sample.took);
        } else {
            group.failed += 1;
        }
        // lab-12.2 starter
        // | // TODO(lab-12.2): which were cold, which failed, and of which does nobody know?
        // | let _ = (reports.get(&sample.request_id).map(|report| report.is_cold), sample.succeeded());
        // | groups.warm.took.push(sample.took);
        // lab-12.2 end
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;

    #[test]
    fn every_sample_falls_into_one_place() {
        let sample = |id: &str, status: u16| Sample { due: None, took: 5.0, status, request_id: id.into() };
        let report = |is_cold| Report { duration: 1.0, billed: 1.0, memory: 128.0, is_cold };
        let reports = Reports::from([("w".into(), report(false)), ("c".into(), report(true))]);
        let samples = [sample("w", 200), sample("c", 200), sample("c", 500), sample("", 429), sample("lost", 200)];
        let groups = sorted(&samples, &reports);
        assert_eq!(groups.warm, Group { took: vec![5.0], failed: 1 });
        assert_eq!(groups.cold, Group { took: vec![5.0], failed: 1 });
        assert_eq!(groups.unknown, 1);
    }
}
