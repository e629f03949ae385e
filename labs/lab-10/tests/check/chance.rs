//! How likely it is that pauses are as they are, when each is drawn at random between nothing and its limit.
//!
//! One draw shows nothing, so each of these numbers is of many, and small only where random pauses would hardly ever do the same. None
//! depends on how fast this machine is: that decides when a pause ends, and not how long it was to be.

/// What never happens: of ten thousand right programs not one is taken for wrong, although several things are looked at several times.
pub(crate) const NEVER: f64 = 1e-6;
/// What may be chance, so that more pauses are looked at.
pub(crate) const PERHAPS: f64 = 0.02;

/// For each way in which pauses can be other than random: how likely it is that random ones look so, and how that is said. `drawn` has
/// each pause with its limit, in milliseconds.
pub(crate) fn odds(drawn: &[(u64, u64)]) -> [(f64, &'static str); 11] {
    let late: Vec<(u64, u64)> = drawn.iter().copied().filter(|(_, limit)| *limit == LONGEST).collect();
    [
        (of_the_lowest(drawn), "pauses that all have the same lowest value, and none below it: a pause can be nothing"),
        (of_the_smallest(drawn), "pauses that are all more than a part of their limit: a pause can be nothing"),
        (of_the_highest(drawn), "pauses that all end before their limit: a part of the time is not used"),
        (of_the_limit(drawn), "pauses that are often as long as their limit: callers meet again at that moment"),
        (
            of_the_mean(drawn),
            "pauses that are not half as long as their limits on average: some times are drawn oftener than others",
        ),
        (
            of_the_mean(&late),
            "last pauses that are not half as long as their limit on average: some times are drawn oftener than others",
        ),
        (of_the_steps(drawn), "pauses in steps of some milliseconds: callers meet again at the same few moments"),
        (of_the_steps(&late), "last pauses that are all certain parts of their limit: callers meet again at them"),
        (
            of_the_highest(&late),
            "last pauses that all end before their limit: it does not grow as far as it may, or a part of the time is not used",
        ),
        (
            of_the_middle(drawn),
            "pauses after tries 2 and 3 that all end before their limits: it does not double from try to try, or a part of the time is not used",
        ),
        (of_the_repeats(drawn), "pauses of a few values only: callers meet again at the same few moments"),
    ]
}

/// The longest limit, in milliseconds: that of the last two pauses.
const LONGEST: u64 = 300;

/// The limits between the first and the longest, in milliseconds.
const MIDDLE: [u64; 2] = [100, 200];

/// Of no pause below the shortest one, together with how many are as short as it.
fn of_the_lowest(drawn: &[(u64, u64)]) -> f64 {
    let Some(lowest) = drawn.iter().map(|(pause, _)| *pause).min() else { return 1.0 };
    let none_below: f64 = drawn.iter().map(|(_, limit)| 1.0 - lowest as f64 / *limit as f64).product();
    let as_low = drawn.iter().filter(|(pause, _)| *pause == lowest).count();
    let rate: f64 = drawn.iter().map(|(_, limit)| 1.0 / limit.saturating_sub(lowest).max(1) as f64).sum();
    both(none_below, so_often(as_low - 1, rate))
}

/// Of no share of its limit below the smallest one.
fn of_the_smallest(drawn: &[(u64, u64)]) -> f64 {
    let smallest = drawn.iter().map(|(pause, limit)| *pause as f64 / *limit as f64).fold(1.0, f64::min);
    (1.0 - smallest).powi(i32::try_from(drawn.len()).unwrap_or(i32::MAX))
}

/// Of the largest shares of both limits between the first and the longest: those that are there because a limit doubles.
fn of_the_middle(drawn: &[(u64, u64)]) -> f64 {
    let [one, other] = MIDDLE.map(|wanted| {
        let of_limit: Vec<(u64, u64)> = drawn.iter().copied().filter(|(_, limit)| *limit == wanted).collect();
        of_the_highest(&of_limit)
    });
    both(one, other)
}

/// Of no share of its limit above the largest one.
fn of_the_highest(drawn: &[(u64, u64)]) -> f64 {
    let largest = drawn.iter().map(|(pause, limit)| (*pause as f64 + 1.0) / *limit as f64).fold(0.0, f64::max);
    largest.min(1.0).powi(i32::try_from(drawn.len()).unwrap_or(i32::MAX))
}

/// Of so many pairs of pauses that are the same, where both have the same limit. Whole milliseconds are drawn.
fn of_the_repeats(drawn: &[(u64, u64)]) -> f64 {
    let (mut same, mut rate) = (0, 0.0);
    for (at, (pause, limit)) in drawn.iter().enumerate() {
        for (other, _) in drawn[..at].iter().filter(|(_, other)| other == limit) {
            same += usize::from(other == pause);
            rate += 1.0 / *limit as f64;
        }
    }
    so_often(same, rate)
}

/// Of so many pauses that are exactly their limit, where whole milliseconds are drawn, the limit included.
fn of_the_limit(drawn: &[(u64, u64)]) -> f64 {
    let rate: f64 = drawn.iter().map(|(_, limit)| 1.0 / (*limit as f64 + 1.0)).sum();
    so_often(drawn.iter().filter(|(pause, limit)| pause == limit).count(), rate)
}

/// Of shares whose mean is so far from one half. The bound is Hoeffding's, with the variance of what is drawn evenly.
fn of_the_mean(drawn: &[(u64, u64)]) -> f64 {
    let count = drawn.len() as f64;
    let sum: f64 = drawn.iter().map(|(pause, limit)| (*pause as f64 + 0.5) / *limit as f64).sum();
    let off = sum / count - 0.5;
    if drawn.is_empty() { 1.0 } else { (2.0 * (-6.0 * count * off * off).exp()).min(1.0) }
}

/// Of all pauses being multiples of one number of milliseconds.
fn of_the_steps(drawn: &[(u64, u64)]) -> f64 {
    let common = drawn.iter().fold(0, |common, (pause, _)| greatest_common_divisor(common, *pause));
    if common == 1 { 1.0 } else { 2.0 * 0.5_f64.powi(i32::try_from(drawn.len()).unwrap_or(i32::MAX)) }
}

fn greatest_common_divisor(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

/// Of no pause being a larger part of what was left than the largest one. Each comes with the most that can have been left, and with
/// the most that it could be.
pub(crate) fn of_the_largest_part(slept: &[(f64, f64, f64)]) -> f64 {
    let largest = slept.iter().map(|(pause, left, _)| pause / left).fold(0.0, f64::max);
    let no_larger =
        |(_, left, most): &(f64, f64, f64)| if *most > 0.0 { (largest * left / most).min(1.0) } else { 1.0 };
    // No pause at all is another matter.
    if largest > 0.0 { slept.iter().map(no_larger).product() } else { 1.0 }
}

/// Of something happening so often or oftener that happens `rate` times on average.
fn so_often(times: usize, rate: f64) -> f64 {
    (1..=times).map(|time| rate / time as f64).product::<f64>().min(1.0)
}

/// Of two things that have nothing to do with each other being as rare together.
fn both(one: f64, other: f64) -> f64 {
    let product = one * other;
    if product > 0.0 { (product * (1.0 - product.ln())).min(1.0) } else { 0.0 }
}
