//! Lab 10, limits: what a caller gets when something is throttled, slow or broken, how often the archive was called for it,
//! and what the log says afterwards.
//!
//! Read the tests in the order of the TODOs: `concurrency`, `client`, `tries`, `time` and `budget`, `log`, `door`. The archive is a function
//! of the template that the check can throttle, as the console's button does.

#[path = "check/budget.rs"]
mod budget;
#[path = "check/chance.rs"]
mod chance;
#[path = "check/client.rs"]
mod client;
#[path = "check/concurrency.rs"]
mod concurrency;
#[path = "check/door.rs"]
mod door;
#[path = "check/log.rs"]
mod log;
#[path = "check/time.rs"]
mod time;
#[path = "check/tries.rs"]
mod tries;

use std::{panic, thread};

use kit::{Answer, Deployment, Failure, Lab, LambdaRequest, deployment};

/// The template's names for the function under test, and for the one that it asks.
const FUNCTION: &str = "OnThisDayFunction";
const ARCHIVE: &str = "ArchiveFunction";

/// How often a request may be tried.
const TRIES: usize = 6;

/// A year that the archive answers at once.
const YEAR: &str = "/on-this-day/2019";

/// The rate and the burst of the stage that chapter 10 asks for.
const THROTTLE: (u32, u32) = (4, 6);

/// The lab, with a stage that lets in what the tests of other TODOs send.
fn limits() -> Lab {
    limits_in(deployment!())
}

/// As [`limits`], with parameters of its own.
fn limits_in(deployment: Deployment) -> Lab {
    let lab = limits_of(deployment);
    lab.asks("lab-10.6", "let in bursts of 6, and 4 a second after that").has_no_throttle_below(THROTTLE.0, THROTTLE.1);
    lab
}

fn limits_of(deployment: Deployment) -> Lab {
    // The other TODO of the template is a number, which nobody refuses.
    let lab = deployment.attribute(Failure::UnreadableTemplate, "lab-10.6").deployed();
    lab.attribute(Failure::FunctionThrottled, "lab-10.1")
        .attribute(Failure::RequestThrottled, "lab-10.6")
        .expecting_5xx()
}

/// What `ask` gets for each of these, asked at the same moment: who waits for several answers need not wait for one after the other.
/// What they are worth is judged afterwards, in their order.
fn at_once<'of, T: Sync, R: Send>(of: &'of [T], ask: impl Fn(&'of T) -> R + Sync) -> Vec<R> {
    let ask = &ask;
    thread::scope(|scope| {
        let asked: Vec<_> = of.iter().map(|one| scope.spawn(move || ask(one))).collect();
        asked.into_iter().map(|one| one.join().unwrap_or_else(|why| panic::resume_unwind(why))).collect()
    })
}

/// An answer to a caller who named no limit, so the function gives the archive the time that it has: whether it does is a matter of
/// lab-10.4.
fn in_time(answer: Answer<'_>) -> Answer<'_> {
    let got = "status 504, although the caller set no limit and the archive answers at once";
    let expected = "that the function waits for the archive as long as it may run, less the margin";
    answer.attributed_to("lab-10.4").shows(answer.status() != 504, expected, got);
    answer
}

/// The answer, as one about the tries where the function has tried anything again: that belongs to the TODO before.
fn of_the_first_try<'lab>(lab: &Lab, answer: Answer<'lab>) -> Answer<'lab> {
    if has_tried_again(lab) { answer.with_todo("lab-10.3") } else { answer }
}

/// How long the function took for its last answer, in milliseconds.
fn took(lab: &Lab) -> f64 {
    lab.reports(FUNCTION).last().map_or(f64::INFINITY, |report| report.duration)
}

/// Whether the function has tried anything again so far.
fn has_tried_again(lab: &Lab) -> bool {
    lab.printed(FUNCTION).iter().any(|line| line.text_of("message") == "trying again")
}

/// The calls of the archive so far, in words.
fn in_words(calls: &[LambdaRequest]) -> String {
    let Some(first) = calls.first() else { return "no call of the archive".to_string() };
    let count = calls.len();
    if calls.iter().any(|call| call.status != first.status) {
        return format!("{count} calls of the archive");
    }
    match count {
        1 => format!("1 call of the archive, answered {}", first.status),
        2..=TRIES => format!("{count} calls of the archive, each answered {}", first.status),
        _ => format!("more than {TRIES} calls of the archive, each answered {}", first.status),
    }
}
