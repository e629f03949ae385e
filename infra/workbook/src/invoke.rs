//! `cargo workbook invoke`: a function, run by Lambda's own Invoke, with an event of the reader's choice.

use std::io::Read;
use std::path::Path;

use axum::body::Bytes;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use http::{Method, StatusCode};

use crate::client::{Answer, Aws};
use crate::error::{Error, board_options};
use crate::output::{harmless, note, say};
use crate::running::{self, Target};

/// What is invoked, and with what.
#[derive(Debug, Clone, Args)]
pub struct InvokeOptions {
    /// The function's name
    function: String,
    /// The event: a file, `-` for standard input, or the JSON itself
    #[arg(long, short, value_name = "FILE|-|JSON", default_value = "{}")]
    event: String,
    /// Put the event into Lambda's queue, and do not wait for the result
    #[arg(long = "async")]
    asynchronous: bool,
    /// Show the invocation's log lines, on standard error
    #[arg(long, conflicts_with = "asynchronous")]
    log: bool,
    #[command(flatten)]
    target: Target,
}

/// Invokes the function and prints its reply. The error is a message for the terminal, that of the function included.
pub async fn run(root: &Path, options: InvokeOptions) -> Result<(), Error> {
    let aws = running::find(root, &options.target).await?;
    let event = event(&options.event)?;
    let path = format!("/2015-03-31/functions/{}/invocations", running::segment(&options.function));
    let kind = if options.asynchronous { "Event" } else { "RequestResponse" };
    let log = if options.log { "Tail" } else { "None" };
    let headers = [("x-amz-invocation-type", kind), ("x-amz-log-type", log)];
    let answer = aws.send(Method::POST, &path, &headers, event).await?;
    if !answer.status.is_success() {
        return Err(refused(&aws, &options.function, &answer).await);
    }
    if let Some(lines) = header(&answer, "x-amz-log-result").and_then(|text| BASE64_STANDARD.decode(text).ok()) {
        note!("{}", harmless(String::from_utf8_lossy(&lines).trim_end()));
    }
    if answer.status == StatusCode::ACCEPTED {
        say!("202: Lambda has the event. `cargo workbook events invocations{}` shows the result.", board_options());
        return Ok(());
    }
    say!("{}", String::from_utf8_lossy(&answer.body));
    match header(&answer, "x-amz-function-error") {
        None => Ok(()),
        Some(error) => Err(Error::new(
            format!("Function {} failed (X-Amz-Function-Error: {error}).", options.function),
            format!("See what it printed: cargo workbook logs {}", options.function),
        )),
    }
}

/// The event's bytes; Lambda says whether they are JSON.
fn event(given: &str) -> Result<Bytes, Error> {
    if given == "-" {
        let mut event = Vec::new();
        let read = std::io::stdin().read_to_end(&mut event);
        return read.map(|_| event.into()).map_err(|why| {
            Error::new(
                format!("Standard input cannot be read: {why}."),
                "Name a file: cargo workbook invoke FUNCTION --event FILE",
            )
        });
    }
    // A file of that name comes first; nobody gives a file a name that is JSON.
    match std::fs::read(given) {
        Ok(event) => Ok(event.into()),
        Err(_) if looks_like_json(given) => Ok(Bytes::copy_from_slice(given.as_bytes())),
        Err(why) => Err(Error::new(
            format!("The event {given} is neither JSON nor a file that can be read: {why}."),
            "Write it as JSON, or name a file: cargo workbook invoke FUNCTION --event '{\"key\": 1}'",
        )),
    }
}

fn looks_like_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok() || text.trim_start().starts_with(['{', '[', '"'])
}

/// Lambda's refusal, with the functions that there are where it knows none of this name.
async fn refused(aws: &Aws, function: &str, answer: &Answer) -> Error {
    let refusal = answer.refusal();
    if answer.status != StatusCode::NOT_FOUND {
        return refusal.into();
    }
    let known = match aws.get("/2015-03-31/functions").await {
        Ok(listed) => {
            let names = listed["Functions"].as_array().into_iter().flatten().filter_map(|f| f["FunctionName"].as_str());
            names.collect::<Vec<_>>().join(", ")
        }
        Err(_) => String::new(),
    };
    Error::new(
        format!("{refusal}\nThere is no function {function}; the board has: {known}."),
        "Name one of them: cargo workbook invoke FUNCTION",
    )
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_file_or_json() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("event.json");
        std::fs::write(&file, "[1]").unwrap();
        assert_eq!(event(&file.to_string_lossy()).unwrap(), "[1]");
        for json in ["{\"a\": 1}", "null", "7", "{broken"] {
            assert_eq!(event(json).unwrap(), json, "Lambda judges it");
        }
        assert!(event("no-such-file.json").unwrap_err().to_string().contains("nor a file that can be read"));
    }
}
