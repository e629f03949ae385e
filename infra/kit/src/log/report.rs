//! Lambda's REPORT line: what an invocation took, and whether an environment had to be started for it.

/// The figures of one invocation.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The invocation's id.
    pub request_id: String,
    /// How long the handler ran, in milliseconds.
    pub duration: f64,
    /// What is paid for, in whole milliseconds; on a cold start the init phase is part of it.
    pub billed: u64,
    /// How long the init phase took, in milliseconds; nothing when the environment was warm.
    pub init: Option<f64>,
}

impl Report {
    /// Reads a line; nothing when it is another one.
    pub(super) fn read(line: &str) -> Option<Report> {
        let rest = line.strip_prefix("REPORT RequestId: ")?;
        let mut parts = rest.split('\t');
        let request_id = parts.next()?.to_string();
        let parts: Vec<(&str, &str)> = parts.filter_map(|part| part.split_once(": ")).collect();
        let millis = |name: &str| {
            let (_, value) = parts.iter().find(|(known, _)| *known == name)?;
            value.strip_suffix(" ms")
        };
        Some(Report {
            request_id,
            duration: millis("Duration")?.parse().ok()?,
            billed: millis("Billed Duration")?.parse().ok()?,
            init: millis("Init Duration").and_then(|init| init.parse().ok()),
        })
    }

    /// Whether Lambda had to start an environment for it.
    pub fn is_cold(&self) -> bool {
        self.init.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_cold_from_warm() {
        let line = |rest: &str| {
            format!(
                "REPORT RequestId: 6f\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t{rest}"
            )
        };
        let warm = Report::read(&line("")).unwrap();
        assert_eq!((warm.request_id.as_str(), warm.duration, warm.billed, warm.is_cold()), ("6f", 3.01, 114, false));
        assert_eq!(Report::read(&line("Init Duration: 110.10 ms\t")).unwrap().init, Some(110.10));
        assert_eq!(Report::read("START RequestId: 6f Version: $LATEST"), None);
    }
}
