//! Where there is no REPORT line, nobody knows. But a 429 is known: the caller was refused.
//! says: without a REPORT line, which count for nothing"
        let group = match reports.get(&sample.request_id) {
            Some(report) if report.is_cold => &mut groups.cold,
            Some(_) => &mut groups.warm,
            None => {
                groups.unknown += 1;
                continue;
            }
        };
        if sample.succeeded() {
            group.took.push(sample.took);
        } else {
            group.failed += 1;
        }
