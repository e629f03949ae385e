//! The memory is the function's, so one line tells it. The log has lines of two functions.
//! says: got "Lambda's time, 500 GB-seconds
    let memory = reports.values().next().map_or(0.0, |report| report.memory);
    reports.values().map(|report| report.billed / 1000.0 * memory / 1024.0).sum()
