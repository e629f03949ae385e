//! Tasks do not wait for each other, so they are all started. A rate was asked for, and this is a burst.
//! says: they were sent all at once
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        let client = client.clone();
        let _ = due(index);
        asked.push(tokio::spawn(async move { client.sample(Instant::now()).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
