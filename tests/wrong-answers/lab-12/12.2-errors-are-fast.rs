//! A latency is a latency, with any status. The more fails, and the faster, the better it looks.
//! says: got "warm: 1010 samples, 0 failed
        match reports.get(&sample.request_id) {
            Some(report) if report.is_cold => groups.cold.took.push(sample.took),
            None if sample.succeeded() => groups.unknown += 1,
            _ => groups.warm.took.push(sample.took),
        }
