//! Where no answer came, there is nothing to print. So the requests that fared worst are not in the measurement at all.
//! says: whatever became of each: one gets no answer, and its status is 0
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        let client = client.clone();
        asked.push(tokio::spawn(async move { client.sample(due(index)).await }));
    }
    for answer in asked {
        samples.extend(answer.await.ok().filter(|sample| sample.status != 0));
    }
