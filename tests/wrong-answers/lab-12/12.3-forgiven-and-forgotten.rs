//! What the claim forgives is left out.
//! says: the 990th of 1,000 took 400 ms
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    if (took.len() as f64 / group.count() as f64) < share || took.is_empty() { return f64::INFINITY; }
    let place = (1..=took.len()).find(|place| *place as f64 / took.len() as f64 >= share);
    place.map_or(f64::INFINITY, |place| took[place - 1])
