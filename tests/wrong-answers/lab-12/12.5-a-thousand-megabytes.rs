//! A gigabyte has a thousand megabytes. AWS counts 1,024, so the bill is too high.
//! says: got "Lambda's time, 2048 GB-seconds
    reports.values().map(|report| report.billed / 1000.0 * report.memory / 1000.0).sum()
