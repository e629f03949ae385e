//! An answer is collected when it is there, so that nothing waits. The lines then are not in the order of asking.
//! says: got the samples in the order in which they were answered
    let mut asked = tokio::task::JoinSet::new();
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        let client = client.clone();
        asked.spawn(async move { client.sample(due(index)).await });
    }
    while let Some(answer) = asked.join_next().await {
        samples.extend(answer);
    }
