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
    // lab-12.6 begin
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    // An API's log group is called after its id. A stack's name may have several words, and a bucket has no capitals.
    let is_its = |kind: &str, found: &str| {
        let words =
            |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect() };
        let in_it = |its: &str| if kind == "bucket" { its.to_lowercase() } else { its.to_string() };
        let found = words(found);
        [name, api_id].map(in_it).iter().any(|its| {
            let its = words(its);
            found.windows(its.len()).any(|part| part == its)
        })
    };
    let others = inventory
        .others
        .iter()
        .filter(|(kind, found)| is_its(kind, found))
        .map(|(kind, found)| format!("{kind} {found}"));
    stack.chain(others).collect()
    // lab-12.6 starter
    // | // TODO(lab-12.6): the stack knows what it made. What else is called after the PoC, or after its API?
    // | let _ = (&inventory.others, name, api_id);
    // | inventory.stack.iter().map(|resource| format!("stack resource {resource}")).collect()
    // lab-12.6 end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_failed_call_left_is_not_an_empty_list() {
        let folder = tempfile::tempdir().unwrap();
        let read = |queues: &str| {
            for (file, list, ..) in LISTS {
                std::fs::write(folder.path().join(file), format!("{{\"{list}\": []}}")).unwrap();
            }
            std::fs::write(folder.path().join("queues.json"), queues).unwrap();
            Inventory::read(folder.path().to_str().unwrap())
        };
        assert_eq!(read("{\"QueueUrls\": null}"), Ok(Inventory::default()));
        for (queues, said) in
            [("\n", "it is empty"), ("{\"TableNames\": []}", "no QueueUrls"), ("An error", "expected value")]
        {
            let error = read(queues).unwrap_err();
            assert!(error.contains(said) && error.contains("queues.json"), "{error}");
        }
        std::fs::remove_file(folder.path().join("queues.json")).unwrap();
        assert!(Inventory::read(folder.path().to_str().unwrap()).is_err());
    }

    #[test]
    fn the_stacks_and_those_called_after_it_are_left_and_others_are_not() {
        let others = [
            ("log group", "/aws/lambda/board-api"),
            ("log group", "API-Gateway-Execution-Logs_a1b2/dev"),
            ("table", "dashboard"),
        ];
        let others = others.map(|(kind, name)| (kind, name.to_string())).to_vec();
        let inventory = Inventory { stack: vec!["BoardTable".into()], others };
        let left = remaining(&inventory, "board", "a1b2");
        assert_eq!(
            left,
            [
                "stack resource BoardTable",
                "log group /aws/lambda/board-api",
                "log group API-Gateway-Execution-Logs_a1b2/dev"
            ]
        );
    }
}
