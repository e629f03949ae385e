//! A function has 3,008 MB at most.
//! says: 305002591 GB-seconds
    reports.values().map(|report| report.billed / 1000.0 * report.memory.min(3008.0) / 1024.0).sum()
