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
    // TODO(lab-10.3): try again what can pass, TRIES times in all, after a random pause between nothing and a limit:
    // FIRST_PAUSE, then twice that, and so on up to LONGEST_PAUSE. Give up where it would outlast what is left.
    let _ = (failure, tries, left, TRIES, FIRST_PAUSE, LONGEST_PAUSE);
    Some(Duration::ZERO)
}

/// How long the whole answer may take. `until_stopped` is the time until Lambda stops this function, `within` the time
/// that the caller says they wait.
pub(crate) fn budget(until_stopped: Duration, within: Option<Duration>) -> Duration {
    // TODO(lab-10.4): stop before Lambda does, and before the caller has gone. MARGIN is for the way back.
    let _ = (until_stopped, within, MARGIN);
    Duration::from_secs(30)
}
