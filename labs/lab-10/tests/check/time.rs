//! lab-10.4: an answer while somebody is there to get it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use kit::{Answer, Lab, deployment};

use crate::{ARCHIVE, YEAR, at_once, limits, limits_in, limits_of, of_the_first_try, took};

/// The tape of 2010 takes 20 seconds to wind.
const SLOW: &str = "/on-this-day/2010";
/// How long an impatient caller waits, in milliseconds.
const PATIENCE: u32 = 900;
/// What is kept back of every limit, and how far an answer of the slow archive may be from its time on a machine that is busy with other
/// things: who keeps nothing back is further. What is kept back to the millisecond is asked with an archive that does not answer.
pub(crate) const MARGIN: f64 = 400.0;
const LATE: f64 = 300.0;
/// The same, where there is no time at all for the archive, in milliseconds.
const AT_ONCE: f64 = 190.0;
/// The most by which a busy machine is believed to be later than that, in milliseconds.
const EXCUSED: f64 = 60.0;
const EARLY: f64 = 50.0;
/// The function's Timeout is 3 s; a function that uses that up has not looked at the caller's patience. In milliseconds.
const SOON: f64 = 2_000.0;
/// The Timeout of a function that this check need not wait for so long, in seconds.
const SHORT: &str = "1";
/// An answer of that function from here on is left to chance, because Lambda stops it at 1 s. In milliseconds.
const LAST_MOMENT: f64 = 900.0;
/// How much earlier than its time an answer may seem to be. A timer never ends early, and times are cut to what is printed. In milliseconds.
pub(crate) const ROUNDED: f64 = 2.0;
/// How late an answer may be, beside what the machine was late with everything, in milliseconds.
const LATE_BY_ITSELF: f64 = 35.0;
/// How often a thread waits for its turn on the way of an answer that is due: in the function, in its runtime, and in the local cloud.
const TURNS: f64 = 3.0;
/// How many answers must have come late before the function is to blame: each of them, and by more than the machine was late.
const LATE_LOOKS: usize = 3;
/// How often an answer may come late before the function is to blame for it, and not a machine that is busy with other things.
/// The archive winds on when nobody waits for it any more, and takes two at a time.
const LOOKS: usize = 2;

/// Asks the slow archive. What is too slow is not worth another try, which belongs to the TODO before.
fn slow<'lab>(lab: &'lab Lab, about: &'lab str, within: u32) -> Answer<'lab> {
    of_the_first_try(lab, lab.asks("lab-10.4", about).get(&format!("{SLOW}?within={within}")))
}

/// The answer of the slow archive's caller, and how long the function took for it, in milliseconds: the first one that arrived before
/// `limit`, or the last of a few, which is taken for one of those where the machine was late with everything by as much.
fn answered<'lab>(lab: &'lab Lab, about: &'lab str, within: u32, limit: f64) -> (Answer<'lab>, f64) {
    let mut looks = 1;
    loop {
        let (answer, delay) = with_delay(|| slow(lab, about, within));
        answer.has_status(504);
        let took = took(lab);
        if took < limit || took >= SOON && limit < SOON {
            return (answer, took);
        }
        if looks == LOOKS {
            let is_excused = took - delay.min(EXCUSED) < limit;
            return (answer, if is_excused { limit - ROUNDED } else { took });
        }
        looks += 1;
    }
}

/// Expects an answer that comes `MARGIN` before `limit`, and no more than `early` before that.
fn comes_by_the_margin(answer: &Answer<'_>, took: f64, limit: f64, early: f64) {
    let due = limit - MARGIN;
    let expected = format!("an answer after {due} ms: {limit}, less the margin of {MARGIN}");
    let kept = if took < due { "more" } else { "less" };
    let got = format!("one after measured {took:.0} ms: {kept} than the margin is kept back");
    answer.shows((due - early..due + LATE).contains(&took), expected, got);
}

/// Expects an answer that comes while the caller is there: before their time is up, because it has a way home before it.
fn answers_in_time(lab: &Lab) {
    let limit = f64::from(PATIENCE);
    let (answer, took) =
        answered(lab, "ask the slow archive, with 900 ms of patience", PATIENCE, limit - MARGIN + LATE);
    answer.shows(took < SOON, "an answer within 900 ms", "an answer after more than 2 s, to a caller who has gone");
    let got = "an answer after the 900 ms: the caller's time was used up, and none of it kept back for the way home";
    answer.shows(took < limit, "an answer before the 900 ms are over, by the margin", got);
    comes_by_the_margin(&answer, took, limit, ROUNDED);
}

#[test]
fn answers_before_lambda_stops_it() {
    let lab = limits_of(deployment!().parameter("Seconds", SHORT));
    let (answer, took) = answered(
        &lab,
        "ask the slow archive, with a minute's patience and a Timeout of 1 s",
        60_000,
        1_000.0 - MARGIN + LATE,
    );
    let got = "an answer at the last moment: it is chance which of the two is first";
    answer.shows(took < LAST_MOMENT, "an answer before Lambda stops the function after 1 s, by the margin", got);
    comes_by_the_margin(&answer, took, 1_000.0, EARLY);
    answer.in_own_words("error.message").matches_snapshot("answers_before_lambda_stops_it");
}

