//! More than a gigabyte is charged as one.
//! says: 2375 GB-seconds
    reports.values().map(|report| report.billed / 1000.0 * report.memory.min(1024.0) / 1024.0).sum()
