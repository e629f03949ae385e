//! The moments of a table's stream: steps that nobody asks for by a request.

use std::time::Duration;

use dynamodb::DynamoDb;
use local::cloud::Cloud;
use local::lambda::InvokeRequest;

use crate::book::declaration::Moment;

/// Longer than any stream of a chapter takes.
const PATIENCE: Duration = Duration::from_secs(20);
/// Invocations of one batch after which nobody expects more of it.
const OFTEN: usize = 10;

/// Waits for `moment`, or makes it happen.
///
/// # Errors
///
/// A sentence: a stream that does not end, or has not delivered anything.
pub(super) async fn passed(cloud: &Cloud, moment: Moment) -> Result<(), String> {
    match moment {
        Moment::Drain => DynamoDb::of(cloud).drain(PATIENCE).await.map_err(|why| why.to_string()),
        Moment::Again => again(cloud).await,
        Moment::Stuck => tokio::time::timeout(PATIENCE, stuck(cloud))
            .await
            .map_err(|_| format!("no batch has come {OFTEN} times within {}s", PATIENCE.as_secs())),
    }
}

async fn again(cloud: &Cloud) -> Result<(), String> {
    let function = consumer(cloud).ok_or("the template subscribes no function to a stream")?;
    let last = cloud.lambda().invocations(&function).pop().ok_or("nothing was delivered yet; drain first")?;
    cloud.lambda().invoke(&function, InvokeRequest::with(last.event)).await.map_err(|why| why.to_string())?;
    Ok(())
}

/// The log grows with every invocation, so it says when to look again.
async fn stuck(cloud: &Cloud) {
    let mut logged = cloud.logs().changed();
    loop {
        let invocations = consumer(cloud).map(|function| cloud.lambda().invocations(&function)).unwrap_or_default();
        let last = invocations.last().map(|one| one.event.clone());
        if invocations.iter().filter(|one| Some(&one.event) == last.as_ref()).count() >= OFTEN {
            return;
        }
        // The logs live as long as the cloud, which is borrowed here.
        if logged.changed().await.is_err() {
            return;
        }
    }
}

fn consumer(cloud: &Cloud) -> Option<String> {
    cloud.stack().event_source_mappings.first().map(|mapping| mapping.function.clone())
}
