//! Where the place lies after all times, the last time must do. Then failures cost nothing.
//! says: 20 of 1,000 were never answered
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let place = (1..=took.len()).find(|place| *place as f64 / group.count() as f64 >= share);
    place.map_or(took.last(), |place| took.get(place - 1)).copied().unwrap_or(f64::INFINITY)
