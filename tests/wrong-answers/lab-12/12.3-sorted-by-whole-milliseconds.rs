//! Nobody feels a part of a millisecond, so the times are sorted without it.
//! says: it is the 50th of them, sorted by time
    let mut took = group.took.clone();
    took.sort_by_key(|took| *took as u64);
    let place = (1..=took.len()).find(|place| *place as f64 / group.count() as f64 >= share);
    place.map_or(f64::INFINITY, |place| took[place - 1])
