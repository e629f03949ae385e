//! A request is a request. Those that started an environment are a few, and they are the ones that are seen at p99.
//! says: got "warm: 1040 samples
        if reports.contains_key(&sample.request_id) || !sample.succeeded() {
            if sample.succeeded() {
                groups.warm.took.push(sample.took);
            } else {
                groups.warm.failed += 1;
            }
        } else {
            groups.unknown += 1;
        }
