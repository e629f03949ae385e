//! Requests of a usage plan's period, counted.

use std::sync::{Mutex, PoisonError};

use time::{Date, Duration, OffsetDateTime};

use stack::{Period, Quota};

/// How many requests the current period has had, and which period had the first one.
#[derive(Debug, Default)]
pub(super) struct Counter(Mutex<Option<Count>>);

#[derive(Debug, Clone, Copy)]
struct Count {
    first: Date,
    period: Date,
    requests: u64,
}

impl Counter {
    /// Counts one request, unless the period's are gone.
    pub(super) fn take(&self, quota: &Quota, now: OffsetDateTime) -> bool {
        let period = start(quota.period, now.date());
        // Three plain values are whole at any moment, so a panic elsewhere leaves nothing to repair.
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let current = count.get_or_insert(Count { first: period, period, requests: 0 });
        if current.period != period {
            (current.period, current.requests) = (period, 0);
        }
        // Only the first period is shorter.
        let gone = if current.first == period { quota.offset } else { 0 };
        let granted = current.requests.saturating_add(gone) < quota.limit;
        current.requests += u64::from(granted);
        granted
    }
}

/// The first day of the period that `day` is in.
fn start(period: Period, day: Date) -> Date {
    let back = match period {
        Period::Day => 0,
        Period::Week => i64::from(day.weekday().number_days_from_sunday()),
        Period::Month => i64::from(day.day()) - 1,
    };
    day.checked_sub(Duration::days(back)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn counts_a_period_and_starts_again() {
        let quota = Quota { limit: 3, offset: 1, period: Period::Week };
        let counter = Counter::default();
        let (saturday, sunday) = (datetime!(2026-03-07 23:00 UTC), datetime!(2026-03-08 00:00 UTC));
        let taken: Vec<bool> = [saturday; 3].iter().map(|now| counter.take(&quota, *now)).collect();
        assert_eq!(taken, [true, true, false], "one of three was gone already");
        let taken: Vec<bool> = [sunday; 4].iter().map(|now| counter.take(&quota, *now)).collect();
        assert_eq!(taken, [true, true, true, false], "the next week has all three");
        assert_eq!(start(Period::Month, saturday.date()), datetime!(2026-03-01 0:00 UTC).date());
        assert_eq!(start(Period::Day, saturday.date()), saturday.date());
    }
}
