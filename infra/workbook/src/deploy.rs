//! `cargo workbook deploy`: another template for a board that runs, with the events that CloudFormation writes.
//!
//! As with `sam build` and `sam deploy`, the functions are built first, here, so that Cargo's messages appear where the reader
//! looks. Then the running board is asked, and it says resource by resource what it does. What is refused leaves it as it was:
//! `local`'s `cloud/deploy` tells what is replaced and what is kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use clap::Args;
use cloudformation::StackOptions;
use http::Method;
use http_body_util::BodyExt;
use local::deployment::FileDeployment;
use local::deployment::StackEvent;
use local::programs::build::Workspace;
use local::programs::{Code, Programs, Uploads};
use local::template;
use serde_json::Value;

use crate::advice;
use crate::client::Aws;
use crate::error::{Error, quoted};
use crate::output::{note, say};
use crate::running::{self, Target};

/// What helps after every refusal.
const MEND: &str = "Change the template";

/// What is deployed, and where to.
#[derive(Debug, Clone, Args)]
pub struct DeployOptions {
    /// The SAM template, which lies beside the one that the board was started with or below this workbook's folder
    #[arg(value_name = "TEMPLATE")]
    template: PathBuf,
    /// A value for a parameter of the template; all others keep their values
    #[arg(long = "parameter", short = 'p', value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,
    /// The stack to create or update, beside the one that the board was started with
    #[arg(long, value_name = "NAME")]
    stack_name: Option<String>,
    #[command(flatten)]
    target: Target,
}

/// A parameter as it is typed: `NAME=VALUE`.
///
/// # Errors
///
/// What to write, for a text without `=`.
pub fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("{text} has no value: write NAME=VALUE"))?;
    Ok((name.to_string(), value.to_string()))
}

/// Deploys and prints the events.
pub async fn run(root: &Path, options: DeployOptions) -> Result<(), Error> {
    let aws = running::find(root, &options.target).await?;
    let template = std::path::absolute(&options.template)
        .map_err(|why| Error::again(format!("{} is not a path: {why}.", options.template.display()), MEND))?;
    let shown = &options.template;
    let parameters: BTreeMap<String, String> = options.parameters.iter().cloned().collect();
    build(&aws, &template, &parameters).await?;
    let deployment = FileDeployment { stack: options.stack_name.clone(), template, parameters };
    let body = serde_json::to_string(&deployment).map_err(|why| Error::again(why, MEND))?;
    let headers = [("content-type", "application/json")];
    let answer = aws.begin(Method::POST, "/_local/deployments", &headers, body).await?;
    let (parts, mut body) = answer.into_parts();
    if !parts.status.is_success() {
        let why = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let why = String::from_utf8_lossy(&why).trim().to_string();
        return Err(nothing_deployed(&why));
    }
    let mut lines = Lines::default();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|why| stopped(&format!(": {why}")))?;
        let Ok(data) = frame.into_data() else { continue };
        for line in lines.with(&data) {
            if let Ok(event) = serde_json::from_str::<StackEvent>(&line) {
                say!("{event}");
                continue;
            }
            let last: Value = serde_json::from_str(&line).unwrap_or_default();
            return match last["end"]["error"].as_str() {
                None => {
                    if let Some(stack) = options.stack_name {
                        note!(
                            "\nIts outputs: aws cloudformation describe-stacks --stack-name {stack}\nTo remove it: aws cloudformation \
                             delete-stack --stack-name {stack}\n(cargo workbook env says how to reach the board with the AWS CLI)"
                        );
                    }
                    note!("\n{}", advice::ON_FIDELITY);
                    Ok(())
                }
                Some(why) => {
                    let what = format!("{why}\nRolled back: the board runs as before.");
                    let seen = format!("cargo workbook preflight {}", quoted(&shown.display().to_string()));
                    Err(Error::again(what, &format!("See where it stands in the template ({seen}) and repair it")))
                }
            };
        }
    }
    Err(stopped(""))
}

fn nothing_deployed(why: &str) -> Error {
    Error::again(format!("{why}\nNothing was deployed; the board runs as before."), MEND)
}

fn stopped(why: &str) -> Error {
    let what = format!("The board stopped in the middle of the deployment{why}.");
    Error::new(what, "See why in its terminal, and start it again there: cargo run")
}

/// Builds what the template's functions run, where the running board takes it from.
async fn build(aws: &Aws, template: &Path, parameters: &BTreeMap<String, String>) -> Result<(), Error> {
    let options = StackOptions {
        parameters: parameters.clone(),
        creates: true,
        models: Some(models::compile),
        ..StackOptions::default()
    };
    let stack = template::load(template, &options).map_err(|why| Error::again(why, MEND))?;
    let board = aws.get("/_local/board").await?;
    let Ok(workspace) = serde_json::from_value::<Workspace>(board["workspace"].clone()) else { return Ok(()) };
    // What is built here is only looked at; the board takes its own copies.
    let folder = tempfile::tempdir().map_err(Error::of_file(&std::env::temp_dir()))?;
    let uploads = Uploads::at(folder.path().join("code"));
    let (codes, build) = Programs::Workspace(workspace).codes_of(&stack.functions, &uploads);
    if let Some(build) = build {
        note!("Compiling {}", build.binaries().join(", "));
        build.run().await;
    }
    let broken = |code: Code| if let Code::Broken(why) = code { Some(why) } else { None };
    let broken: Vec<String> = codes.values().filter_map(|code| broken(code.borrow().clone())).collect();
    if broken.is_empty() {
        return Ok(());
    }
    Err(nothing_deployed(&broken.join("\n")))
}

/// Lines out of a body that comes in pieces.
#[derive(Debug, Default)]
struct Lines(Vec<u8>);

impl Lines {
    /// The lines that `piece` completes.
    fn with(&mut self, piece: &Bytes) -> Vec<String> {
        self.0.extend_from_slice(piece);
        let Some(end) = self.0.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
        let whole: Vec<u8> = self.0.drain(..=end).collect();
        String::from_utf8_lossy(&whole).lines().map(str::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_in_any_pieces() {
        let mut lines = Lines::default();
        assert!(lines.with(&Bytes::from_static(b"on")).is_empty());
        assert_eq!(lines.with(&Bytes::from_static(b"e\ntwo\nth")), ["one", "two"]);
        assert_eq!(lines.with(&Bytes::from_static(b"ree\n")), ["three"]);
    }

    #[test]
    fn parameters_have_values() {
        assert_eq!(parameter("Stage=a=b"), Ok(("Stage".to_string(), "a=b".to_string())));
        assert!(parameter("Stage").unwrap_err().contains("NAME=VALUE"));
    }
}
