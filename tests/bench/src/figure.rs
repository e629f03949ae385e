//! What a measurement gives: a value with its unit, of something, beside the bar that it is held to.

use std::time::Duration;

use serde_json::{Value, json};

/// What a group of measurements gives.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// Values, in the order in which they are shown.
    pub(crate) figures: Vec<Figure>,
    /// How two of them compare.
    pub(crate) ratios: Vec<Figure>,
    /// What could not be measured on this machine, and why.
    pub(crate) missing: Vec<Missing>,
    /// What the run was asked for, and the versions of what took part.
    pub(crate) conditions: Vec<(String, String)>,
}

impl Measured {
    /// Notes that `subject` takes no part, and why.
    pub(crate) fn lacks(&mut self, subject: impl Into<String>, why: impl Into<String>) {
        self.missing.push(Missing { subject: subject.into(), why: why.into() });
    }

    /// Notes a circumstance of the run.
    pub(crate) fn condition(&mut self, name: &str, value: impl Into<String>) {
        self.conditions.push((name.to_string(), value.into()));
    }

    /// The value of `what` of `subject`, if it was measured.
    pub(crate) fn value(&self, subject: &str, what: &str) -> Option<f64> {
        self.figures.iter().find(|figure| figure.subject == subject && figure.what == what).map(|figure| figure.value)
    }

    /// As it is written into the result file.
    pub(crate) fn to_json(&self) -> Value {
        let all = |figures: &[Figure]| figures.iter().map(Figure::to_json).collect::<Vec<_>>();
        let missing: Vec<Value> =
            self.missing.iter().map(|one| json!({ "subject": one.subject, "why": one.why })).collect();
        let conditions: serde_json::Map<String, Value> =
            self.conditions.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        json!({
            "conditions": conditions,
            "figures": all(&self.figures),
            "ratios": all(&self.ratios),
            "missing": missing,
        })
    }
}

/// What takes no part.
#[derive(Debug)]
pub(crate) struct Missing {
    pub(crate) subject: String,
    pub(crate) why: String,
}

/// One measured value.
#[derive(Debug)]
pub(crate) struct Figure {
    /// Of what: a program, a server, a lab.
    pub(crate) subject: String,
    /// Which of its properties.
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    /// From how many single measurements; none where it was read once.
    pub(crate) samples: Option<usize>,
    pub(crate) bar: Option<Bar>,
}

impl Figure {
    pub(crate) fn new(subject: impl Into<String>, what: impl Into<String>, value: f64, unit: &'static str) -> Figure {
        Figure { subject: subject.into(), what: what.into(), value, unit, samples: None, bar: None }
    }

    /// How many times `left` is of `right`.
    pub(crate) fn ratio(left: &str, right: &str, what: impl Into<String>, value: f64) -> Figure {
        Figure::new(format!("{left} / {right}"), what, value, "×")
    }

    /// From so many measurements.
    pub(crate) fn from(self, samples: usize) -> Figure {
        Figure { samples: Some(samples), ..self }
    }

    /// Held to a bar.
    pub(crate) fn held_to(self, bar: impl Into<Option<Bar>>) -> Figure {
        Figure { bar: bar.into(), ..self }
    }

    /// The value as a person reads it.
    pub(crate) fn shown(&self) -> String {
        format!("{} {}", digits(self.value), self.unit)
    }

    fn to_json(&self) -> Value {
        // Four digits are more than any run can repeat.
        let mut figure =
            json!({ "subject": self.subject, "what": self.what, "value": rounded(self.value), "unit": self.unit });
        if let Some(samples) = self.samples {
            figure["samples"] = samples.into();
        }
        if let Some(bar) = &self.bar {
            figure["bar"] = bar.to_json();
        }
        figure
    }
}

/// What a value promises to be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bar {
    AtMost(f64),
    AtLeast(f64),
    /// Above this.
    Above(f64),
    /// This to the last digit.
    Exactly(f64),
}

impl Bar {
    pub(crate) fn is_met(self, value: f64) -> bool {
        match self {
            Bar::AtMost(bar) => value <= bar,
            Bar::AtLeast(bar) => value >= bar,
            Bar::Above(bar) => value > bar,
            Bar::Exactly(bar) => value.total_cmp(&bar).is_eq(),
        }
    }

    pub(crate) fn words(self) -> String {
        match self {
            Bar::AtMost(bar) => format!("at most {}", digits(bar)),
            Bar::AtLeast(bar) => format!("at least {}", digits(bar)),
            Bar::Above(bar) => format!("above {}", digits(bar)),
            Bar::Exactly(bar) => format!("exactly {}", digits(bar)),
        }
    }

    fn to_json(self) -> Value {
        match self {
            Bar::AtMost(bar) => json!({ "at_most": bar }),
            Bar::AtLeast(bar) => json!({ "at_least": bar }),
            Bar::Above(bar) => json!({ "above": bar }),
            Bar::Exactly(bar) => json!({ "exactly": bar }),
        }
    }
}

/// Many measurements of one thing.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn append(&mut self, times: Times) {
        self.0.extend(times.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// In milliseconds, the time within which this share of the measurements was done.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
        let place = (last as f64 * share).round() as usize;
        sorted[place.min(last)].as_secs_f64() * 1000.0
    }

    /// In milliseconds, the middle one.
    pub(crate) fn median(&self) -> f64 {
        self.percentile(0.5)
    }
}

impl FromIterator<Duration> for Times {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Times {
        Times(times.into_iter().collect())
    }
}

fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// As few digits as tell the value.
fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 || size.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_measurements() {
        let times: Times = (1..=101).rev().map(Duration::from_millis).collect();
        assert_eq!([0.0, 0.5, 0.99, 1.0].map(|share| times.percentile(share)), [1.0, 51.0, 100.0, 101.0]);
        assert_eq!(Times::default().median(), 0.0);
    }

    #[test]
    fn a_bar_is_met_up_to_its_value() {
        let met = |bar: Bar| [1.0, 2.0, 3.0].map(|value| bar.is_met(value));
        assert_eq!(met(Bar::AtMost(2.0)), [true, true, false]);
        assert_eq!(met(Bar::AtLeast(2.0)), [false, true, true]);
        assert_eq!(met(Bar::Above(2.0)), [false, false, true]);
        assert_eq!(met(Bar::Exactly(2.0)), [false, true, false]);
    }

    #[test]
    fn a_value_keeps_four_digits() {
        assert_eq!([0.123456, 12345.6, 0.0, 2.0].map(rounded), [0.1235, 12350.0, 0.0, 2.0]);
    }
}
