//! The 990th of 1,000 is at the index 990. Indexes begin with 0, so that is the 991st.
//! says: 990 of 1,000 were answered within 10 ms
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let place = (1..).find(|place| *place as f64 / group.count() as f64 >= share).unwrap_or(1_usize);
    took.get(place).copied().unwrap_or(f64::INFINITY)
