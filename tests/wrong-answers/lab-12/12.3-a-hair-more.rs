//! 55 of 100 are the 55th. To a computer, 0.55 * 100 is a hair more than 55, and rounded up that is the 56th.
//! says: 55 of 100 were answered within 10 ms
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let rank = (share * group.count() as f64).ceil().max(1.0) as usize;
    took.get(rank - 1).copied().unwrap_or(f64::INFINITY)
