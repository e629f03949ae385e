match reports.get(&sample.request_id) {
    Some(report) if report.is_cold => groups.cold.took.push(sample.took),
    None if sample.succeeded() => groups.unknown += 1,
    _ => groups.warm.took.push(sample.took),
}
