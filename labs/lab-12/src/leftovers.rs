//! What a deployment has left behind. Deleting a stack deletes what the stack made; some things were made by others on its
//! behalf, and those stay, and cost.
//!
//! The lists come from the AWS CLI, one file for each call, so that it can be seen what was asked. A list that is
//! missing is a mistake, and not an empty list.

use std::path::Path;

use serde_json::Value;

/// Each list: its file, where the names stand in it, and what they are names of.
const LISTS: [(&str, &str, &str, &str); 6] = [
    ("stack.json", "StackResourceSummaries", "LogicalResourceId", "stack resource"),
    ("functions.json", "Functions", "FunctionName", "function"),
    ("tables.json", "TableNames", "", "table"),
    ("buckets.json", "Buckets", "Name", "bucket"),
    ("queues.json", "QueueUrls", "", "queue"),
    ("log-groups.json", "logGroups", "logGroupName", "log group"),
];

/// What is there now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Inventory {
    /// What the stack still has. It is deleted when its status says so.
    pub(crate) stack: Vec<String>,
    /// Everything else of the account and region, as its kind and its name.
    pub(crate) others: Vec<(&'static str, String)>,
}

impl Inventory {
    /// Reads the lists in `folder`.
    pub(crate) fn read(folder: &str) -> Result<Inventory, String> {
        let mut inventory = Inventory::default();
        for (file, list, name, kind) in LISTS {
            let path = Path::new(folder).join(file);
            let wrong = |why: String| format!("{}: {why}. Make the list again with the AWS CLI.", path.display());
            let text = std::fs::read_to_string(&path).map_err(|why| wrong(why.to_string()))?;
            if text.trim().is_empty() {
                return Err(wrong("it is empty, because the call failed or had nothing to print".into()));
            }
            let json: Value = serde_json::from_str(&text).map_err(|why| wrong(why.to_string()))?;
            // Where there is no queue, SQS has no list, which `--query` writes as null.
            let entries = match json.get(list) {
                Some(Value::Array(entries)) => entries.clone(),
                Some(Value::Null) => Vec::new(),
                _ => return Err(wrong(format!("it has no {list}"))),
            };
            for entry in entries.iter().filter(|entry| entry["ResourceStatus"] != "DELETE_COMPLETE") {
                let name = if name.is_empty() { entry } else { &entry[name] };
                let name = name.as_str().ok_or_else(|| wrong(format!("an entry of {list} has no name")))?.to_string();
                match kind {
                    "stack resource" => inventory.stack.push(name),
                    _ => inventory.others.push((kind, name)),
                }
            }
        }
        Ok(inventory)
    }
}

/// What is left of the PoC called `name`, whose REST API had the id `api_id`.
pub(crate) fn remaining(inventory: &Inventory, name: &str, api_id: &str) -> Vec<String> {
    // TODO(lab-12.6): the stack knows what it made. What else is called after the PoC, or after its API?
    let _ = (&inventory.others, name, api_id);
    inventory.stack.iter().map(|resource| format!("stack resource {resource}")).collect()
}
