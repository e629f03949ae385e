//! `--since`: a point in time, given as `10m` (before now) or as a date.

use std::str::FromStr;

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since(OffsetDateTime);

impl Since {
    /// In milliseconds since 1970.
    pub fn epoch_millis(self) -> i64 {
        i64::try_from(self.0.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
    }

    /// As the activity log writes times: `2026-11-22T09:41:00.123Z`.
    pub fn iso_millis(self) -> String {
        iso_millis(self.epoch_millis())
    }
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Since, String> {
        if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
            return Ok(Since(moment));
        }
        let wrong =
            || format!("{text} is not a time: write 90s, 10m, 2h or 1d, or a date such as 2026-11-22T09:41:00Z");
        let unit = text.chars().next_back().ok_or_else(wrong)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            'd' => 24 * 60 * 60,
            _ => return Err(wrong()),
        };
        let count: u32 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wrong())?;
        let ago = Duration::seconds(i64::from(count) * seconds);
        OffsetDateTime::now_utc().checked_sub(ago).map(Since).ok_or_else(wrong)
    }
}

/// Milliseconds since 1970 as `2026-11-22T09:41:00.123Z`.
pub fn iso_millis(millis: i64) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000);
    moment.ok().and_then(|moment| moment.format(&form).ok()).unwrap_or_else(|| millis.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_ages() {
        let date: Since = "2026-11-22T18:41:00.5+09:00".parse().unwrap();
        assert_eq!(date.iso_millis(), "2026-11-22T09:41:00.500Z");
        let now = OffsetDateTime::now_utc();
        for (text, seconds) in [("90s", 90), ("10m", 600), ("2h", 7_200), ("1d", 86_400)] {
            let since: Since = text.parse().unwrap();
            let ago = (now - since.0).whole_seconds();
            assert!((seconds - 5..=seconds).contains(&ago), "{text}: {ago}");
        }
        for wrong in ["", "m", "10", "10 m", "-5m", "yesterday", "10µ", "99999999999d"] {
            assert!(wrong.parse::<Since>().unwrap_err().contains("write 90s"), "{wrong}");
        }
    }
}
