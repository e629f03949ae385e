//! `replay`: works off the queue of what `board-digest` gave up. Somebody runs it after the cause has been removed.
//!
//! It reads `QUEUE_URL` and `TABLE_NAME` from the environment, says of each message what became of it, and stops at the first
//! that has to stay: exit code 0 means that the queue is empty.

use std::process::ExitCode;

use aws_config::BehaviorVersion;
use board::variable;

use solution_09::Error;
use solution_09::digest::Digest;
use solution_09::replay::{Replay, Settled};

/// What somebody can do about a message that has to stay. Another run makes up for what passes, such as a digest that is closed;
/// what a record says stays as it is, and so does a record that is gone.
const WHAT_NEXT: &str = "The message stays in the queue. If that passes, run this again then; if it never will, make up for the \
     change by hand and delete the message";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match replayed().await {
        Ok(messages) => {
            println!("the queue is empty; messages replayed: {messages}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Works the queue off; gives the number of messages.
async fn replayed() -> Result<usize, Error> {
    let config = aws_config::load_defaults(BehaviorVersion::v2026_01_12()).await;
    let replay = Replay {
        streams: aws_sdk_dynamodbstreams::Client::new(&config),
        queue: aws_sdk_sqs::Client::new(&config),
        queue_url: variable("QUEUE_URL")?,
        digest: Digest::open(aws_sdk_dynamodb::Client::new(&config), variable("TABLE_NAME")?),
    };
    let mut messages = 0;
    while let Some(settled) = replay.next().await? {
        match settled {
            Settled::Done(1) => println!("1 record replayed"),
            Settled::Done(records) => println!("{records} records replayed"),
            Settled::Kept(why) => return Err(format!("{why}. {WHAT_NEXT}").into()),
        }
        messages += 1;
    }
    Ok(messages)
}
