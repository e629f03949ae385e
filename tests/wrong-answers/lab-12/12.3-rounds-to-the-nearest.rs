//! What is less than half a place is none. Then a little less than the share has been answered.
//! says: 99 of 100 are 1,049.4 of 1,060, and 1049 were answered within 10 ms
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let rank = (share * group.count() as f64).round().max(1.0) as usize;
    took.get(rank - 1).copied().unwrap_or(f64::INFINITY)
