//! Nobody claims more exactly than in thousandths.
//! says: 1,980.8 of 2,000
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let thousandths = (share * 1000.0).round() as usize;
    let place = (thousandths * group.count()).div_ceil(1000);
    if place == 0 || place > took.len() { f64::INFINITY } else { took[place - 1] }
