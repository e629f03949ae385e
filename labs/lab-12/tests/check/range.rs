//! A practice range whose time the check controls: it holds every answer back until all requests have come, and can stop the
//! program that asks, as a machine does that is too busy for it. Or it fails whatever is asked, at once.
//!
//! Whether requests wait for answers is then no question of how fast this machine is. And because the range knows when each
//! request came and when it was answered, it knows between which bounds each clock must lie, on a slow machine, too.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use kit::{Lab, Run};
use serde_json::Value;

use crate::PROGRAM;

/// How many requests the program is to send, and how many a second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) count: usize,
    pub(crate) rate: f64,
}

impl Pace {
    /// From one request to the next.
    fn gap(self) -> Duration {
        Duration::from_secs_f64(1.0 / self.rate)
    }

    /// When a request is due, counted from the first.
    fn due(self, index: usize) -> Duration {
        Duration::from_secs_f64(index as f64 / self.rate)
    }

    /// When the last one is due.
    fn whole(self) -> Duration {
        self.due(self.count - 1)
    }
}

/// How long the range waits for one more request. The program needs a tenth of a second for one.
const PATIENCE: Duration = Duration::from_secs(3);
/// How much longer than the last request is due a program stands still that is stopped.
const STANDSTILL: Duration = Duration::from_millis(200);
/// How often the program is asked again because this machine was too busy to stop it in time.
const ATTEMPTS: usize = 5;
/// How many times longer than they should requests may take that all fail, and after how many measurements the program is to blame for
/// it, and not a busy machine.
const SLOW: u32 = 4;
const SLOW_LOOKS: usize = 3;
/// What the clocks of two processes may differ by.
const SLACK: Duration = Duration::from_millis(5);
/// Which request is answered with 500.
const FAILS: usize = 4;
/// The statuses of those that fail.
const FAILED: &str = "500 Internal Server Error";
const REFUSED: &str = "429 Too Many Requests";
/// Which request's connection is closed without an answer.
const UNANSWERED: usize = 2;

/// What the range does with the requests that come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Range {
    /// It holds their answers back until all have come.
    Holds,
    /// The same, and it has the program stand still after its first request until all the others are overdue.
    StandsStill,
    /// It fails each of them at once, and refuses every second one.
    Fails,
}

/// A request: when it came, and the connection that its answer goes to. Nothing when the measurement is over.
type Arrival = Option<(Instant, Arc<TcpStream>)>;

/// What the range has seen.
#[derive(Debug, Clone)]
struct Seen {
    /// When the program had not been started yet.
    began: Instant,
    /// When each request came.
    came: Vec<Instant>,
    /// How many were under way when the first was answered, and when that was.
    under_way: usize,
    answered: Instant,
    /// When the program that stood still went on.
    went_on: Option<Instant>,
}

impl Seen {
    /// From the first request to the last.
    fn whole(&self) -> Duration {
        self.came.iter().max().map_or(Duration::ZERO, |last| last.duration_since(self.came[0]))
    }

    /// The requests that came after the standstill; all but the first one, if there was none.
    fn after_standstill(&self) -> &[Instant] {
        let before = self.went_on.map_or(1, |went_on| self.came.iter().filter(|came| **came < went_on).count());
        &self.came[before..]
    }
}

/// A measurement of the range.
#[derive(Debug)]
pub(crate) struct Measurement<'lab> {
    run: Run<'lab>,
    pace: Pace,
    seen: Seen,
    ended: Instant,
    samples: Vec<Sampled>,
}

/// A line that the program printed.
#[derive(Debug)]
struct Sampled {
    took: Duration,
    /// When it was due, since 1970.
    due: Option<Duration>,
    /// Its place in the order in which the range got the requests; none where no answer came.
    arrival: Option<usize>,
}

/// Has the program ask the range. Where it is to stand still, it asks again if it had sent most of the requests before it was stopped.
pub(crate) fn measured<'lab>(lab: &'lab Lab, about: &'lab str, pace: Pace, range: Range) -> Measurement<'lab> {
    // A connection for each, in both processes.
    kit::opens_files(2 * pace.count as u64);
    let mut measurement = measured_once(lab, about, pace, range);
    for _ in 1..ATTEMPTS {
        let seen = &measurement.seen;
        let stood_still = seen.went_on.is_some() && seen.after_standstill().len() > pace.count / 2;
        if range != Range::StandsStill || seen.came.len() < pace.count || stood_still {
            break;
        }
        measurement = measured_once(lab, about, pace, range);
    }
    measurement
}

