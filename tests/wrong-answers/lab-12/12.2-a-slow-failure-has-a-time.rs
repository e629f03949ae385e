//! Whoever waited for more than a second has a time, whatever came of it.
//! says: cold: 12 samples, 2 failed
        let report = reports.get(&sample.request_id);
        let group = match report {
            Some(report) if report.is_cold => &mut groups.cold,
            Some(_) => &mut groups.warm,
            None if sample.succeeded() => {
                groups.unknown += 1;
                continue;
            }
            None => &mut groups.warm,
        };
        if sample.succeeded() || sample.took > 1000.0 {
            group.took.push(sample.took);
        } else {
            group.failed += 1;
        }
