//! One request and its result, as a line of JSON: measured once, judged as often as one likes.

use serde::{Deserialize, Serialize};

/// A sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sample {
    /// When the request was due, in milliseconds since 1970, as CloudWatch Logs counts; other programs may leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<u64>,
    /// Milliseconds from the moment when the request was due to the last byte of its answer.
    pub(crate) took: f64,
    /// The HTTP status; 0 where there was no answer.
    pub(crate) status: u16,
    /// `X-Request-Id`, by which Lambda's REPORT line is found; empty where the function was not reached.
    #[serde(default)]
    pub(crate) request_id: String,
}

impl Sample {
    /// Whether the caller got what they asked for.
    pub(crate) fn succeeded(&self) -> bool {
        (200..400).contains(&self.status)
    }

    /// The sample as a line.
    pub(crate) fn line(&self) -> String {
        serde_json::to_string(self).expect("a sample has text keys and finite numbers only")
    }
}

/// The samples of a file.
pub(crate) fn read(text: &str) -> Result<Vec<Sample>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let sample = |(index, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|why| format!("line {} is not a sample: {why}", index + 1))
    };
    lines.map(sample).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let sample = Sample { due: Some(1_796_021_193_123), took: 12.5, status: 200, request_id: "6f".into() };
        assert_eq!(read(&format!("{}\n\n", sample.line())), Ok(vec![sample]));
        assert_eq!(read("{\"took\":1.5,\"status\":429}").unwrap()[0].due, None);
        assert!(read("{}").unwrap_err().starts_with("line 1 is not a sample"));
    }
}
