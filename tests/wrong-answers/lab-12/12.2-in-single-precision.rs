//! Seven digits are enough for a time.
//! says: each time as it was measured, to its last digit
        let group = match reports.get(&sample.request_id) {
            Some(report) if report.is_cold => &mut groups.cold,
            Some(_) => &mut groups.warm,
            None if sample.succeeded() => { groups.unknown += 1; continue }
            None => &mut groups.warm,
        };
        if sample.succeeded() { group.took.push(f64::from(sample.took as f32)) } else { group.failed += 1 }
