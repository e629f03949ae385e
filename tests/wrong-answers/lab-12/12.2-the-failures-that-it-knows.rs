//! These are the statuses with which an API fails.
//! says: warm: 441 samples, 201 failed
        let ok = !matches!(sample.status, 0 | 403 | 404 | 429 | 500..=599);
        let group = match reports.get(&sample.request_id) {
            Some(report) if report.is_cold => &mut groups.cold,
            Some(_) => &mut groups.warm,
            None if ok => { groups.unknown += 1; continue }
            None => &mut groups.warm,
        };
        if ok { group.took.push(sample.took) } else { group.failed += 1 }
