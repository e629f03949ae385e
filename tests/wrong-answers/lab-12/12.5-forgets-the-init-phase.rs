//! Durations are rounded up to a millisecond, so they are rounded up. Since August 2025 a start is paid for as well.
//! says: got "Lambda's time, 2000 GB-seconds 0.20 USD"
    let _ = reports.values().map(|report| report.billed);
    reports.values().map(|report| report.duration.ceil() / 1000.0 * report.memory / 1024.0).sum()
