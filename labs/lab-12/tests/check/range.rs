//! A practice range whose time the check controls: it holds every answer back until all requests have come, and can stop the
//! program that asks, as a machine does that is too busy for it.
//!
//! Whether requests wait for answers is then no question of how fast this machine is. And because the range knows when each
//! request came and when it was answered, it knows between which bounds each clock must lie, on a slow machine, too.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use kit::{Lab, Run};
use serde_json::Value;

use crate::PROGRAM;

/// How many requests the program is to send.
const COUNT: usize = 12;
/// How many of them a second.
const RATE: u32 = 50;
/// How long the range waits for one more request. The program needs 20 ms for one.
const PATIENCE: Duration = Duration::from_secs(3);

/// How much later the next one is due.
const GAP: Duration = Duration::from_millis(1_000 / RATE as u64);
/// How often the program is asked again because this machine was too busy to stop it in time.
const ATTEMPTS: usize = 5;

/// What a bound forgives, so that a request which leaves a few milliseconds late is not one that was held up.
const SLACK: Duration = Duration::from_millis(2 * 1_000 / RATE as u64);

/// What the range has seen.
#[derive(Debug, Clone)]
struct Seen {
    /// When each request came.
    came: Vec<Instant>,
    /// How many were under way when the first was answered, and when that was.
    under_way: usize,
    answered: Instant,
    /// When the program that stood still went on.
    went_on: Option<Instant>,
}

impl Seen {
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
    seen: Seen,
    ended: Instant,
    samples: Vec<Sampled>,
}

/// A line that the program printed.
#[derive(Debug)]
struct Sampled {
    took: Duration,
    /// Its place in the order in which the range got the requests.
    arrival: usize,
}

/// Has the program ask. Where it is `stopped`, it stands still from its first request until all the others are overdue; again, where it
/// had sent most of them before it was stopped.
pub(crate) fn measured<'lab>(lab: &'lab Lab, about: &'lab str, stopped: bool) -> Measurement<'lab> {
    let mut measurement = measured_once(lab, about, stopped);
    for _ in 1..ATTEMPTS {
        let seen = &measurement.seen;
        if !stopped || seen.came.len() < COUNT || seen.after_standstill().len() > COUNT / 2 {
            break;
        }
        measurement = measured_once(lab, about, stopped);
    }
    measurement
}

fn measured_once<'lab>(lab: &'lab Lab, about: &'lab str, stopped: bool) -> Measurement<'lab> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let url = format!("http://{}/range", listener.local_addr().expect("it listens"));
    let (sender, requests) = channel();
    thread::spawn(move || accept(&listener, &sender));
    let process = Arc::new(OnceLock::new());
    let stops = stopped.then(|| Arc::clone(&process));
    let range = thread::spawn(move || answered(&requests, stops.as_deref()));
    let command = lab.asks("lab-12.1", about).command(PROGRAM).whose_output_is_judged().whose_process_is(&process);
    let (rate, count) = (RATE.to_string(), COUNT.to_string());
    let run = command.arg("measure").arg_shown_as(url, "$RANGE_URL").args(["--rate", &rate, "--count", &count]).run();
    let ended = Instant::now();
    run.succeeds();
    let samples: Vec<Sampled> = run.stdout().lines().filter_map(sampled).collect();
    run.shows(samples.len() == COUNT, format!("{COUNT} samples"), format!("{} samples", samples.len()));
    Measurement { run, seen: range.join().expect("the range does not panic"), ended, samples }
}

fn sampled(line: &str) -> Option<Sampled> {
    let sample: Value = serde_json::from_str(line).ok()?;
    let took = Duration::try_from_secs_f64(sample["took"].as_f64()? / 1000.0).ok()?;
    Some(Sampled { took, arrival: sample["requestId"].as_str()?.parse().ok()? })
}

fn accept(listener: &TcpListener, requests: &Sender<(Instant, TcpStream)>) {
    for connection in listener.incoming().flatten() {
        let requests = requests.clone();
        thread::spawn(move || read(connection, &requests));
    }
}

/// Hands on what comes over one connection. The requests have no body, so each ends with an empty line.
fn read(mut connection: TcpStream, requests: &Sender<(Instant, TcpStream)>) {
    let (mut text, mut part) = (Vec::new(), [0; 1024]);
    while let Ok(length @ 1..) = connection.read(&mut part) {
        text.extend_from_slice(&part[..length]);
        if text.ends_with(b"\r\n\r\n") {
            text.clear();
            let Ok(answers) = connection.try_clone() else { return };
            // Nobody listens any more when the measurement is over.
            drop(requests.send((Instant::now(), answers)));
        }
    }
}

