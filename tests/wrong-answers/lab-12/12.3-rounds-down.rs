//! A place is a whole number, so what is behind the point goes. Then a little less than the share has been answered.
//! says: 99 of 100 are 999.9 of 1,010, and 999 were answered within 10 ms
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let rank = (share * group.count() as f64).max(1.0) as usize;
    took.get(rank - 1).copied().unwrap_or(f64::INFINITY)