#[test]
fn answers_before_the_caller_has_gone() {
    answers_in_time(&limits());
    let lab = limits();
    for (about, within) in [
        ("ask the slow archive, with 300 ms of patience, which is less than the margin", 300),
        ("ask the slow archive, with no patience at all", 0),
    ] {
        let (answer, took) = answered(&lab, about, within, AT_ONCE);
        let got = "an answer after more than 2 s: so short a time was taken for none, and the caller waited for the function's own";
        let expected = "an answer at once: there is no time for the archive";
        answer.shows(took < SOON, expected, got);
        let got = format!("one after measured {took:.0} ms: the archive was given time that nobody has");
        answer.shows(took < AT_ONCE, expected, got);
    }
}

/// Does something, and says how late an answer may be on this machine meanwhile, in milliseconds: as long as it takes for what an idle one
/// does in [`LATE_BY_ITSELF`], and as long as it kept a thread waiting that had something to do every millisecond, for each of the
/// [`TURNS`] of an answer.
fn with_delay<T>(does: impl FnOnce() -> T) -> (T, f64) {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let (mut longest, mut waited) = (Duration::ZERO, Duration::ZERO);
            let began = Instant::now();
            while !is_over.load(Ordering::Relaxed) {
                let pause = Instant::now();
                thread::sleep(Duration::from_millis(1));
                let late = pause.elapsed().saturating_sub(Duration::from_millis(1));
                longest = longest.max(late);
                waited += late;
            }
            let busy = waited.as_secs_f64() / began.elapsed().as_secs_f64().max(0.001);
            LATE_BY_ITSELF / (1.0 - busy).max(0.05) + TURNS * longest.as_secs_f64() * 1_000.0
        });
        let done = does();
        is_over.store(true, Ordering::Relaxed);
        (done, watch.join().unwrap_or(f64::INFINITY))
    })
}

/// Somebody who asks an archive that does not answer, and has `limit` milliseconds.
struct Limit {
    lab: Lab,
    target: String,
    about: String,
    limit: u32,
    /// How much earlier than its time an answer may come, in milliseconds.
    early: f64,
}

impl Limit {
    /// The limit of a caller who waits `within` milliseconds.
    fn of_caller(lab: Lab, within: u32) -> Limit {
        let about = format!("ask an archive that does not answer, with {within} ms of patience");
        Limit { lab, target: format!("{YEAR}?within={within}"), about, limit: within, early: ROUNDED }
    }

    /// The limit of a function whose Timeout is [`SHORT`].
    fn of_function() -> Limit {
        let lab = limits_in(deployment!().parameter("Seconds", SHORT));
        let about = "ask an archive that does not answer, with no limit and a Timeout of 1 s".to_string();
        Limit { lab, target: YEAR.to_string(), about, limit: 1_000, early: EARLY }
    }

    /// When an answer is due, in milliseconds.
    fn due(&self) -> f64 {
        (f64::from(self.limit) - MARGIN).max(0.0)
    }

    fn answer(&self) -> Answer<'_> {
        self.lab.hold_next(ARCHIVE);
        of_the_first_try(&self.lab, self.lab.asks("lab-10.4", &self.about).get(&self.target))
    }

    fn expected(&self) -> String {
        format!(
            "an answer after {} ms: {}, less the margin of {MARGIN}, and no less than nothing",
            self.due(),
            self.limit
        )
    }

    /// Expects an answer that does not come sooner than it is due. How late it came, in milliseconds.
    fn does_not_give_up_early(&self, answer: &Answer<'_>) -> f64 {
        answer.has_status(504);
        let took = took(&self.lab);
        let got = "an answer after more than 2 s, to a caller who has gone";
        answer.shows(took < SOON, self.expected(), got);
        let got = format!("one after measured {took:.0} ms: more than the margin is kept back");
        answer.shows(took >= self.due() - self.early, self.expected(), got);
        took - self.due()
    }
}

/// Expects that an archive which does not answer is given up when the margin is left of each of these limits, neither sooner nor later.
fn give_up(limits: &[Limit]) {
    let mut late: Vec<&Limit> = limits.iter().collect();
    for look in 1..=LATE_LOOKS {
        let (answers, delay) = with_delay(|| at_once(&late, |limit| Limit::answer(limit)));
        let mut still_late = Vec::new();
        for (limit, answer) in late.into_iter().zip(answers) {
            let by = limit.does_not_give_up_early(&answer);
            if by <= delay {
                continue;
            }
            let took = by + limit.due();
            let got = format!("one after measured {took:.0} ms: the archive was given more time than there is");
            answer.shows(look < LATE_LOOKS, limit.expected(), got);
            still_late.push(limit);
        }
        late = still_late;
    }
}

/// As [`give_up`], where it is the caller who has `within` milliseconds.
pub(crate) fn gives_up_by_the_margin(within: u32) {
    give_up(&[Limit::of_caller(limits(), within)]);
}

#[test]
fn the_margin_is_kept_back_and_no_more() {
    // One environment is asked with several limits. A stage that lets in bursts of six has room for these; who comes late is asked
    // again on a board of their own.
    for of_lab in [[600, 450, 410], [300, 99, 9]] {
        let mut lab = limits();
        for within in of_lab {
            let limit = Limit::of_caller(lab, within);
            let answer = limit.answer();
            let is_late = limit.does_not_give_up_early(&answer) > LATE_BY_ITSELF;
            lab = limit.lab;
            if is_late {
                gives_up_by_the_margin(within);
            }
        }
    }
    gives_up_by_the_margin(0);
}

#[test]
fn the_margin_is_kept_back_of_the_functions_own_time_and_of_more_than_a_second() {
    give_up(&[Limit::of_function(), Limit::of_caller(limits(), 1_100)]);
}
