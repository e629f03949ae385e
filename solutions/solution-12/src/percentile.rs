//! The time within which a share of all requests was answered.

use crate::group::Group;

/// The smallest time, in milliseconds, within which at least `share` of the samples were answered. A failed request was not
/// answered within any time, so it counts as one that took for ever. Infinite where that share was never answered, and for
/// no samples.
pub(crate) fn percentile(group: &Group, share: f64) -> f64 {
    // lab-12.3 begin
    let mut took = group.took.clone();
    took.sort_by(f64::total_cmp);
    // The first place, from 1, up to which the share lies. To a computer, 0.55 * 100 is a hair more than 55, and 55 / 100 is 0.55.
    let place = (1..=took.len()).find(|place| *place as f64 / group.count() as f64 >= share);
    place.map_or(f64::INFINITY, |place| took[place - 1])
    // lab-12.3 starter
    // | // TODO(lab-12.3): an average tells nothing about a share, and failed requests count, too.
    // | let _ = share;
    // | group.took.iter().sum::<f64>() / group.took.len() as f64
    // lab-12.3 end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(took: &[f64], failed: usize, share: f64) -> f64 {
        percentile(&Group { took: took.to_vec(), failed }, share)
    }

    #[test]
    fn is_a_sample_and_not_a_number_between_two() {
        assert_eq!(of(&[40.0, 10.0, 30.0, 20.0], 0, 0.5), 20.0);
        assert_eq!(of(&[40.0, 10.0, 30.0, 20.0], 0, 0.51), 30.0);
        assert_eq!(of(&[40.0, 10.0, 30.0, 20.0], 0, 1.0), 40.0);
        assert_eq!(of(&[7.0], 0, 0.99), 7.0);
    }

    #[test]
    fn no_hair_of_a_product_is_a_place() {
        for percent in 1..=100 {
            let took: Vec<f64> = (1..=100).map(f64::from).collect();
            assert_eq!(of(&took, 0, f64::from(percent) / 100.0), f64::from(percent));
        }
    }

    #[test]
    fn a_failure_is_slower_than_everything() {
        assert_eq!(of(&[1.0; 98], 2, 0.98), 1.0);
        assert_eq!(of(&[1.0; 98], 2, 0.99), f64::INFINITY);
        assert_eq!(of(&[], 0, 0.5), f64::INFINITY);
    }
}
