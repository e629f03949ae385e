//! Times are counted in buckets, as a histogram does it.
//! says: it is the 50th of them, sorted by time
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let width = took.last().copied().unwrap_or(1.0) / 1000.0;
    let place = (1..=took.len()).find(|place| *place as f64 / group.count() as f64 >= share);
    place.map_or(f64::INFINITY, |place| (took[place - 1] / width).round() * width)
