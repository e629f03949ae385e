//! Where ten have failed, there is no use in asking on.
//! says: fewer: it stopped when some had failed
    let mut asked: Vec<tokio::task::JoinHandle<Sample>> = Vec::with_capacity(count);
    let failed = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        if failed.load(std::sync::atomic::Ordering::Relaxed) >= 10 {
            break;
        }
        let (client, failed) = (client.clone(), failed.clone());
        asked.push(tokio::spawn(async move {
            let sample = client.sample(due(index)).await;
            if !sample.succeeded() {
                failed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
            sample
        }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