fn measured_once<'lab>(lab: &'lab Lab, about: &'lab str, pace: Pace, range: Range) -> Measurement<'lab> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let url = format!("http://{}/range", listener.local_addr().expect("it listens"));
    let (sender, requests) = channel();
    let over = sender.clone();
    thread::spawn(move || accept(&listener, &sender));
    let process = Arc::new(OnceLock::new());
    let stops = (range == Range::StandsStill).then(|| Arc::clone(&process));
    let began = Instant::now();
    let thread = thread::spawn(move || match range {
        Range::Fails => failed(&requests, began),
        _ => answered(&requests, pace, began, stops.as_deref()),
    });
    let command = lab.asks("lab-12.1", about).command(PROGRAM).whose_output_is_judged().whose_process_is(&process);
    let (rate, count) = (pace.rate.to_string(), pace.count.to_string());
    let run = command.arg("measure").arg_shown_as(url, "$RANGE_URL").args(["--rate", &rate, "--count", &count]).run();
    let ended = Instant::now();
    drop(over.send(None));
    let seen = thread.join().expect("the range does not panic");
    run.succeeds();
    let samples: Vec<Sampled> = run.stdout().lines().filter_map(sampled).collect();
    let wanted = match pace.count {
        1 => "one sample of one request".to_string(),
        some => format!(
            "{some} samples of as many requests, whatever became of each: one gets no answer, and its status is 0"
        ),
    };
    let got = match range {
        // How many it had sent by then is a matter of this machine.
        Range::Fails if seen.came.len() < pace.count => "fewer: it stopped when some had failed".to_string(),
        _ => format!("{} of {}", counted(samples.len(), "sample"), counted(seen.came.len(), "request")),
    };
    run.shows((samples.len(), seen.came.len()) == (pace.count, pace.count), wanted, got);
    Measurement { run, pace, seen, ended, samples }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn sampled(line: &str) -> Option<Sampled> {
    let sample: Value = serde_json::from_str(line).ok()?;
    let took = Duration::try_from_secs_f64(sample["took"].as_f64()? / 1000.0).ok()?;
    let arrival = match (sample["status"].as_u64()?, sample["requestId"].as_str()?) {
        (0, "") => None,
        (_, id) => Some(id.parse().ok()?),
    };
    Some(Sampled { took, due: sample["due"].as_u64().map(Duration::from_millis), arrival })
}

fn accept(listener: &TcpListener, requests: &Sender<Arrival>) {
    for connection in listener.incoming().flatten() {
        let requests = requests.clone();
        thread::spawn(move || read(Arc::new(connection), &requests));
    }
}

/// Hands on what comes over one connection. The requests have no body, so each ends with an empty line.
fn read(connection: Arc<TcpStream>, requests: &Sender<Arrival>) {
    let (mut text, mut part) = (Vec::new(), [0; 1024]);
    let mut requested = &*connection;
    while let Ok(length @ 1..) = requested.read(&mut part) {
        text.extend_from_slice(&part[..length]);
        if text.ends_with(b"\r\n\r\n") {
            text.clear();
            // Nobody listens any more when the measurement is over.
            drop(requests.send(Some((Instant::now(), Arc::clone(&connection)))));
        }
    }
}

