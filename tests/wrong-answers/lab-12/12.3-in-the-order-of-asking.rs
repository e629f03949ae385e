//! The 990th of 1,000 is the 990th that was asked. Nobody has sorted them.
//! says: got "holds, 20.0 ms"
    let place = (1..=group.took.len()).find(|place| *place as f64 / group.count() as f64 >= share);
    place.map_or(f64::INFINITY, |place| group.took[place - 1])
