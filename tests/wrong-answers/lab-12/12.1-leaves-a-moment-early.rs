//! A request is on its way for a while, so it leaves ten milliseconds early and arrives when it is due.
//! says: each left a moment early
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until((due(index) - std::time::Duration::from_millis(10).min(due(index) - due(0))).into()).await;
        let client = client.clone();
        asked.push(tokio::spawn(async move { client.sample(due(index)).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
