//! Where half have failed, there is nothing to say of times.
//! says: the claim is about 30
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    if group.failed * 2 >= group.count() { return f64::INFINITY; }
    let place = (1..=took.len()).find(|place| *place as f64 / group.count() as f64 >= share);
    place.map_or(f64::INFINITY, |place| took[place - 1])
