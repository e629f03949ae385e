//! The first one is due after the first pause. The clock of each of them starts one period late as well.
//! says: the first request when the second one was due
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(index + 1).into()).await;
        let client = client.clone();
        asked.push(tokio::spawn(async move { client.sample(due(index + 1)).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