/// Holds the answers back until all requests have come, or no more do. Then it gives them, the last one first, and answers
/// at once what comes after that.
fn answered(requests: &Receiver<(Instant, TcpStream)>, stops: Option<&OnceLock<u32>>) -> Seen {
    let (mut came, mut held, mut went_on) = (Vec::new(), Vec::new(), None);
    while came.len() < COUNT {
        let Ok((when, connection)) = requests.recv_timeout(PATIENCE) else { break };
        came.push(when);
        held.push(connection);
        if let (Some(process), 1) = (stops.and_then(OnceLock::get), came.len()) {
            went_on = Some(stand_still(*process));
        }
    }
    let (under_way, answered) = (held.len(), Instant::now());
    for (arrival, connection) in held.into_iter().enumerate().rev() {
        answer(connection, arrival);
        if arrival + 1 == COUNT {
            // Time to read this one before there is another.
            thread::sleep(2 * GAP);
        }
    }
    while came.len() < COUNT {
        let Ok((when, connection)) = requests.recv_timeout(PATIENCE) else { break };
        answer(connection, came.len());
        came.push(when);
    }
    Seen { came, under_way, answered, went_on }
}

fn answer(mut connection: TcpStream, arrival: usize) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Request-Id: {arrival}\r\n\r\n");
    // A program that has gone away has no sample of this request, which is judged.
    drop(connection.write_all(head.as_bytes()));
}

/// Stops the process until every request is overdue, the last one for as long as all of them take. The moment is the last one before
/// it goes on: what it sends then may come before the signal's own command has ended.
fn stand_still(process: u32) -> Instant {
    let signal = |name: &str| Command::new("kill").args([name, &process.to_string()]).status();
    drop(signal("-STOP"));
    thread::sleep(GAP * 2 * COUNT as u32);
    let until = Instant::now();
    drop(signal("-CONT"));
    until
}

impl Measurement<'_> {
    /// Expects all requests to have been under way before the first was answered.
    pub(crate) fn waited_for_no_answer(&self) -> &Self {
        let expected = format!("all {COUNT} requests under way, each sent when it was due");
        let got = match self.seen.under_way {
            1 => "one request under way: the second one waited for the answer to the first".to_string(),
            some => format!("{some} requests under way: the next one waited for one of their answers"),
        };
        self.run.shows(self.seen.under_way == COUNT, expected, got);
        self
    }

    /// Expects the times to count from the moments at which the requests were due, the longest first. They must lie between what the
    /// range knows: the program began before its first request came, and each answer was read after it was given and before
    /// the program's end.
    pub(crate) fn counted_from_when_it_was_due(&self, why: &str) -> &Self {
        let began = self.seen.came[0];
        let read = self.ended - self.seen.answered;
        let mut times: Vec<Duration> = self.samples.iter().map(|sample| sample.took).collect();
        times.sort_by(|one, other| other.cmp(one));
        for (due, took) in (0_u32..).map(|index| GAP * index).zip(&times) {
            let least = (self.seen.answered - began).saturating_sub(due);
            let got = "less than that: a clock was started after its request was due, such as when it could be sent";
            self.run.shows(*took + SLACK >= least, why, got);
            let got = "times that are equally long, although each request was due 20 ms after the one before it";
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
        let early = (0_u32..).zip(&self.seen.came).any(|(index, came)| *came + SLACK < began + GAP * index);
        let expected = format!("{RATE} requests a second, each sent when it was due");
        self.run.shows(!early, &expected, "requests before they were due: they were sent all at once");
        let last = self.samples.iter().map(|sample| sample.took).min().unwrap_or_default();
        let read = self.ended - self.seen.answered;
        let slow = self.longest() - last > GAP * (COUNT as u32 - 1) + read + SLACK || self.shortest_gap() > GAP * 3 / 2;
        self.run.shows(!slow, &expected, "fewer requests a second: the rate was another one");
        self
    }

    /// Expects the requests that had become overdue to have been sent together.
    pub(crate) fn made_up_for_lost_time(&self) -> &Self {
        let expected = "all requests that had become overdue meanwhile, one right after the other";
        let got = "a pause before each of them: they were counted from the last one, and not from the beginning";
        self.run.shows(self.shortest_gap() < GAP / 2, expected, got);
        self
    }

    /// Expects the samples in the order of asking, although the answers came in the opposite one. A request that was held up on its way
    /// may come after some that were sent later, so most pairs decide, and not each.
    pub(crate) fn are_in_the_order_of_asking(&self) -> &Self {
        let arrivals: Vec<usize> = self.samples.iter().map(|sample| sample.arrival).collect();
        let pairs = || (0..COUNT).flat_map(|later| (0..later).map(move |earlier| (earlier, later)));
        let in_order = pairs().filter(|(earlier, later)| arrivals[*earlier] < arrivals[*later]).count();
        let is_asked = arrivals[0] < COUNT / 2 || in_order * 3 > pairs().count() * 2;
        self.run.shows(
            is_asked,
            "the samples in the order of asking",
            "the samples in the order in which they were answered",
        );
        self
    }
}
