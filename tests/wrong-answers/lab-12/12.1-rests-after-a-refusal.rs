//! A 429 says not now, so the next one waits for a second. Callers do not know of each other's refusals.
//! says: it waited after some had failed or been refused
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let refused = Arc::new(AtomicBool::new(false));
    let mut asked = Vec::with_capacity(count);
    for index in 0..count {
        tokio::time::sleep_until(due(index).into()).await;
        if refused.swap(false, Ordering::Relaxed) {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        let (client, refused) = (client.clone(), refused.clone());
        asked.push(tokio::spawn(async move {
            let sample = client.sample(due(index)).await;
            if sample.status == 429 {
                refused.store(true, Ordering::Relaxed);
            }
            sample
        }));
    }
    for answer in asked {
        samples.extend(answer.await);
    }
