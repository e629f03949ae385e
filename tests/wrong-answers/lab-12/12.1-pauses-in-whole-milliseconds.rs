//! A pause in whole milliseconds is exact enough.
//! says: each pause was shorter than it should be
    let pause = std::time::Duration::from_millis((due(1) - due(0)).as_millis() as u64);
    let due = move |index: usize| began + pause * index as u32;
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        let client = client.clone();
        asked.push(tokio::spawn(async move { client.sample(due(index)).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
