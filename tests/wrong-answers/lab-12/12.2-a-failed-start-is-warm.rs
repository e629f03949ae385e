//! What failed tells nothing about starts, so it is with the warm ones. Its REPORT line says that it was a start.
//! says: got "warm: 102 samples, 2 failed; cold: 10 samples, 0 failed"
        let report = reports.get(&sample.request_id);
        match (sample.succeeded(), report) {
            (true, Some(report)) if report.is_cold => groups.cold.took.push(sample.took),
            (true, Some(_)) => groups.warm.took.push(sample.took),
            (true, None) => groups.unknown += 1,
            (false, _) => groups.warm.failed += 1,
        }
