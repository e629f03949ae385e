//! An answer without an id did not come from the function, so it has failed.
//! says: got "warm: 1005 samples, 5 failed
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
        if sample.succeeded() && report.is_some() {
            group.took.push(sample.took);
        } else {
            group.failed += 1;
        }
