//! From one template to the next: which resources are made, which are changed, which go.
//!
//! CloudFormation compares properties after every reference is worked out, makes and changes in the order of the references, and
//! removes last, in the other direction, when everything else has succeeded.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html>

use std::collections::BTreeSet;

use thiserror::Error;

use stack::Resource;

/// What an update does, in its order.
#[derive(Debug, Default)]
pub struct Update {
    /// What is made or changed.
    pub changes: Vec<Change>,
    /// What goes when all changes have succeeded.
    pub removed: Vec<Removal>,
}

/// One resource that the stack gives up.
#[derive(Debug)]
pub struct Removal {
    /// As it was.
    pub resource: Resource,
    /// Whether it stays, without the stack.
    pub retained: bool,
}

/// A property that is another one than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedProperty {
    /// AWS's name for it: `VisibilityTimeout`.
    pub name: String,
    /// What that does to the resource: `Never`, `Conditionally`, `Always`.
    pub requires_recreation: &'static str,
}

/// Which properties of a resource differ, of those that its type has on AWS.
pub fn changed_properties(before: &Resource, after: &Resource) -> Vec<ChangedProperty> {
    let names =
        [before, after].map(|resource| resource.properties.as_object().into_iter().flatten().map(|(name, _)| name));
    let names: BTreeSet<&String> = names.into_iter().flatten().collect();
    let differ = |name: &&String| before.properties.get(name.as_str()) != after.properties.get(name.as_str());
    let changed = |name: &String| {
        // What is compared of a function is named as in Rust.
        let name: String = name.split('_').map(capital).collect();
        let requires_recreation = cloudformation::requires_recreation(&after.resource_type, &name)?;
        Some(ChangedProperty { name, requires_recreation })
    };
    names.into_iter().filter(differ).filter_map(changed).collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// One resource that is made or changed.
#[derive(Debug)]
pub struct Change {
    /// As it was, where it was there.
    pub before: Option<Resource>,
    /// As it shall be.
    pub resource: Resource,
    /// Why it is done.
    pub action: Action,
}

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is new.
    Create,
    /// It stays the same one.
    Modify,
    /// Another one takes its place, which goes in the end.
    Replace,
}

impl Action {
    /// The first word of its events: CloudFormation calls a replacement an update.
    pub fn word(self) -> &'static str {
        if self == Action::Create { "CREATE" } else { "UPDATE" }
    }
}

/// Why CloudFormation does not even begin: a `ValidationError`.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum Invalid {
    /// Nothing is different.
    #[error("No updates are to be performed.")]
    NoUpdates,
    /// A logical id stands for another type now.
    #[error(
        "Update of resource type is not permitted. The new template modifies resource type of the following resources: [{}]",
        .0.join(", ")
    )]
    TypeChanged(Vec<String>),
}

