//! A thousandth of a place is a hair.
//! says: 1,980.0002 of 2,000
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let place = ((share * group.count() as f64 - 1e-3).ceil() as usize).max(1);
    took.get(place - 1).copied().unwrap_or(f64::INFINITY)
