//! The place is a number of the list, so it is in the list. Where there are no samples, it is not.
//! says: because the program has panicked
    let mut took = group.took.clone();
    took.resize(group.count(), f64::INFINITY);
    took.sort_by(f64::total_cmp);
    let place = (1..).find(|place| *place as f64 / group.count() as f64 >= share).unwrap_or(1_usize);
    took[place - 1]
