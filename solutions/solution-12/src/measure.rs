//! Sending requests as callers come: each at its time, whether or not the one before it has been answered.

use std::time::Instant;

use crate::client::Client;
use crate::rate::Rate;
use crate::sample::Sample;

/// Asks `count` times, `rate` times a second, and gives the results, in the order of asking.
pub(crate) async fn samples(client: &Client, rate: &Rate, count: usize) -> Vec<Sample> {
    // The program measures once, so every task may have the schedule for as long as it likes.
    let schedule = &*Box::leak(Box::new(rate.schedule(count)));
    let began = Instant::now();
    let due = move |index: usize| began + schedule.due(index);
    let mut samples = Vec::with_capacity(count);
    // lab-12.1 begin
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        let client = client.clone();
        asked.push(tokio::spawn(async move { client.sample(due(index)).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
    // lab-12.1 starter
    // | // TODO(lab-12.1): callers do not wait for each other. Ask each time when it is due, and collect the answers later.
    // | for index in 0..count {
    // |     let _ = due(index);
    // |     samples.push(client.sample(Instant::now()).await);
    // | }
    // lab-12.1 end
    samples
}
