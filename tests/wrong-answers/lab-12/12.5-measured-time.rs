//! The time that the handler took is the time that is paid for. It is rounded up, and the init phase comes on top.
//! says: got "Lambda's time, 1550 GB-seconds
    let _ = reports.values().map(|report| report.billed);
    reports.values().map(|report| report.duration / 1000.0 * report.memory / 1024.0).sum()
