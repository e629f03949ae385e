//! Time, in the two forms that the board keeps: RFC 3339 in UTC with milliseconds for people, epoch seconds for
//! DynamoDB's time to live.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// Fixed width, so that these texts sort as the moments do.
const RFC3339_MILLIS: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// Milliseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// `2026-11-22T09:05:07.123Z` for milliseconds since 1970. A moment outside the years 1970 to 9999, which only a broken
/// clock has, becomes 1970.
pub fn rfc3339(millis: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .ok()
        .filter(|moment| (1970..=9999).contains(&moment.year()))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
        .format(RFC3339_MILLIS)
        .expect("all parts of the format exist in a date with time")
}
