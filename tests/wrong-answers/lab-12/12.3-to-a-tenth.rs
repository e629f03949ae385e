//! A hair is less than a tenth, so the place is rounded to tenths first.
//! says: 1,088.01 of 1,099
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let place = ((share * group.count() as f64 * 10.0).round() / 10.0).ceil().max(1.0) as usize;
    took.get(place - 1).copied().unwrap_or(f64::INFINITY)
