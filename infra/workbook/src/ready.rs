//! Finding out that everything answers, and telling those who wait for it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use http::{Request, StatusCode};
use http_body_util::Empty;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use local::cloud::Cloud;
use local::data_folder::replace;
use serde_json::{Value, json};
use stack::RestApi;

use crate::error::Error;
use crate::mine::Origin;

/// Where everything is.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The book's.
    pub book: String,
    /// The board's page, where the template has a distribution.
    pub site: Option<String>,
    /// The REST API's, with its stage, where the template has one.
    pub api: Option<String>,
    /// The AWS endpoint's.
    pub aws: String,
    /// What each function is built from, where one of them is the reader's.
    pub origins: BTreeMap<String, Origin>,
    /// What to type for the variables that AWS clients need.
    pub env: String,
    /// What follows a command that is to find this board, as ` --data DIR`; empty where it finds the board by itself.
    pub options: String,
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  book   {}    start here", self.book)?;
        if let Some(site) = &self.site {
            writeln!(f, "  board  {site}    the page, as a visitor sees it")?;
        }
        if let Some(api) = &self.api {
            writeln!(f, "  API    {api}    the stage's root; append a path of the template")?;
        }
        writeln!(f, "  AWS    {}    for AWS clients: `{}` prints the variables they need", self.aws, self.env)
    }
}

impl Addresses {
    /// As the ready-file has it.
    pub fn to_json(&self) -> Value {
        json!({ "book": self.book, "site": self.site, "api": self.api, "aws": self.aws })
    }

    /// Writes the ready-file.
    pub fn write(&self, file: &Path) -> Result<(), Error> {
        replace(file, &self.to_json().to_string()).map_err(|why| {
            let what = format!("The ready-file {} cannot be written: {why}.", file.display());
            Error::new(what, "Choose another: cargo run -- up --ready-file FILE")
        })
    }
}

/// Asks site and API once; the reason why one of them does not answer.
pub async fn check(cloud: &Cloud, addresses: &Addresses) -> Result<(), Error> {
    if let Some(url) = &addresses.site {
        let site = status(url).await?;
        if !site.is_success() {
            let what = format!("The board's page answers {site}.");
            return Err(Error::again(what, "Look at site/ and at the bucket policy in the template"));
        }
    }
    let Some((path, function)) = cloud.stack().apis.first().and_then(plain_get) else { return Ok(()) };
    let api = status(&format!("{}{path}", addresses.api.as_deref().unwrap_or_default())).await?;
    if !api.is_server_error() {
        return Ok(());
    }
    let log =
        cloud.lambda().function(function).map(|function| cloud.logs().read(&function.log_group)).unwrap_or_default();
    let lines: Vec<&str> = log.iter().rev().take(12).map(|event| event.message.as_str()).collect();
    let lines: Vec<String> = lines.into_iter().rev().map(|line| format!("  {line}")).collect();
    let what = format!(
        "The API answers {api} to GET {path}: function {function} fails. Its newest log lines:\n{}",
        lines.join("\n")
    );
    Err(Error::again(what, "Repair it, then start the command again"))
}

/// A `GET` that needs no parameter, and the function that answers it.
fn plain_get(api: &RestApi) -> Option<(&str, &str)> {
    let mut plain = api.methods.iter().filter(|m| m.http_method == "GET" && !m.resource_path.contains('{'));
    plain.find_map(|method| Some((method.resource_path.as_str(), method.integration.proxied_function()?)))
}

fn silent(url: &str, why: &dyn fmt::Display) -> Error {
    Error::again(format!("{url} does not answer: {why}."), "See what is printed above")
}

async fn status(url: &str) -> Result<StatusCode, Error> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::get(url).body(Empty::<axum::body::Bytes>::new()).map_err(|why| silent(url, &why))?;
    let response = client.request(request).await.map_err(|why| silent(url, &why))?;
    Ok(response.status())
}
