//! Memory comes in steps of 64 MB.
//! says: 305002591 GB-seconds
    reports.values().map(|report| report.billed / 1000.0 * (report.memory / 64.0).ceil() * 64.0 / 1024.0).sum()
