//! Whoever waits for more than a second has met a cold start.
//! says: they may have been cold or warm
        let report = reports.get(&sample.request_id);
        let group = match report {
            Some(report) if report.is_cold => &mut groups.cold,
            Some(_) => &mut groups.warm,
            None if sample.succeeded() && sample.took > 1_000.0 => &mut groups.cold,
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
