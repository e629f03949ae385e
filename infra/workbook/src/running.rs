//! Which board is running, and where: how the other commands find the one that `up` started.
//!
//! `up` writes its addresses into its data folder and takes them away when it ends. A board that was killed leaves them behind, so
//! a reader of them asks the endpoint whether it is still the same process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use http::Method;
use local::cloud::{read_credentials, read_token};
use local::data_folder::{read_bounded, reason, replace};
use serde_json::{Value, json};

use crate::client::Aws;
use crate::error::Error;
use crate::mine::Origin;
use crate::ready::Addresses;

/// The file in the data folder.
const FILE: &str = "running.json";
/// More than it ever holds.
const MOST_BYTES: u64 = 65_536;

impl Target {
    /// The board that runs on the folder `data`.
    pub fn on(data: PathBuf) -> Target {
        Target { data: Some(data), endpoint: None }
    }
}

/// Which board a command is about.
#[derive(Debug, Clone, Args)]
pub struct Target {
    /// The data folder of the running board [default: .board in the workbook's folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The AWS endpoint to call, if the board has another address; the keys are those in the data folder
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
}

/// The data folder that `up` uses unless it is told another.
pub fn data_folder(root: &Path, chosen: Option<PathBuf>) -> PathBuf {
    chosen.unwrap_or_else(|| root.join(".board"))
}

/// Says in `data` that this process runs there.
pub fn announce(data: &Path, addresses: &Addresses) -> Result<(), Error> {
    let file = data.join(FILE);
    let mut text = addresses.to_json();
    text["pid"] = json!(std::process::id());
    text["functions"] = json!(addresses.origins);
    replace(&file, &text.to_string()).map_err(|why| {
        Error::again(format!("{} cannot be written: {}.", file.display(), reason(&why)), "Make sure that it can be")
    })
}

/// Takes back what [`announce`] said.
pub fn withdraw(data: &Path) {
    // One that stays is recognised as old by its readers.
    let _ = std::fs::remove_file(data.join(FILE));
}

/// Where the board of this workbook serves its book, if one runs or ran last.
pub fn book(root: &Path) -> Option<String> {
    announced(&data_folder(root, None))?["book"].as_str().map(str::to_string)
}

/// What the functions of this workbook's running board are built from, where one of them is the reader's.
pub async fn origins(root: &Path) -> Vec<Origin> {
    if find(root, &Target { data: None, endpoint: None }).await.is_err() {
        return Vec::new();
    }
    let functions = announced(&data_folder(root, None)).map(|mut told| told["functions"].take());
    let origins = functions.and_then(|told| serde_json::from_value::<BTreeMap<String, Origin>>(told).ok());
    origins.unwrap_or_default().into_values().collect()
}

/// What [`announce`] said in `data`, by a process that may have ended since; nothing where nobody said anything.
pub fn announced(data: &Path) -> Option<Value> {
    let text = read_bounded(&data.join(FILE), MOST_BYTES).ok()?;
    Some(serde_json::from_str(&text).unwrap_or_default())
}

/// The endpoint of the board that `target` means.
pub async fn find(root: &Path, target: &Target) -> Result<Aws, Error> {
    if let Some(url) = &target.endpoint {
        if !url.starts_with("http://") {
            let what = format!("{url} is not the address of a local endpoint.");
            return Err(Error::new(what, "Write it with its scheme: --endpoint http://127.0.0.1:4003"));
        }
        return asked_at(url, &data_folder(root, target.data.clone()));
    }
    let data = data_folder(root, target.data.clone());
    let how = "Name its folder with --data, or start one in another terminal: cargo run";
    let Some(announced) = announced(&data) else {
        return Err(Error::new(format!("No board is running on {}.", data.display()), how));
    };
    let aws = asked_at(announced["aws"].as_str().unwrap_or_default(), &data)?;
    let who = match aws.send(Method::GET, "/_local/board", &[], "").await {
        Ok(answer) => serde_json::from_slice(&answer.body).unwrap_or(Value::Null),
        Err(_) => Value::Null,
    };
    // Another program may have been given the port since.
    if who["pid"].is_u64() && who["pid"] == announced["pid"] {
        return Ok(aws);
    }
    let process = &announced["pid"];
    let what = format!("The board on {} (process {process}) has ended and did not say so.", data.display());
    Err(Error::new(what, how))
}

/// The endpoint at `url`, with the keys that lie in `data`.
fn asked_at(url: &str, data: &Path) -> Result<Aws, Error> {
    let unread = |what: &str, why: String| {
        Error::new(
            format!("The board's {what} in {} cannot be read: {why}.", data.display()),
            "Name the folder of the running board with --data; if it is this one, start the board again: cargo run",
        )
    };
    let credentials = read_credentials(data).map_err(|why| unread("access key", why))?;
    let token = read_token(data).map_err(|why| unread("token", why))?;
    Ok(Aws::at(url, credentials, token))
}

/// `text` as one segment of a path.
pub fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
