//! Sending requests as callers come: each at its time, whether or not the one before it has been answered.

use std::time::{Duration, Instant};

use crate::client::Client;
use crate::sample::Sample;

/// Asks `count` times, `rate` times a second, and gives the results, in the order of asking.
pub(crate) async fn samples(client: &Client, rate: f64, count: usize) -> Vec<Sample> {
    let began = Instant::now();
    let due = move |index: usize| began + Duration::from_secs_f64(index as f64 / rate);
    let mut samples = Vec::with_capacity(count);
    // TODO(lab-12.1): callers do not wait for each other. Ask each time when it is due, and collect the answers later.
    for index in 0..count {
        let _ = due(index);
        samples.push(client.sample(Instant::now()).await);
    }
    samples
}
