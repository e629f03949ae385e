//! One request after the other, with the right pause in between. A client that waits for a slow answer asks nothing meanwhile, so
//! the worst moments are measured least (coordinated omission).
//! says: one environment: each request waited for the answer to the last one
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        samples.push(client.sample(Instant::now()).await);
    }