impl Update {
    /// The way from `old` to `new`. Functions whose logical ids are in `recoded` have other code.
    ///
    /// # Errors
    ///
    /// Nothing to do, and what no update can do.
    pub fn between(old: &[Resource], new: &[Resource], recoded: &BTreeSet<String>) -> Result<Update, Invalid> {
        let before = |id: &str| old.iter().find(|resource| resource.logical_id == id);
        let other_type = |resource: &&Resource| {
            before(&resource.logical_id).is_some_and(|before| before.resource_type != resource.resource_type)
        };
        let changed: Vec<String> = new.iter().filter(other_type).map(|resource| resource.logical_id.clone()).collect();
        if !changed.is_empty() {
            return Err(Invalid::TypeChanged(changed));
        }
        let mut update = Update::default();
        for resource in new {
            let action = match before(&resource.logical_id) {
                None => Action::Create,
                Some(before) if before.physical_id != resource.physical_id => Action::Replace,
                Some(before) if before.properties != resource.properties || before.metadata != resource.metadata => {
                    Action::Modify
                }
                Some(_) if recoded.contains(&resource.logical_id) => Action::Modify,
                Some(_) => continue,
            };
            if let Some(replaced) = before(&resource.logical_id).filter(|_| action == Action::Replace) {
                // Either template may speak for it: what is gone does not come back.
                let retained = replaced.retained.replaced || resource.retained.replaced;
                update.removed.push(Removal { resource: replaced.clone(), retained });
            }
            let before = before(&resource.logical_id).cloned();
            update.changes.push(Change { before, resource: resource.clone(), action });
        }
        let gone = |resource: &&Resource| !new.iter().any(|new| new.logical_id == resource.logical_id);
        let removal = |old: &Resource| Removal { resource: old.clone(), retained: old.retained.left_out };
        update.removed.extend(old.iter().filter(gone).map(removal));
        let place = |resource: &Resource| old.iter().position(|other| other.logical_id == resource.logical_id);
        update.removed.sort_by_key(|removal| std::cmp::Reverse(place(&removal.resource)));
        if update.changes.is_empty() && update.removed.is_empty() { Err(Invalid::NoUpdates) } else { Ok(update) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use stack::Retention;

    fn resource(id: &str, kind: &str, name: &str, size: u32) -> Resource {
        Resource {
            logical_id: id.into(),
            resource_type: kind.into(),
            physical_id: name.into(),
            custom_named: true,
            properties: json!({ "size": size }),
            metadata: None,
            retained: Retention::default(),
        }
    }

    fn words(update: Result<Update, Invalid>) -> Result<Vec<String>, Invalid> {
        let Update { changes, removed } = update?;
        let changes = changes.iter().map(|change| format!("{:?} {}", change.action, change.resource.logical_id));
        Ok(changes
            .chain(removed.iter().map(|Removal { resource, retained }| {
                let what = if *retained { "Keep" } else { "Remove" };
                format!("{what} {} {}", resource.logical_id, resource.physical_id)
            }))
            .collect())
    }

    #[test]
    fn makes_in_order_and_removes_against_it() {
        let old = [resource("Role", "R", "r", 1), resource("Api", "F", "api", 1), resource("Feed", "F", "feed", 1)];
        let new = [resource("Role", "R", "r", 2), resource("Queue", "Q", "q", 1), resource("Feed", "F", "other", 1)];
        let found = words(Update::between(&old, &new, &BTreeSet::new()));
        let expected = ["Modify Role", "Create Queue", "Replace Feed", "Remove Feed feed", "Remove Api api"];
        assert_eq!(found.unwrap(), expected);
    }

    #[test]
    fn what_is_left_out_and_what_is_replaced_is_kept_by_a_policy_of_its_own() {
        let left_out = Retention { left_out: true, ..Retention::default() };
        let replaced = Retention { replaced: true, ..Retention::default() };
        let with = |retained, resource| Resource { retained, ..resource };
        let old = [
            with(left_out, resource("A", "T", "a", 1)),
            with(replaced, resource("B", "T", "b", 1)),
            with(left_out, resource("C", "T", "c", 1)),
            with(replaced, resource("D", "T", "d", 1)),
        ];
        let new = [resource("C", "T", "other", 1), resource("D", "T", "another", 1)];
        let found = words(Update::between(&old, &new, &BTreeSet::new()));
        assert_eq!(found.unwrap(), ["Replace C", "Replace D", "Keep D d", "Remove C c", "Remove B b", "Keep A a"]);
    }

    #[test]
    fn other_code_is_a_change_and_nothing_is_none() {
        let stack = [resource("Api", "F", "api", 1)];
        assert_eq!(words(Update::between(&stack, &stack, &BTreeSet::new())), Err(Invalid::NoUpdates));
        let recoded = BTreeSet::from(["Api".to_string()]);
        assert_eq!(words(Update::between(&stack, &stack, &recoded)).unwrap(), ["Modify Api"]);
    }

    #[test]
    fn other_metadata_is_a_change() {
        let with = |metadata| Resource { metadata: Some(json!(metadata)), ..resource("Api", "F", "api", 1) };
        let found = Update::between(&[with("a")], &[with("b")], &BTreeSet::new());
        assert_eq!(words(found).unwrap(), ["Modify Api"]);
    }

    #[test]
    fn no_resource_becomes_one_of_another_type() {
        let refused = Update::between(&[resource("A", "Q", "a", 1)], &[resource("A", "F", "a", 1)], &BTreeSet::new());
        assert_eq!(refused.unwrap_err(), Invalid::TypeChanged(vec!["A".to_string()]));
    }
}
