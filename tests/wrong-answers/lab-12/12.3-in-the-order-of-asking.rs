//! The 990th of 1,000 is the 990th that was asked. Nobody has sorted them.
//! says: got "holds, 20.0 ms"
    let rank = (share * group.count() as f64).ceil().max(1.0) as usize;
    group.took.get(rank - 1).copied().unwrap_or(f64::INFINITY)
