//! The measurement began once, so that is when its clock started. The twelfth caller had not come by then.
//! says: times that are equally long
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        let client = client.clone();
        asked.push(tokio::spawn(async move { client.sample(began).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
