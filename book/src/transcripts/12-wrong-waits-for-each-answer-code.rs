for index in 0..count {
    tokio::time::sleep_until(due(index).into()).await;
    samples.push(client.sample(Instant::now()).await);
}
