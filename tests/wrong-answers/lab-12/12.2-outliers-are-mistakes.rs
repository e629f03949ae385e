//! API Gateway gives up after 29 seconds, so what took longer is a mistake of the measurement.
//! says: got "warm: 440 samples, 201 failed
        if sample.took > 30_000.0 {
            continue;
        }
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
        if sample.succeeded() {
            group.took.push(sample.took);
        } else {
            group.failed += 1;
        }
