//! Tasks cost something, so eight at a time must do. The ninth caller waits for the first one's answer.
//! says: 8 requests under way: the next one waited for one of their answers
    let mut asked = std::collections::VecDeque::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        if asked.len() == 8 && let Some(first) = asked.pop_front() {
            let first: tokio::task::JoinHandle<Sample> = first;
            samples.extend(first.await);
        }
        let client = client.clone();
        asked.push_back(tokio::spawn(async move { client.sample(due(index)).await }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
