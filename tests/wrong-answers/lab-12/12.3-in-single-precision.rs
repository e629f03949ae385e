//! Seven digits are enough for a place among some thousand samples.
//! says: 60th of them
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    let place = (share as f32 * group.count() as f32).ceil() as usize;
    if place == 0 || place > took.len() { f64::INFINITY } else { took[place - 1] }
