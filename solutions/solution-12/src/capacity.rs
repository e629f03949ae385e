//! A table's consumed capacity, as CloudWatch counts it: sums over periods, in the form that the AWS CLI prints.

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// One metric over time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Capacity {
    /// `ConsumedReadCapacityUnits`, say.
    pub(crate) label: String,
    /// The beginning of each period in milliseconds since 1970, and the units consumed in it; in the order of time.
    pub(crate) sums: Vec<(i64, f64)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statistics {
    label: String,
    datapoints: Vec<Datapoint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Datapoint {
    timestamp: Timestamp,
    sum: f64,
}

/// As the service gives it, or as the client writes it: that is a matter of the client's version and configuration.
#[derive(Deserialize)]
#[serde(untagged)]
enum Timestamp {
    Seconds(f64),
    Date(String),
}

/// What `aws cloudwatch get-metric-statistics --statistics Sum` printed.
pub(crate) fn read(text: &str) -> Result<Capacity, String> {
    let wrong = |why: String| format!("{why}. Write what get-metric-statistics prints with --statistics Sum into it.");
    let statistics: Statistics = serde_json::from_str(text).map_err(|why| wrong(why.to_string()))?;
    let sum = |point: &Datapoint| {
        let began = match &point.timestamp {
            Timestamp::Seconds(seconds) => *seconds as i64,
            Timestamp::Date(date) => {
                OffsetDateTime::parse(date, &Rfc3339).map_err(|why| wrong(why.to_string()))?.unix_timestamp()
            }
        };
        Ok((began * 1000, point.sum))
    };
    let mut sums = statistics.datapoints.iter().map(sum).collect::<Result<Vec<_>, String>>()?;
    // CloudWatch gives them in no order.
    sums.sort_by_key(|(began, _)| *began);
    Ok(Capacity { label: statistics.label, sums })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_in_all_forms_and_put_in_order() {
        let text = r#"{"Label": "ConsumedReadCapacityUnits", "Datapoints": [
            {"Timestamp": 1796029320, "Sum": 4.0, "Unit": "Count"},
            {"Timestamp": "2026-11-30T09:01:00+00:00", "Sum": 2.5, "Unit": "Count"},
            {"Timestamp": "2026-11-30T09:00:00Z", "Sum": 1.0, "Unit": "Count"}]}"#;
        let minute = 1_796_029_200_000;
        let sums = vec![(minute, 1.0), (minute + 60_000, 2.5), (minute + 120_000, 4.0)];
        assert_eq!(read(text), Ok(Capacity { label: "ConsumedReadCapacityUnits".into(), sums }));
        assert!(read(&text.replace("Sum", "Average")).unwrap_err().contains("--statistics Sum"));
    }
}
