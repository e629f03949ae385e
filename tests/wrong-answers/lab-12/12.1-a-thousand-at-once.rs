//! A thousand under way are more than anybody has.
//! says: the next one waited for one of their answers
    let mut asked = Vec::with_capacity(count);
    let seats = std::sync::Arc::new(tokio::sync::Semaphore::new(1000));
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        let client = client.clone();
        let seats = seats.clone();
        asked.push(tokio::spawn(async move { let _seat = seats.acquire_owned().await; client.sample(due(index)).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
