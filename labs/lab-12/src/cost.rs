//! What a million requests cost: units that were counted, times prices that somebody looked up.

use std::fmt;

use serde::Deserialize;

use crate::report::Reports;

/// Prices, and the day on which they were true.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prices {
    /// The day, as text.
    pub(crate) as_of: String,
    /// US dollars for a million calls of the REST API.
    pub(crate) api_million: f64,
    /// US dollars for a million requests to Lambda.
    pub(crate) lambda_million: f64,
    /// US dollars for a gigabyte-second of a function.
    pub(crate) gigabyte_second: f64,
}

impl Prices {
    /// Reads a price list.
    pub(crate) fn read(text: &str) -> Result<Prices, String> {
        toml::from_str(text).map_err(|why| why.to_string().trim_end().to_owned())
    }
}

/// What a million requests cost, in US dollars.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bill {
    as_of: String,
    gigabyte_seconds: f64,
    api: f64,
    requests: f64,
    time: f64,
}

impl Bill {
    /// For requests like those that are reported.
    pub(crate) fn of(reports: &Reports, prices: &Prices) -> Bill {
        let gigabyte_seconds = gigabyte_seconds(reports) / reports.len() as f64 * 1e6;
        Bill {
            as_of: prices.as_of.clone(),
            gigabyte_seconds,
            api: prices.api_million,
            requests: prices.lambda_million,
            time: gigabyte_seconds * prices.gigabyte_second,
        }
    }
}

impl fmt::Display for Bill {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bill { as_of, gigabyte_seconds, api, requests, time } = self;
        writeln!(out, "a million requests, at the prices of {as_of}:")?;
        writeln!(out, "  REST API                                {api:>8.2} USD")?;
        writeln!(out, "  requests to Lambda                      {requests:>8.2} USD")?;
        writeln!(out, "  Lambda's time, {gigabyte_seconds:>10.0} GB-seconds    {time:>8.2} USD")?;
        write!(out, "  together                                {:>8.2} USD", api + requests + time)
    }
}

/// The gigabyte-seconds that are billed for all reported invocations together.
fn gigabyte_seconds(reports: &Reports) -> f64 {
    // TODO(lab-12.5): which of a report's two durations is paid for, and in which units is its memory?
    reports.values().map(|report| report.duration * report.memory).sum()
}
