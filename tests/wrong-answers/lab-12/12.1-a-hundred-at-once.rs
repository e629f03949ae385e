//! A hundred under way are a crowd.
//! says: 100 requests under way: the next one waited for one of their answers
    let places = std::sync::Arc::new(tokio::sync::Semaphore::new(100));
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        let place = places.clone().acquire_owned().await;
        let client = client.clone();
        asked.push(tokio::spawn(async move {
            let _place = place;
            client.sample(due(index)).await
        }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
