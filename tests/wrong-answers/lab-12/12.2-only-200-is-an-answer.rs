//! 200 is what an answer looks like. 204 and 304 are answers, too.
//! says: got "warm: 441 samples, 400 failed
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
        if sample.status == 200 {
            group.took.push(sample.took);
        } else {
            group.failed += 1;
        }
