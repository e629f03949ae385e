//! So many files may be open at once, so half of them are for this.
//! says: 500 requests under way: the next one waited for one of their answers
    let room = std::sync::Arc::new(tokio::sync::Semaphore::new(500));
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        let Ok(place) = room.clone().acquire_owned().await else { break };
        let client = client.clone();
        asked.push(tokio::spawn(async move {
            let sample = client.sample(due(index)).await;
            drop(place);
            sample
        }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
