//! A 4xx is the caller's own fault, and the board did answer. The caller has not got what they asked for.
//! says: got "warm: 441 samples, 101 failed
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
        if (200..500).contains(&sample.status) && report.is_some() {
            group.took.push(sample.took);
        } else {
            group.failed += 1;
        }
