//! One of ten may be slower, so it counts a tenth from behind, in whole samples.
//! says: it is the 80th of them, sorted by time
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);

    let beyond = ((1.0 - share) * group.count() as f64) as usize;
    let rank = (group.count() - beyond).max(1);
    took.get(rank - 1).copied().unwrap_or(f64::INFINITY)
