//! Time and ids: the one place where they enter the local cloud.
//!
//! Everything that AWS would stamp with a time or a random id asks a [`Clock`], so a test that wants the same bytes twice
//! freezes one. Deadlines of running processes are not asked of it: those are real.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;
use uuid::Uuid;

/// The source of times and ids. Cheap to clone; clones share the sequence.
#[derive(Debug, Clone)]
pub struct Clock(Arc<TimeSource>);

#[derive(Debug)]
enum TimeSource {
    Real,
    Frozen { now: Mutex<OffsetDateTime>, drawn: AtomicU64 },
}

impl Clock {
    /// The machine's time, and random ids.
    pub fn real() -> Clock {
        Clock(Arc::new(TimeSource::Real))
    }

    /// Time stands still at `now`, and ids count up from one.
    pub fn frozen(now: OffsetDateTime) -> Clock {
        Clock(Arc::new(TimeSource::Frozen { now: Mutex::new(now), drawn: AtomicU64::new(0) }))
    }

    /// Moves a frozen clock on. The machine's goes by itself.
    pub fn advance(&self, by: Duration) {
        if let TimeSource::Frozen { now, .. } = &*self.0 {
            *now.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }

    /// The time, in UTC.
    pub fn now(&self) -> OffsetDateTime {
        match &*self.0 {
            TimeSource::Real => OffsetDateTime::now_utc(),
            TimeSource::Frozen { now, .. } => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Milliseconds since 1970, as the Runtime API and CloudWatch Logs count.
    pub fn epoch_millis(&self) -> i64 {
        let nanos = self.now().unix_timestamp_nanos();
        i64::try_from(nanos / 1_000_000).unwrap_or(i64::MAX)
    }

    /// `2026-11-22T09:41:00.123Z`, the form of Lambda's log lines.
    pub fn iso_millis(&self) -> String {
        iso_millis(self.now())
    }

    /// A fresh UUID, the form of most request ids.
    pub fn uuid(&self) -> Uuid {
        match &*self.0 {
            TimeSource::Real => Uuid::new_v4(),
            TimeSource::Frozen { drawn, .. } => Uuid::from_u128(u128::from(drawn.fetch_add(1, Ordering::Relaxed) + 1)),
        }
    }

    /// A UUID that sorts by time, so that files named by one do too.
    pub fn ordered_uuid(&self) -> Uuid {
        match &*self.0 {
            TimeSource::Real => Uuid::now_v7(),
            TimeSource::Frozen { .. } => self.uuid(),
        }
    }

    /// `digits` lower-case hexadecimal digits, as in trace ids.
    pub fn hex(&self, digits: usize) -> String {
        let mut drawn = self.uuid().simple().to_string();
        while drawn.len() < digits {
            drawn += &self.uuid().simple().to_string();
        }
        drawn[drawn.len() - digits..].to_string()
    }

    /// The root of a new trace: `1-5e5ffa15-7491f09a3c790f18acf3d050`, the second in which it began and 24 digits.
    pub fn trace_root(&self) -> String {
        format!("1-{:08x}-{}", self.now().unix_timestamp(), self.hex(24))
    }
}

/// `moment` in the form of [`Clock::iso_millis`].
pub fn iso_millis(moment: OffsetDateTime) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    moment.format(&form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_digits_as_were_asked_for() {
        for clock in [Clock::real(), Clock::frozen(OffsetDateTime::UNIX_EPOCH)] {
            for digits in [0, 16, 32, 54, 80] {
                let drawn = clock.hex(digits);
                assert!(drawn.len() == digits && drawn.bytes().all(|byte| byte.is_ascii_hexdigit()), "{drawn}");
            }
        }
    }
}
