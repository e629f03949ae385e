//! What has no id never waited for a start.
//! says: 5 of them without an id
        let report = reports.get(&sample.request_id);
        let group = match report {
            Some(report) if report.is_cold => &mut groups.cold,
            Some(_) => &mut groups.warm,
            None if sample.succeeded() && !sample.request_id.is_empty() => {
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
