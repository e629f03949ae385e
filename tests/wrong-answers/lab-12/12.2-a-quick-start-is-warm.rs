//! A cold start takes a millisecond at least. What was quicker is as good as warm.
//! says: cold: 12 samples, 2 failed
        let report = reports.get(&sample.request_id);
        let group = match report {
            Some(report) if report.is_cold && sample.took >= 1.0 => &mut groups.cold,
            Some(_) => &mut groups.warm,
            None if sample.succeeded() => {
                groups.unknown += 1;
                continue;
            }
            None => &mut groups.warm,
        };
        if sample.succeeded() {
            group.took.push(sample.took);
        } else {
            group.failed += 1;
        }
