//! A failed request has no latency, so it is left out. Then 99 of 100 are 99 of those that were lucky.
//! says: 20 of 1,000 were never answered, and the claim forgives 10
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let place = (1..=took.len()).find(|place| *place as f64 / took.len() as f64 >= share);
    place.map_or(f64::INFINITY, |place| took[place - 1])
