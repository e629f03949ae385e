let _ = (share, group.count());
group.took.iter().sum::<f64>() / group.took.len() as f64
