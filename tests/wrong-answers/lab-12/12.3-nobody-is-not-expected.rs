//! The place is a number of the list, so it is in the list. Where there are no samples, it is not.
//! says: because the program has panicked
    let mut took = group.took.clone();
    took.resize(group.count(), f64::INFINITY);
    took.sort_by(f64::total_cmp);
    took[(share * group.count() as f64).ceil() as usize - 1]
