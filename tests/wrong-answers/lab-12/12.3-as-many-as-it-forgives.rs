//! Where as many failed as the claim forgives, it is over.
//! says: the claim is about 50
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    if group.failed as f64 >= (1.0 - share) * group.count() as f64 { return f64::INFINITY; }
    let place = (1..=took.len()).find(|place| *place as f64 / group.count() as f64 >= share);
    place.map_or(f64::INFINITY, |place| took[place - 1])
