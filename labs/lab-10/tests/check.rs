//! Lab 10, limits: what a caller gets when something is throttled, slow or broken, how often the archive was called for it,
//! and what the log tells afterwards.
//!
//! Read the tests in the order of the TODOs: `concurrency`, `client`, `tries`, `time`, `log`, `door`. The archive is a function
//! of the template that the check can throttle, as the console's button does.

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

use kit::{Failure, Lab, LambdaRequest, lab};

/// The template's names for the function under test, and for the one that it asks.
const FUNCTION: &str = "OnThisDayFunction";
const ARCHIVE: &str = "ArchiveFunction";

/// How often a request may be tried.
const TRIES: usize = 6;

/// A year that the archive answers at once.
const YEAR: &str = "/on-this-day/2019";

fn limits() -> Lab {
    limits_of(lab!())
}

fn limits_of(lab: Lab) -> Lab {
    lab.attribute(Failure::FunctionThrottled, "lab-10.1")
        .attribute(Failure::RequestThrottled, "lab-10.6")
        .expecting_5xx()
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
