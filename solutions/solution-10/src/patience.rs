//! How long to go on: whether a failure is worth another try, how long to pause before it, and when to stop.

use std::time::Duration;

use crate::archive::Failure;

/// The most tries for one request. Past a handful, more tries are more load and no more answers.
const TRIES: u32 = 6;
/// The limit of the first pause; each further one may be twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The limit of every pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(300);
/// What is kept back of every time limit, to write the answer and to send it home.
const MARGIN: Duration = Duration::from_millis(400);

/// The pause before the next try, or nothing when there must not be one. `tries` have been made, the last of them ended in
/// `failure`, and `left` is the time that the answer may still take.
pub(crate) fn pause(failure: &Failure, tries: u32, left: Duration) -> Option<Duration> {
    // lab-10.3 begin
    let may_pass = matches!(failure, Failure::Throttled(_) | Failure::Unavailable(_));
    if !may_pass || tries >= TRIES {
        return None;
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << (tries - 1)).min(LONGEST_PAUSE);
    let pause = limit.mul_f64(fastrand::f64());
    (pause < left).then_some(pause)
    // lab-10.3 starter
    // | // TODO(lab-10.3): try again what can pass, TRIES times in all, after a random pause between nothing and a limit:
    // | // FIRST_PAUSE, then twice that, and so on up to LONGEST_PAUSE. Give up where it would outlast what is left.
    // | let _ = (failure, tries, left, TRIES, FIRST_PAUSE, LONGEST_PAUSE);
    // | Some(Duration::ZERO)
    // lab-10.3 end
}

/// How long the whole answer may take. `until_stopped` is the time until Lambda stops this function, `within` the time
/// that the caller says they wait.
pub(crate) fn budget(until_stopped: Duration, within: Option<Duration>) -> Duration {
    // lab-10.4 begin
    within.map_or(until_stopped, |within| within.min(until_stopped)).saturating_sub(MARGIN)
    // lab-10.4 starter
    // | // TODO(lab-10.4): stop before Lambda does, and before the caller has gone. MARGIN is for the way back.
    // | let _ = (until_stopped, within, MARGIN);
    // | Duration::from_secs(30)
    // lab-10.4 end
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn throttled() -> Failure {
        Failure::Throttled("ReservedFunctionConcurrentInvocationLimitExceeded".to_owned())
    }

    #[test]
    fn pauses_are_random_grow_and_stay_below_their_limit() {
        for (tries, limit) in [(1, 50), (2, 100), (3, 200), (4, 300), (5, 300)] {
            let limit = Duration::from_millis(limit);
            let pauses: Vec<Duration> = (0..200).map(|_| pause(&throttled(), tries, SECOND).unwrap()).collect();
            assert!(pauses.iter().all(|pause| *pause <= limit), "after try {tries}");
            assert!(pauses.iter().any(|pause| *pause < limit / 2) && pauses.iter().any(|pause| *pause > limit / 2));
        }
        assert_eq!(pause(&throttled(), TRIES, SECOND), None);
    }

    #[test]
    fn no_pause_outlasts_what_is_left() {
        let left = Duration::from_millis(20);
        let pauses: Vec<Option<Duration>> = (0..200).map(|_| pause(&throttled(), 5, left)).collect();
        assert!(pauses.iter().flatten().all(|pause| *pause < left) && pauses.contains(&None));
    }

    #[test]
    fn what_cannot_pass_is_not_tried_again() {
        for failure in [Failure::NoSuchArchive, Failure::Broken(String::new()), Failure::TooSlow] {
            assert_eq!(pause(&failure, 1, SECOND), None, "{failure:?}");
        }
        assert!(pause(&Failure::Unavailable(String::new()), 1, SECOND).is_some());
    }

    #[test]
    fn the_budget_ends_before_the_first_of_its_limits() {
        assert_eq!(budget(3 * SECOND, None), 3 * SECOND - MARGIN);
        assert_eq!(budget(3 * SECOND, Some(2 * SECOND)), 2 * SECOND - MARGIN);
        assert_eq!(budget(3 * SECOND, Some(60 * SECOND)), 3 * SECOND - MARGIN);
        assert_eq!(budget(3 * SECOND, Some(SECOND / 10)), Duration::ZERO);
    }
}
