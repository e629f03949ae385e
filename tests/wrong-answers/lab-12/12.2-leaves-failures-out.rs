//! A failure has no time, so it is no sample. Then nothing has ever failed.
//! says: got "warm: 960 samples, 0 failed
        match reports.get(&sample.request_id) {
            _ if !sample.succeeded() => {}
            Some(report) if report.is_cold => groups.cold.took.push(sample.took),
            Some(_) => groups.warm.took.push(sample.took),
            None => groups.unknown += 1,
        }
