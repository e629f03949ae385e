//! How much a request uses, and what lies there without any: nobody can read that from a template.

use serde::Deserialize;
use toml::{Table, Value};

use crate::CostError;

/// What is assumed. The defaults are the board's, of which nine requests in ten read the first page and one writes a post with an
/// idempotency key.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assumptions {
    /// Read units that a request of the API uses.
    pub read_units: f64,
    /// Write units that a request of the API uses.
    pub write_units: f64,
    /// Milliseconds of an API's function that are billed for a request.
    pub duration_ms: f64,
    /// Bytes of an answer.
    pub answer_bytes: f64,
    /// Bytes in all logs for a request.
    pub log_bytes: f64,
    /// Records for the stream's function that a request leaves, each a batch of its own.
    pub stream_records: f64,
    /// Write units that such a record uses.
    pub stream_write_units: f64,
    /// Milliseconds of the stream's function that are billed for such a record.
    pub stream_duration_ms: f64,
    /// Requests to the distribution for a request of the API.
    pub page_requests: f64,
    /// Bytes of a file of the page.
    pub page_bytes: f64,
    /// The share of these that the distribution fetches from its bucket.
    pub page_misses: f64,
    /// Bytes that a request moves between a function and a service, for ways that are paid for by the gigabyte.
    pub vpc_bytes: f64,
    /// Zones in which a NAT gateway, or an interface endpoint, stands in the comparison.
    pub zones: f64,
    /// Gigabytes in each table, whatever the load.
    pub table_gb: f64,
    /// Gigabytes in each bucket, whatever the load.
    pub bucket_gb: f64,
    /// Objects that are written into each bucket in a month, whatever the load.
    pub bucket_puts: f64,
    /// Requests to each queue in a month, whatever the load.
    pub queue_requests: f64,
}

impl Default for Assumptions {
    fn default() -> Assumptions {
        Assumptions {
            read_units: 2.7,
            write_units: 0.4,
            duration_ms: 10.0,
            answer_bytes: 5_000.0,
            log_bytes: 2_500.0,
            stream_records: 0.1,
            stream_write_units: 4.0,
            stream_duration_ms: 10.0,
            page_requests: 1.0,
            page_bytes: 8_000.0,
            page_misses: 0.01,
            vpc_bytes: 20_000.0,
            zones: 2.0,
            table_gb: 1.0,
            bucket_gb: 0.1,
            bucket_puts: 100.0,
            queue_requests: 100.0,
        }
    }
}

impl Assumptions {
    /// Reads the TOML `text`; what it leaves out keeps its default, and each of `changes` takes the place of what it names.
    ///
    /// # Errors
    ///
    /// A name that there is not, or a value that is not a number from 0.
    pub fn read(text: &str, changes: &[(String, f64)]) -> Result<Assumptions, CostError> {
        let mut table: Table =
            text.parse().map_err(|why| CostError(format!("The assumptions cannot be read: {why}")))?;
        for (name, value) in changes {
            table.insert(name.clone(), Value::Float(*value));
        }
        for (name, value) in &mut table {
            let number = value.as_float().or_else(|| value.as_integer().map(|number| number as f64));
            match number {
                Some(number) if number.is_finite() && number >= 0.0 => *value = Value::Float(number),
                _ => {
                    return Err(CostError(format!(
                        "The assumption {name} is {value}; write a number from 0, as {name} = 1.5."
                    )));
                }
            }
        }
        table
            .try_into()
            .map_err(|why: toml::de::Error| CostError(format!("The assumptions cannot be read: {}", why.message())))
    }

    /// Each with its name and what it is about, in the order in which they are printed.
    pub fn list(&self) -> [(&'static str, f64, &'static str); 17] {
        [
            ("read_units", self.read_units, "of the table, for a request of the API"),
            ("write_units", self.write_units, "of the table, for a request of the API"),
            ("duration_ms", self.duration_ms, "billed of the API's function, for a request"),
            ("answer_bytes", self.answer_bytes, "sent out for a request"),
            ("log_bytes", self.log_bytes, "in all logs, for a request"),
            ("stream_records", self.stream_records, "for the stream's function, for a request"),
            ("stream_write_units", self.stream_write_units, "of the table, for such a record"),
            ("stream_duration_ms", self.stream_duration_ms, "billed of the stream's function, for such a record"),
            ("page_requests", self.page_requests, "to the distribution, for a request of the API"),
            ("page_bytes", self.page_bytes, "of a file of the page"),
            ("page_misses", self.page_misses, "of these files come from the bucket"),
            ("vpc_bytes", self.vpc_bytes, "between function and services, for a request"),
            ("zones", self.zones, "with a NAT gateway, or an endpoint, in the comparison"),
            ("table_gb", self.table_gb, "in each table, at every load"),
            ("bucket_gb", self.bucket_gb, "in each bucket, at every load"),
            ("bucket_puts", self.bucket_puts, "into each bucket in a month, at every load"),
            ("queue_requests", self.queue_requests, "to each queue in a month, at every load"),
        ]
    }
}
