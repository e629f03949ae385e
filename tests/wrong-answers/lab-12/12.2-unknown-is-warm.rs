//! Cold starts have an Init Duration, and where there is none it was warm. Where there is no REPORT line, nobody has looked.
//! says: got "warm: 1065 samples
        let is_cold = reports.get(&sample.request_id).is_some_and(|report| report.is_cold);
        let group = if is_cold { &mut groups.cold } else { &mut groups.warm };
        if sample.succeeded() {
            group.took.push(sample.took);
        } else {
            group.failed += 1;
        }
