//! `cargo workbook logs`: what the functions printed, and what API Gateway wrote about each request.
//!
//! It asks CloudWatch Logs as `aws logs tail` does, so the same groups can be read with the AWS CLI.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use crate::client::{Aws, CallError};
use crate::error::Error;
use crate::output::{harmless, note, say};
use crate::running::{self, Target};
use crate::since::{Since, iso_millis};

/// How often a log is asked for news.
const POLL: Duration = Duration::from_millis(250);
/// How the execution logs of APIs begin.
pub(crate) const API_GROUPS: &str = "API-Gateway-Execution-Logs_";

/// Which log lines are shown.
#[derive(Debug, Clone, Args)]
pub struct LogsOptions {
    /// A function's name, or `api` for the execution log of the API [default: both kinds]
    #[arg(value_name = "FUNCTION|api")]
    of: Option<String>,
    /// Keep showing new lines, until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// Only lines newer than this: 90s, 10m, 2h, 1d, or a date such as 2026-11-22T09:41:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    #[command(flatten)]
    target: Target,
}

/// A log group with the name it has on the screen.
struct Group {
    name: String,
    label: String,
}

/// One event of a group.
struct Line {
    timestamp: i64,
    id: String,
    label: String,
    message: String,
}

/// Shows the lines.
pub async fn run(root: &Path, options: LogsOptions) -> Result<(), Error> {
    let aws = running::find(root, &options.target).await?;
    let from = options.since.map_or(0, Since::epoch_millis);
    let mut shown = Shown { from, newest: BTreeSet::new() };
    loop {
        match news(&aws, options.of.as_deref(), &mut shown).await {
            Ok(()) if options.follow => tokio::time::sleep(POLL).await,
            Ok(()) => return Ok(()),
            // Who follows a board to its end has seen everything.
            Err(CallError::Silent { .. }) if options.follow => {
                note!("The board has stopped.");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// How far the lines have been shown.
struct Shown {
    /// Milliseconds since 1970.
    from: i64,
    /// The ids of those that were written in that millisecond.
    newest: BTreeSet<String>,
}

/// Prints what has come since.
async fn news(aws: &Aws, of: Option<&str>, shown: &mut Shown) -> Result<(), CallError> {
    let groups = groups(aws, of).await?;
    let mut lines = Vec::new();
    for group in &groups {
        lines.extend(lines_of(aws, group, shown.from).await?);
    }
    lines.retain(|line| !shown.newest.contains(&line.id));
    // Events are numbered over all groups, so those of one millisecond have an order too.
    lines.sort_by(|one, other| (one.timestamp, &one.id).cmp(&(other.timestamp, &other.id)));
    let width =
        if groups.len() > 1 { groups.iter().map(|group| group.label.len()).max().unwrap_or_default() } else { 0 };
    for Line { timestamp, label, message, id } in lines {
        let label = if width == 0 { String::new() } else { format!(" {label:width$}") };
        say!("{}{label}  {}", iso_millis(timestamp), harmless(message.trim_end()));
        if timestamp > shown.from {
            shown.from = timestamp;
            shown.newest.clear();
        }
        shown.newest.insert(id);
    }
    Ok(())
}

/// The groups that are asked for; a function that is not there is the service's own refusal.
async fn groups(aws: &Aws, of: Option<&str>) -> Result<Vec<Group>, CallError> {
    let group_of = |configuration: &Value| {
        let text =
            |pointer: &str| configuration.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_string();
        Group { name: text("/LoggingConfig/LogGroup"), label: text("/FunctionName") }
    };
    let mut groups = Vec::new();
    match of {
        Some("api") => {}
        Some(function) => {
            let path = format!("/2015-03-31/functions/{}/configuration", running::segment(function));
            return Ok(vec![group_of(&aws.get(&path).await?)]);
        }
        None => {
            let answer = aws.get("/2015-03-31/functions").await?;
            groups.extend(answer["Functions"].as_array().into_iter().flatten().map(group_of));
        }
    }
    let answer = aws.logs("DescribeLogGroups", &json!({ "logGroupNamePrefix": API_GROUPS })).await?;
    let names = answer["logGroups"].as_array().into_iter().flatten().filter_map(|group| group["logGroupName"].as_str());
    groups.extend(names.map(|name| Group { name: name.to_string(), label: "api".to_string() }));
    Ok(groups)
}

async fn lines_of(aws: &Aws, group: &Group, from: i64) -> Result<Vec<Line>, CallError> {
    let mut lines = Vec::new();
    let mut request = json!({ "logGroupName": group.name, "startTime": from });
    loop {
        let page = match aws.logs("FilterLogEvents", &request).await {
            // A group comes into being with its first event.
            Err(CallError::Refused { error_type, .. }) if error_type == "ResourceNotFoundException" => {
                return Ok(lines);
            }
            page => page?,
        };
        lines.extend(page["events"].as_array().into_iter().flatten().map(|event| Line {
            timestamp: event["timestamp"].as_i64().unwrap_or_default(),
            id: event["eventId"].as_str().unwrap_or_default().to_string(),
            label: group.label.clone(),
            message: event["message"].as_str().unwrap_or_default().to_string(),
        }));
        match page["nextToken"].as_str() {
            Some(token) => request["nextToken"] = json!(token),
            None => return Ok(lines),
        }
    }
}
