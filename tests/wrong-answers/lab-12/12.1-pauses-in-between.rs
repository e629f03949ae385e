//! Twenty a second are a pause of 50 ms after each. What is late once stays late, and so does everything after it.
//! says: a pause before each of them: they were counted from the last one
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        let client = client.clone();
        asked.push(tokio::spawn(async move { client.sample(due(index)).await }));
        tokio::time::sleep(due(1) - due(0)).await;
    }
    for answer in asked {
        samples.extend(answer.await);
    }
