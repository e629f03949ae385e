//! The board of a drill: booted from the drill's template, with what was in the table when the incident began.

use std::path::{Path, PathBuf};

use course::drills::Drill;
use dynamodb::DynamoDb;
use local::cloud::{Boot, BootError, Cloud};
use local::data_folder::FolderError;
use local::deployment::{Deployment, StackEvent};
use local::programs::Programs;
use local::programs::build::Workspace;
use serde_json::{Value, json};

use crate::advice;
use crate::error::Error;
use crate::package;
use crate::up;

/// What the board of a drill about deployments runs before: a file beside the template.
pub(super) const DEPLOYED: &str = "deployed.yaml";
/// How many items one call puts, which is as many as DynamoDB takes.
const AT_ONCE: usize = 25;

/// How a deployment went.
#[derive(Debug, Default)]
pub(super) struct DrillDeployment {
    /// CloudFormation's events.
    pub(super) events: Vec<StackEvent>,
    /// Why it did not happen, if it did not.
    pub(super) refused: Option<String>,
}

/// Boots the board of the drill whose files lie in `folder`, keeping data in `data`. Of a drill about deployments it is the board as it
/// was before.
pub(super) async fn boot(
    root: &Path,
    drill: &Drill,
    folder: &Path,
    data: Option<PathBuf>,
    workspace: Workspace,
) -> Result<Cloud, Error> {
    let template = folder.join(if drill.updates { DEPLOYED } else { course::drills::TEMPLATE });
    let is_new = data.as_ref().is_none_or(|data| !data.join("tables.sqlite").exists());
    let boot = Boot {
        data,
        models: Some(models::compile),
        services: vec![s3::SERVICE, dynamodb::SERVICE],
        unpack: Some(package::bootstrap),
        ..Boot::new(template, Programs::Workspace(workspace))
    };
    let cloud = Cloud::boot(boot).await.map_err(|why| match why {
        BootError::Folder(FolderError::InUse(_)) => {
            Error::again(format!("Drill {} runs already.", drill.number), "Stop it in its terminal with Ctrl-C")
        }
        BootError::Template(_) | BootError::CreateFailed(_) => Error::again(why, "Change the template"),
        _ => advice::on_boot(&why),
    })?;
    if is_new {
        seed(&cloud, drill).await?;
    }
    up::publish(root, &cloud).await?;
    Ok(cloud)
}

/// Puts the drill's template in the place of the one that runs.
pub(super) async fn deploy(cloud: &mut Cloud, template: PathBuf) -> DrillDeployment {
    let mut deployment = DrillDeployment::default();
    let file = Deployment::of_file(template, std::collections::BTreeMap::new());
    let mut events = Vec::new();
    let ended = cloud.deploy(&file, &mut |event| events.push(event)).await;
    deployment.events = events;
    deployment.refused = ended.err().map(|why| why.to_string());
    deployment
}

/// Puts what was there when the incident began.
async fn seed(cloud: &Cloud, drill: &Drill) -> Result<(), Error> {
    let Some(table) = cloud.stack().tables.first() else { return Ok(()) };
    let tables = DynamoDb::of(cloud).tables();
    let fault = |why: &dyn std::fmt::Display| {
        let what = format!("The table of drill {} cannot be filled: {why}.", drill.number);
        Error::new(what, "This file belongs to the workbook: bring book/drills back as it was")
    };
    let posts: Vec<Value> = (1..=drill.posts).map(|number| post(number, drill.body_bytes)).collect();
    for chunk in posts.chunks(AT_ONCE) {
        let puts: Vec<Value> = chunk.iter().map(|item| json!({ "PutRequest": { "Item": item } })).collect();
        let request = json!({ "RequestItems": { table.name.as_str(): puts } });
        tables.call("BatchWriteItem", &request).await.map_err(|why| fault(&why))?;
    }
    for item in &drill.items {
        // An item that is nothing but its key is one that somebody deletes.
        let (operation, part) = if item.len() == 2 { ("DeleteItem", "Key") } else { ("PutItem", "Item") };
        let request = json!({ "TableName": table.name, part: item });
        tables.call(operation, &request).await.map_err(|why| fault(&why))?;
    }
    Ok(())
}

/// The post of this number: later ones are newer. Every thirtieth is Jun's.
fn post(number: usize, body_bytes: usize) -> Value {
    let author = if number.is_multiple_of(30) { "Jun" } else { "Mina" };
    let body = "Is the lake frozen? ".repeat(body_bytes.div_ceil(20).max(1));
    let id = format!("01936b00-{:04x}-7000-8000-{number:012x}", number % 0xffff);
    let at = format!("2026-11-20T09:{:02}:{:02}.000Z", number / 60 % 60, number % 60);
    json!({
        "pk": { "S": "BOARD" }, "sk": { "S": format!("POST#{id}") }, "id": { "S": id },
        "title": { "S": format!("Post {number}") }, "body": { "S": body.trim_end() }, "author": { "S": author },
        "createdAt": { "S": at }, "updatedAt": { "S": at }, "version": { "N": "1" },
    })
}
