//! Lab 10, limits: what a caller gets when something is throttled, slow or broken, how often the archive was called for it,
//! and what the log tells afterwards.
//!
//! Read the tests in the order of the holes: `concurrency`, `client`, `tries`, `time`, `log`, `door`. The archive is a function
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

use kit::{Lab, LambdaRequest, lab};

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
    lab.throttled_functions_are("lab-10.1").refused_requests_are("lab-10.6").errors_5xx_are_meant()
}

/// Whether the function has tried anything again so far.
fn has_tried_again(lab: &Lab) -> bool {
    lab.printed(FUNCTION).iter().any(|line| line.text_of("message") == "trying again")
}

/// The calls of the archive so far, in words.
fn told(calls: &[LambdaRequest]) -> String {
    match calls {
        [] => "no call of the archive".to_string(),
        [once] => format!("1 call of the archive, answered {}", once.status),
        [first, rest @ ..] if calls.len() > TRIES && rest.iter().all(|call| call.status == first.status) => {
            format!("more than {TRIES} calls of the archive, each answered {}", first.status)
        }
        [first, rest @ ..] if rest.iter().all(|call| call.status == first.status) => {
            format!("{} calls of the archive, each answered {}", calls.len(), first.status)
        }
        _ => format!("{} calls of the archive", calls.len()),
    }
}