/// Holds the answers back until all requests have come, or no more do. Then it gives them, the last one first, and answers
/// at once what comes after that, until the program has ended.
fn answered(requests: &Receiver<Arrival>, pace: Pace, began: Instant, stops: Option<&OnceLock<u32>>) -> Seen {
    let (mut came, mut held, mut went_on) = (Vec::new(), Vec::new(), None);
    let mut is_over = false;
    while came.len() < pace.count {
        // A program that sends all requests at once has sent them when it is stopped, on every machine.
        let process = stops.and_then(OnceLock::get).filter(|_| went_on.is_none() && !came.is_empty());
        let patience = if process.is_some() { pace.gap() / 2 } else { PATIENCE };
        match (requests.recv_timeout(patience), process) {
            (Ok(Some((when, connection))), _) => {
                came.push(when);
                held.push(connection);
            }
            (Err(RecvTimeoutError::Timeout), Some(process)) => {
                went_on = Some(stand_still(*process, pace.whole() + STANDSTILL));
            }
            (ended, _) => {
                is_over = ended.is_ok();
                break;
            }
        }
    }
    let of = |arrival: usize| if arrival == FAILS { FAILED } else { "200 OK" };
    let (under_way, answered) = (held.len(), Instant::now());
    for (arrival, connection) in held.into_iter().enumerate().rev() {
        answer(&connection, arrival, of(arrival));
        if arrival + 1 == pace.count {
            // Time to read this one before there is another.
            thread::sleep(8 * SLACK);
        }
    }
    while !is_over {
        match requests.recv() {
            Ok(Some((when, connection))) => {
                answer(&connection, came.len(), of(came.len()));
                came.push(when);
            }
            _ => is_over = true,
        }
    }
    Seen { began, came, under_way, answered, went_on }
}

/// Fails each request as it comes, until the program has ended.
fn failed(requests: &Receiver<Arrival>, began: Instant) -> Seen {
    let mut came = Vec::new();
    while let Ok(Some((when, connection))) = requests.recv() {
        answer(&connection, came.len(), if came.len() % 2 == 0 { FAILED } else { REFUSED });
        came.push(when);
    }
    Seen { began, came, under_way: 0, answered: Instant::now(), went_on: None }
}

fn answer(mut connection: &TcpStream, arrival: usize, status: &str) {
    if arrival == UNANSWERED {
        // The thread that reads has the connection as well, so dropping it here would not close it.
        drop(connection.shutdown(Shutdown::Both));
        return;
    }
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nX-Request-Id: {arrival}\r\n\r\n");
    // A program that has gone away has no sample of this request, which is judged.
    drop(connection.write_all(head.as_bytes()));
}

/// Stops the process for a while. The moment is the last one before it goes on: what it sends then may come before the signal's own
/// command has ended.
fn stand_still(process: u32, long: Duration) -> Instant {
    let signal = |name: &str| Command::new("kill").args([name, &process.to_string()]).status();
    drop(signal("-STOP"));
    thread::sleep(long);
    let until = Instant::now();
    drop(signal("-CONT"));
    until
}

