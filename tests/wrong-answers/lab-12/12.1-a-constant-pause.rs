//! The rate says how long the pause is.
//! says: 10 requests that are due within 254 ms, and then 10 within 118
    let mut asked = Vec::with_capacity(count);
    let pause = due(1) - due(0);
    for index in 0..count {
        let when = began + pause * index as u32;
        tokio::time::sleep_until(when.into()).await;
        let client = client.clone();
        asked.push(tokio::spawn(async move { client.sample(when).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
