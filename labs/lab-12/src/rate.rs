//! How fast requests are sent, and so when each of them is due.

use std::str::FromStr;
use std::time::Duration;

/// Requests a second: in phases of equal length, each from one rate to another.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rate {
    phases: Vec<(f64, f64)>,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Rate, String> {
        let number = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
        let phase = |part: &str| {
            let (from, to) = part.split_once("..").unwrap_or((part, part));
            Some((number(from)?, number(to)?))
        };
        let phases = text.split(',').map(phase).collect::<Option<_>>();
        phases.map(|phases| Rate { phases }).ok_or_else(|| {
            "write a number greater than 0, as 20; from one to another, as 5..80; or steps, as 10,20,40".into()
        })
    }
}

impl Rate {
    /// When each of `count` requests is due.
    pub(crate) fn schedule(&self, count: usize) -> Schedule {
        let asked_in_a_second_of_each: f64 = self.phases.iter().map(|(from, to)| (from + to) / 2.0).sum();
        Schedule { phases: self.phases.clone(), seconds: count as f64 / asked_in_a_second_of_each }
    }
}

/// The moments at which requests are due.
#[derive(Debug)]
pub(crate) struct Schedule {
    phases: Vec<(f64, f64)>,
    /// How long each phase is.
    seconds: f64,
}

impl Schedule {
    /// When a request is due, counted from the first one, which has the index 0. After the last phase its rate stays.
    pub(crate) fn due(&self, index: usize) -> Duration {
        let (mut began, mut left, mut rate) = (0.0, index as f64, 1.0);
        for (from, to) in self.phases.iter().copied() {
            let whole = (from + to) / 2.0 * self.seconds;
            if left <= whole {
                return Duration::from_secs_f64(began + self.within((from, to), left));
            }
            (began, left, rate) = (began + self.seconds, left - whole, to);
        }
        Duration::from_secs_f64(began + left / rate)
    }

    /// After how many seconds of a phase `count` requests were due in it: the area below its rate.
    fn within(&self, (from, to): (f64, f64), count: f64) -> f64 {
        let rise = (to - from) / self.seconds;
        if rise == 0.0 { count / from } else { ((from * from + 2.0 * rise * count).max(0.0).sqrt() - from) / rise }
    }
}
