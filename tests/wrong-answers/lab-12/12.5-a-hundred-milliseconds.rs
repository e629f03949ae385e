//! Time is billed in steps of 100 ms. It was until 2020.
//! says: got "Lambda's time, 50000 GB-seconds
    reports.values().map(|report| (report.billed / 100.0).ceil() / 10.0 * report.memory / 1024.0).sum()
