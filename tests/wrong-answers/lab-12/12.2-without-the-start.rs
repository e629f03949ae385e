//! The init phase is Lambda's time, and not the request's.
//! says: each time as it was measured
        let group = match reports.get(&sample.request_id) {
            Some(report) if report.is_cold => &mut groups.cold,
            Some(_) => &mut groups.warm,
            None if sample.succeeded() => { groups.unknown += 1; continue }
            None => &mut groups.warm,
        };
        let init = reports.get(&sample.request_id).filter(|r| r.is_cold).map_or(0.0, |r| (r.billed - r.duration).max(0.0));
        if sample.succeeded() { group.took.push(sample.took - init) } else { group.failed += 1 }
