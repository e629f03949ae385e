//! Where the place lies after all times, the last time must do. Then failures cost nothing.
//! says: 20 of 1,000 were never answered
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let rank = (share * group.count() as f64).ceil().max(1.0) as usize;
    took.get(rank - 1).or(took.last()).copied().unwrap_or(f64::INFINITY)
