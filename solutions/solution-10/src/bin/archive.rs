//! The archive: another team's function, in front of a tape library. It takes `{"year": 2019}` and returns the posts of
//! that year. Nothing here is to be changed: callers live with its limits, which are two tapes at a time (reserved in
//! `template.yaml`), one tape that takes long to wind (2010) and one that is torn (2014).

use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

/// How long the tape of 2010 takes: longer than anybody in this lab waits.
const WINDING: Duration = Duration::from_secs(20);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(|event: LambdaEvent<Value>| async move { posts(&event.payload).await })).await
}

async fn posts(event: &Value) -> Result<Value, Error> {
    let year = event.get("year").and_then(Value::as_u64).ok_or("the event has no year")?;
    let titles = match year {
        2010 => {
            tokio::time::sleep(WINDING).await;
            vec!["The first post"]
        }
        2014 => return Err("the tape of 2014 is torn".into()),
        2019 => vec!["The lake is frozen", "Lost: one red glove"],
        _ => Vec::new(),
    };
    Ok(json!({ "year": year, "titles": titles }))
}