impl Measurement<'_> {
    /// Expects all requests to have been under way before the first was answered.
    pub(crate) fn waited_for_no_answer(&self) -> &Self {
        let count = self.pace.count;
        let expected = format!("all {count} requests under way, each sent when it was due");
        let got = match self.seen.under_way {
            1 => "one request under way: the second one waited for the answer to the first".to_string(),
            some => format!("{some} requests under way: the next one waited for one of their answers"),
        };
        self.run.shows(self.seen.under_way == count, expected, got);
        self
    }

    /// Expects the first request at once. Half of the time until the next one is enough for every machine to start a program.
    pub(crate) fn began_at_once(&self) -> &Self {
        let first = self.seen.came[0] - self.seen.began;
        let got = "the first request when the second one was due";
        self.run.shows(
            first < self.pace.gap() / 2,
            "the first request at once: it is due when the program begins",
            got,
        );
        self
    }

    /// Expects the times to count from the moments at which the requests were due, the longest first. They must lie between what the
    /// range knows: the program began before its first request came, and each answer was read after it was given and before
    /// the program's end.
    pub(crate) fn counted_from_when_it_was_due(&self, why: &str) -> &Self {
        let began = self.seen.came[0];
        let read = self.ended - self.seen.answered;
        // Where nobody stopped the program, a machine that is busy may have held up a request, which nobody can tell from a late clock.
        let late = if self.seen.went_on.is_some() { SLACK } else { self.pace.gap() * 2 };
        let mut times: Vec<Duration> = self.samples.iter().map(|sample| sample.took).collect();
        times.sort_by(|one, other| other.cmp(one));
        for (due, took) in (0..).map(|index| self.pace.due(index)).zip(&times) {
            let least = (self.seen.answered - began).saturating_sub(due);
            let got = "less than that: a clock was started after its request was due, such as when it could be sent";
            self.run.shows(*took + late >= least, why, got);
            let got = "times that are equally long, although each request was due later than the one before it";
            self.run.shows(*took + due <= self.longest() + read + SLACK, why, got);
        }
        self
    }

    /// The longest time, which is the first request's.
    fn longest(&self) -> Duration {
        self.samples.iter().map(|sample| sample.took).max().unwrap_or_default()
    }

    /// The shortest time from one request to the next, without what came before the program stood still. A slow machine makes
    /// many of them longer, and never all: what is late once comes nearer to the next.
    fn shortest_gap(&self) -> Duration {
        self.seen.after_standstill().windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or_default()
    }

    /// Expects no request before its time, none that was due later than the last one, and not all of them long after their time.
    pub(crate) fn came_at_their_pace(&self) -> &Self {
        // When the program began, by its first sample: that was answered in no less time than it took the range to answer.
        let began = self.seen.answered.checked_sub(self.longest()).unwrap_or(self.seen.came[0]);
        let early = (0..).zip(&self.seen.came).any(|(index, came)| *came + SLACK < began + self.pace.due(index));
        let expected = format!("{} requests a second, each sent when it was due", self.pace.rate);
        let got = match self.seen.whole() < self.pace.whole() / 2 {
            true => "requests before they were due: they were sent all at once",
            false => "requests before they were due: each pause was shorter than it should be",
        };
        self.run.shows(!early, &expected, got);
        let got = "requests before they were due: each left a moment early, and its time counts from when it was due";
        self.run.shows(!self.came_before_they_were_due(), &expected, got);
        let last = self.samples.iter().map(|sample| sample.took).min().unwrap_or_default();
        let read = self.ended - self.seen.answered;
        let slow = self.longest() - last > self.pace.whole() + read + SLACK
            || self.shortest_gap() > self.pace.gap().mul_f64(1.5);
        self.run.shows(!slow, &expected, "fewer requests a second: the rate was another one");
        self
    }

    /// Whether most requests came before the moments that their own samples name. A machine that stops a program while it reads two clocks
    /// can make that of one, and not of most.
    fn came_before_they_were_due(&self) -> bool {
        let (before, now) = (Instant::now(), SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
        let arrived = |sample: &Sampled| self.seen.came.get(sample.arrival?).map(|came| now + SLACK - (before - *came));
        let is_early = |sample: &&Sampled| arrived(sample).zip(sample.due).is_some_and(|(arrived, due)| arrived < due);
        self.samples.iter().filter(is_early).count() > self.samples.len() / 2
    }

    /// Expects requests that all failed not to have been held up by that; where this machine may have been too busy, they are sent again.
    pub(crate) fn went_on_all_the_same(&self, lab: &Lab, about: &str) {
        let is_quick = |seen: &Seen| seen.whole() <= self.pace.whole() * SLOW;
        let again = || (1..SLOW_LOOKS).any(|_| is_quick(&measured(lab, about, self.pace, Range::Fails).seen));
        let expected = format!("{} requests a second, whatever becomes of each", self.pace.rate);
        let got = "fewer requests a second: it waited after some had failed or been refused";
        self.run.shows(is_quick(&self.seen) || again(), expected, got);
    }

    /// Expects the requests that had become overdue to have been sent together.
    pub(crate) fn made_up_for_lost_time(&self) -> &Self {
        let expected = "all requests that had become overdue meanwhile, one right after the other";
        let got = "a pause before each of them: they were counted from the last one, and not from the beginning";
        self.run.shows(self.shortest_gap() < self.pace.gap() / 2, expected, got);
        self
    }

    /// Expects the samples in the order of asking, although the answers came in the opposite one. A request that was held up on its way
    /// may come after some that were sent later, so most pairs decide, and not each.
    pub(crate) fn are_in_the_order_of_asking(&self) -> &Self {
        let arrivals: Vec<usize> = self.samples.iter().filter_map(|sample| sample.arrival).collect();
        let count = arrivals.len();
        let pairs = || (0..count).flat_map(|later| (0..later).map(move |earlier| (earlier, later)));
        let in_order = pairs().filter(|(earlier, later)| arrivals[*earlier] < arrivals[*later]).count();
        let is_asked = arrivals[0] < count / 2 || in_order * 3 > pairs().count() * 2;
        self.run.shows(
            is_asked,
            "the samples in the order of asking",
            "the samples in the order in which they were answered",
        );
        self
    }
}
