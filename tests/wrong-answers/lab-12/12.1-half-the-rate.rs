//! A moment for the question and a moment for the answer. So half as many callers come as were asked for.
//! says: the rate was another one
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(2 * index).into()).await;
        let client = client.clone();
        asked.push(tokio::spawn(async move { client.sample(due(2 * index)).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
