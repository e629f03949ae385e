//! The clock starts when the request is sent. While the program could not send it, the caller has waited all the same.
//! says: a clock was started after its request was due
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        let client = client.clone();
        asked.push(tokio::spawn(async move { client.sample(Instant::now()).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
