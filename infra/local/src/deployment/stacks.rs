//! What CloudFormation remembers: stacks, what happened to them, and change sets that wait for somebody to carry them out.
//!
//! Who deploys writes here what it does, and CloudFormation's API reads it (`endpoint/cloudformation_api`). A stack that was deleted is
//! remembered, and found by its id alone, because its name may belong to another one.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html>

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{OnFailure, PlannedChange, STACK, StackEvent};
use crate::clock::{Clock, iso_millis};
use crate::data_folder::{STATE_LIMIT, read_bounded, replace};
use stack::{ApiSnapshot, Resource, Stack, role_arn, stack_arn};

/// The most events that a stack is remembered by; AWS keeps those of ninety days.
const MOST_EVENTS: usize = 1_000;

/// All stacks of the account. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stacks {
    records: Arc<Mutex<Vec<StackRecord>>>,
    /// Where they are kept.
    file: Option<PathBuf>,
    clock: Clock,
}

/// One stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StackRecord {
    /// Its ARN, which no other stack ever has.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `StackStatus`: the newest status of the stack's own events.
    pub status: String,
    /// Why it has that status, where anybody said so.
    pub status_reason: Option<String>,
    /// When it was created.
    pub created: String,
    /// When it was changed last.
    pub updated: Option<String>,
    /// When it was deleted.
    pub deleted: Option<String>,
    /// What it was deployed from last.
    pub source: StackSource,
    /// The values of its parameters.
    pub parameters: BTreeMap<String, String>,
    /// What its outputs say.
    pub outputs: BTreeMap<String, String>,
    /// The names by which other stacks may import its outputs, by the outputs' names.
    #[serde(default)]
    pub export_names: BTreeMap<String, String>,
    /// The exports of other stacks that it imports.
    #[serde(default)]
    pub imports: BTreeSet<String>,
    /// Its resources, in the order in which they were made.
    pub resources: Vec<StackResource>,
    /// What happened, the oldest first.
    pub events: Vec<RecordedEvent>,
    /// What waits to be carried out, until the cloud goes away.
    #[serde(skip)]
    pub change_sets: Vec<ChangeSet>,
    /// Whether nobody may delete it.
    pub termination_protection: bool,
    /// What was to become of it if a resource was refused, at the operation that is the newest.
    #[serde(default)]
    pub on_failure: OnFailure,
    /// Whether its creation was told `OnFailure`, and not `DisableRollback`.
    #[serde(default)]
    pub created_with_on_failure: bool,
    /// What failed and was not rolled back.
    #[serde(default)]
    pub unfinished: Option<Unfinished>,
    /// What the deployments of its API hold, by their ids.
    #[serde(default)]
    pub api_deployments: BTreeMap<String, ApiSnapshot>,
    /// What it had in an earlier run of the cloud and is in no template since. The data of it is still there.
    #[serde(default)]
    pub left_behind: Vec<StackResource>,
}

/// Deployments of a stack that failed and were not rolled back, until one succeeds or a rollback takes them back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Unfinished {
    /// What a rollback brings back; nothing where the stack was never created.
    pub stable: Option<DeployedFrom>,
    /// Each of them with the logical ids of what it made or changed, the oldest first.
    pub attempts: Vec<(DeployedFrom, BTreeSet<String>)>,
}

/// What a stack is deployed from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DeployedFrom {
    /// The template, and what was said beside it.
    pub source: StackSource,
    /// The values of its parameters.
    pub parameters: BTreeMap<String, String>,
}

/// What a deployment says of a stack besides its resources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackSource {
    /// The template, as it was given.
    pub template: String,
    /// The file that it was given as, beside which the code of its functions lies; nothing where a client sent the text.
    #[serde(default)]
    pub file: Option<PathBuf>,
    /// `Capabilities` that were acknowledged.
    pub capabilities: Vec<String>,
    /// Tags of the stack.
    pub tags: Vec<(String, String)>,
}

/// A resource of a stack, with what happened to it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackResource {
    /// The template's name for it.
    pub logical_id: String,
    /// Its name or id.
    pub physical_id: String,
    /// `AWS::Lambda::Function`.
    pub resource_type: String,
    /// The status of its newest event.
    pub status: String,
    /// The reason of its newest event.
    pub reason: Option<String>,
    /// When that was.
    pub timestamp: String,
}

/// An event with its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedEvent {
    /// Unique in the account.
    pub id: String,
    /// What happened.
    pub event: StackEvent,
}

/// A change set.
#[derive(Debug, Clone)]
pub struct ChangeSet {
    /// Its ARN.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `Description`, as it was given.
    pub description: Option<String>,
    /// When it was created.
    pub created: String,
    /// Whether it makes the stack; otherwise it changes it.
    pub creates: bool,
    /// `CREATE_COMPLETE` or `FAILED`.
    pub status: &'static str,
    /// Why it failed.
    pub status_reason: Option<String>,
    /// `AVAILABLE`, `UNAVAILABLE`, `EXECUTE_IN_PROGRESS`.
    pub execution_status: &'static str,
    /// What it would do.
    pub changes: Vec<PlannedChange>,
    /// What it deploys.
    pub source: StackSource,
    /// Values that were given for parameters.
    pub parameters: BTreeMap<String, String>,
    /// `OnStackFailure`, where it was given.
    pub on_stack_failure: Option<OnFailure>,
}

impl StackResource {
    /// Whether it is `resource` under whatever template: the same type and the same name.
    pub fn is(&self, resource: &Resource) -> bool {
        self.resource_type == resource.resource_type && self.physical_id == resource.physical_id
    }
}

impl StackRecord {
    /// What other stacks may import of it, by the names of the exports.
    pub fn exports(&self) -> BTreeMap<String, String> {
        stack::exports(&self.export_names, &self.outputs)
    }

    /// Whether something is being done to it.
    pub fn is_in_progress(&self) -> bool {
        self.status.ends_with("_IN_PROGRESS") && self.status != REVIEW
    }

    /// Whether its creation has succeeded, also where it has no resources.
    pub fn was_created(&self) -> bool {
        let is_on_its_way = ["CREATE_IN_PROGRESS", "CREATE_FAILED"].contains(&self.status.as_str());
        self.deleted.is_none() && !self.is_in_review() && !is_on_its_way && !self.status.starts_with("ROLLBACK_")
    }

    /// What is its own, now and from an earlier run.
    pub fn owned(&self) -> Vec<StackResource> {
        let is_there = |resource: &&StackResource| {
            let status = resource.status.as_str();
            status.ends_with("_COMPLETE") && status != "DELETE_COMPLETE"
                || status == "UPDATE_FAILED"
                || status == "DELETE_FAILED"
        };
        self.resources.iter().filter(is_there).chain(&self.left_behind).cloned().collect()
    }

    /// Whether it is only a name that a change set waits under.
    pub fn is_in_review(&self) -> bool {
        self.status == REVIEW
    }

    /// The change set with this name or id.
    pub fn change_set(&self, named: &str) -> Option<&ChangeSet> {
        self.change_sets.iter().find(|set| set.id == named || set.name == named)
    }
}

/// The status of a stack that nobody has created yet.
const REVIEW: &str = "REVIEW_IN_PROGRESS";

impl Stacks {
    /// No stacks yet, and none that are kept.
    pub fn new(clock: Clock) -> Stacks {
        Stacks { records: Arc::default(), file: None, clock }
    }

    /// The stacks that are kept in `folder`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is none of ours.
    pub fn open(folder: Option<&Path>, clock: Clock) -> std::io::Result<Stacks> {
        let file = folder.map(|folder| folder.join("stacks.json"));
        let records = match file.as_deref().map(|file| read_bounded(file, STATE_LIMIT)) {
            None => Vec::new(),
            Some(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Some(text) => serde_json::from_str(&text?)?,
        };
        Ok(Stacks { records: Arc::new(Mutex::new(records)), file, clock })
    }

    /// Forgets the stack called `name`, as if it had never been. Gives what it had.
    pub fn forget(&self, name: &str) -> Vec<StackResource> {
        let mut records = self.records();
        let is_it = |record: &StackRecord| record.name == name && record.deleted.is_none();
        let had = records.iter().find(|record| is_it(record)).map(StackRecord::owned).unwrap_or_default();
        records.retain(|record| !is_it(record));
        had
    }

    /// Keeps what there is. What cannot be kept is there until the cloud goes away.
    fn keep(&self, records: &[StackRecord]) {
        let Some(file) = &self.file else { return };
        let kept = serde_json::to_string(records).map_err(std::io::Error::from).and_then(|text| replace(file, &text));
        if let Err(error) = kept {
            tracing::warn!(%error, file = %file.display(), "the stacks are not kept");
        }
    }

    /// The time, as events say it.
    pub fn now(&self) -> String {
        self.clock.iso_millis()
    }

    /// The stack that has a resource with this name or id.
    pub fn owner(&self, physical_id: &str) -> Option<StackRecord> {
        let has = |record: &&StackRecord| {
            record.deleted.is_none() && record.owned().iter().any(|resource| resource.physical_id == physical_id)
        };
        self.records().iter().rev().find(has).cloned()
    }

    /// The ARNs of the roles that stacks have, and of those that a stack gave up and left behind.
    pub fn roles(&self) -> impl Iterator<Item = String> {
        let of = |record: StackRecord| {
            let owned = if record.deleted.is_none() { record.owned() } else { Vec::new() };
            let left = record.resources.into_iter().filter(|resource| resource.status == "DELETE_SKIPPED");
            owned.into_iter().chain(left)
        };
        let resources = self.all().into_iter().flat_map(of);
        let roles = resources.filter(|resource| resource.resource_type == "AWS::IAM::Role");
        roles.map(|role| role_arn(&role.physical_id))
    }

    /// The stack that is called `named`, or has it for an id.
    pub fn find(&self, named: &str) -> Option<StackRecord> {
        self.records().iter().rev().find(|record| is(record, named)).cloned()
    }

    /// Whether there is a stack that is called `named`, or has it for an id.
    pub fn exists(&self, named: &str) -> bool {
        self.records().iter().any(|record| is(record, named))
    }

    /// All that there are, and those that there were, the newest first.
    pub fn all(&self) -> Vec<StackRecord> {
        self.records().iter().rev().cloned().collect()
    }

    /// A name for a change set to wait under: a stack that nobody has created yet. Its id.
    pub fn review(&self, name: &str) -> String {
        let id = self.announce(name);
        let itself = Resource::of_stack(name);
        self.record(name, StackEvent::of(&itself, REVIEW, Some("User Initiated"), self.now()));
        id
    }

    /// An id for a stack called `name`, which no other stack ever has.
    pub(crate) fn new_id(&self, name: &str) -> String {
        stack_arn(name, &self.clock.uuid().to_string())
    }

    /// A stack that is about to be created. Its id.
    pub fn announce(&self, name: &str) -> String {
        let id = self.new_id(name);
        self.announce_as(name, &id);
        id
    }

    /// A stack that is about to be created, and has the id `id`.
    pub(crate) fn announce_as(&self, name: &str, id: &str) {
        self.records().push(StackRecord {
            id: id.to_string(),
            name: name.to_string(),
            status: REVIEW.to_string(),
            status_reason: None,
            created: self.clock.iso_millis(),
            updated: None,
            deleted: None,
            source: StackSource::default(),
            parameters: BTreeMap::new(),
            outputs: BTreeMap::new(),
            export_names: BTreeMap::new(),
            imports: BTreeSet::new(),
            resources: Vec::new(),
            events: Vec::new(),
            change_sets: Vec::new(),
            termination_protection: false,
            on_failure: OnFailure::default(),
            created_with_on_failure: false,
            unfinished: None,
            api_deployments: BTreeMap::new(),
            left_behind: Vec::new(),
        });
    }

    /// Changes the stack called `named`. Nothing where there is none.
    pub fn change<T>(&self, named: &str, change: impl FnOnce(&mut StackRecord) -> T) -> Option<T> {
        self.records().iter_mut().rev().find(|record| is(record, named)).map(change)
    }

    /// Writes down an event of the stack called `name`, and gives it back as it was written. No two events of a stack have one time: clients
    /// take what is not later than the last one that they saw for something that they have seen.
    pub fn record(&self, name: &str, event: StackEvent) -> StackEvent {
        let id = self.clock.uuid().to_string();
        let mut records = self.records();
        let Some(record) = records.iter_mut().rev().find(|record| is(record, name)) else { return event };
        let mut event = event;
        if event.resource_type == STACK && event.logical_id == record.name {
            event.physical_id.clone_from(&record.id);
        }
        if let Some(RecordedEvent { event: last, .. }) = record.events.last()
            && event.timestamp <= last.timestamp
        {
            event.timestamp = after(&last.timestamp);
        }
        apply(record, &event);
        record.events.push(RecordedEvent { id, event: event.clone() });
        if record.events.len() > MOST_EVENTS {
            record.events.remove(0);
        }
        // A deployment that is cut off leaves the stack as it was before.
        if event.resource_type == STACK && !record.is_in_progress() {
            self.keep(&records);
        }
        event
    }

    /// The stack called `name` is what `stack` says, deployed from `source`.
    pub fn deployed(&self, name: &str, stack: &Stack, source: StackSource) {
        self.change(name, |record| {
            record.unfinished = None;
            record.source = source;
            record.parameters = stack.parameters.clone();
            record.outputs = stack.outputs.clone();
            record.export_names = stack.export_names.clone();
            record.imports = stack.imports.clone();
            record.api_deployments = stack.api_deployments.clone();
            record.left_behind.retain(|left| !stack.resources.iter().any(|resource| left.is(resource)));
            // A resource that did not change has no event of this deployment.
            let place = |id: &str| stack.resources.iter().position(|resource| resource.logical_id == id);
            record.resources.retain(|resource| place(&resource.logical_id).is_some());
            record.resources.sort_by_key(|resource| place(&resource.logical_id));
        });
    }

    /// What all stacks but the one called `name` export.
    pub fn exports_beside(&self, name: &str) -> BTreeMap<String, String> {
        let records = self.records();
        let others = records.iter().filter(|record| record.deleted.is_none() && record.name != name);
        others.flat_map(StackRecord::exports).collect()
    }

    /// The names of the stacks that import `export`, in the alphabet's order.
    pub fn importers(&self, export: &str) -> BTreeSet<String> {
        let imports = |record: &&StackRecord| record.deleted.is_none() && record.imports.contains(export);
        self.records().iter().filter(imports).map(|record| record.name.clone()).collect()
    }

    /// Why `stack` cannot begin: it imports an export that does not exist.
    pub(crate) fn import_refusal(&self, stack: &Stack) -> Option<String> {
        let exports = self.exports_beside(&stack.name);
        let missing = stack.imports.iter().find(|name| !exports.contains_key(*name))?;
        Some(format!("No export named {missing} found"))
    }

    /// Why the outputs of `stack` cannot be what they are to be: an export is another stack's, or in use.
    pub(crate) fn export_refusal(&self, stack: &Stack) -> Option<String> {
        let exporter = |export: &String| {
            let exports = |record: &&StackRecord| {
                record.deleted.is_none()
                    && record.name != stack.name
                    && record
                        .export_names
                        .iter()
                        .any(|(output, name)| name == export && record.outputs.contains_key(output))
            };
            self.records().iter().find(exports).map(|record| record.name.clone())
        };
        let exports = stack.exports();
        let taken = exports.keys().find_map(|export| Some((export, exporter(export)?)));
        if let Some((export, other)) = taken {
            return Some(format!("Export with name {export} is already exported by stack {other}"));
        }
        let before = self.find(&stack.name).map(|record| record.exports()).unwrap_or_default();
        before.iter().find_map(|(export, value)| match exports.get(export) {
            Some(now) if now == value => None,
            Some(_) => self.in_use(export, "updated"),
            None => self.in_use(export, "deleted"),
        })
    }

    /// Why the stack called `name` cannot be deleted: another one imports what it exports.
    pub(crate) fn deletion_refusal(&self, name: &str) -> Option<String> {
        self.find(name)?.exports().keys().find_map(|export| self.in_use(export, "deleted"))
    }

    /// The sentence: <https://github.com/aws/aws-cdk/issues/604>.
    fn in_use(&self, export: &str, what: &str) -> Option<String> {
        let importers: Vec<String> = self.importers(export).into_iter().collect();
        (!importers.is_empty())
            .then(|| format!("Export {export} cannot be {what} as it is in use by {}", importers.join(" and ")))
    }

    /// A deployment of the stack called `name` from `from` failed, and what it made stays. `was_there` says whether the stack was there
    /// before.
    pub(crate) fn kept(&self, name: &str, from: DeployedFrom, made: &BTreeSet<String>, was_there: bool) {
        self.change(name, |record| {
            let stable = || DeployedFrom { source: record.source.clone(), parameters: record.parameters.clone() };
            let begun = || Unfinished { stable: was_there.then(stable), attempts: Vec::new() };
            let mut unfinished = record.unfinished.clone().unwrap_or_else(begun);
            unfinished.attempts.push((from.clone(), made.clone()));
            record.unfinished = Some(unfinished);
            // A client that goes on from here goes on from this template.
            (record.source, record.parameters) = (from.source, from.parameters);
        });
    }

    /// The stack called `name` is being created from `from`. It is described by that even where nothing comes of it: clients ask for it
    /// before they are told so.
    pub(crate) fn creating(&self, name: &str, from: DeployedFrom) {
        self.change(name, |record| (record.source, record.parameters) = (from.source, from.parameters));
    }

    /// The stack called `name` is `stack` again, as before deployments that failed.
    pub(crate) fn rolled_back(&self, name: &str, stack: &Stack) {
        let stable = self.find(name).and_then(|record| record.unfinished?.stable);
        if let Some(stable) = stable {
            self.deployed(name, stack, stable.source);
        }
    }

    /// What the stack `stack` had in an earlier run, as far as it is not in its template now, is its own.
    pub(crate) fn left_behind(&self, stack: &Stack, had: Vec<StackResource>) {
        let is_gone = |had: &StackResource| !stack.resources.iter().any(|resource| had.is(resource));
        self.change(&stack.name, |record| record.left_behind = had.into_iter().filter(is_gone).collect());
    }

    fn records(&self) -> MutexGuard<'_, Vec<StackRecord>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is(record: &StackRecord, named: &str) -> bool {
    record.id == named || record.name == named && record.deleted.is_none()
}

/// What an event changes in the stack's record.
fn apply(record: &mut StackRecord, event: &StackEvent) {
    let StackEvent { timestamp, resource_status, resource_type, logical_id, physical_id, reason } = event;
    if resource_type == STACK && *logical_id == record.name {
        record.status.clone_from(resource_status);
        record.status_reason.clone_from(reason);
        match resource_status.as_str() {
            "CREATE_IN_PROGRESS" => record.created.clone_from(timestamp),
            "UPDATE_IN_PROGRESS" => record.updated = Some(timestamp.clone()),
            "DELETE_COMPLETE" => record.deleted = Some(timestamp.clone()),
            _ => {}
        }
        return;
    }
    // What is removed under another name while its successor stands is not the resource of now.
    let known = record.resources.iter().position(|resource| resource.logical_id == *logical_id);
    let same = known
        .is_none_or(|at| record.resources[at].physical_id == *physical_id || !resource_status.starts_with("DELETE"));
    if !same {
        return;
    }
    let resource = StackResource {
        logical_id: logical_id.clone(),
        physical_id: physical_id.clone(),
        resource_type: resource_type.clone(),
        status: resource_status.clone(),
        reason: reason.clone(),
        timestamp: timestamp.clone(),
    };
    match known {
        Some(at) => record.resources[at] = resource,
        None => record.resources.push(resource),
    }
}

/// A millisecond after `timestamp`.
fn after(timestamp: &str) -> String {
    let parsed = OffsetDateTime::parse(timestamp, &time::format_description::well_known::Rfc3339);
    parsed.map_or_else(|_| timestamp.to_string(), |moment| iso_millis(moment + time::Duration::MILLISECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(status: &str, kind: &str, id: &str, physical: &str) -> StackEvent {
        StackEvent {
            timestamp: "2026-11-22T09:41:00.000Z".to_string(),
            resource_status: status.to_string(),
            resource_type: kind.to_string(),
            logical_id: id.to_string(),
            physical_id: physical.to_string(),
            reason: None,
        }
    }

    #[test]
    fn no_two_events_have_one_time() {
        let stacks = Stacks::new(Clock::real());
        let id = stacks.review("board");
        let first = stacks.record("board", event("CREATE_IN_PROGRESS", STACK, "board", ""));
        let second = stacks.record("board", event("CREATE_COMPLETE", STACK, "board", ""));
        assert!(first.timestamp < second.timestamp, "{first} {second}");
        assert_eq!(second.physical_id, id);
        let record = stacks.find("board").unwrap();
        assert_eq!((record.status.as_str(), record.events.len()), ("CREATE_COMPLETE", 3));
    }

    #[test]
    fn a_stack_that_is_gone_is_found_by_its_id_alone() {
        let stacks = Stacks::new(Clock::real());
        let id = stacks.review("board");
        stacks.record("board", event("DELETE_COMPLETE", STACK, "board", ""));
        assert!(stacks.find("board").is_none());
        assert_eq!(stacks.find(&id).unwrap().status, "DELETE_COMPLETE");
        let next = stacks.review("board");
        assert_eq!(stacks.find("board").unwrap().id, next);
    }

    #[test]
    fn what_is_kept_is_there_again_and_what_was_cut_off_is_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Stacks::open(Some(folder.path()), Clock::real()).unwrap();
        let stacks = open();
        let id = stacks.announce("other");
        stacks.record("other", event("CREATE_COMPLETE", STACK, "other", ""));
        stacks.record("other", event("UPDATE_IN_PROGRESS", STACK, "other", ""));
        let again = open().find("other").unwrap();
        assert_eq!((again.id, again.status.as_str()), (id, "CREATE_COMPLETE"));
        std::fs::write(folder.path().join("stacks.json"), "no").unwrap();
        assert!(Stacks::open(Some(folder.path()), Clock::real()).is_err());
    }

    #[test]
    fn a_replaced_resource_is_the_new_one() {
        let stacks = Stacks::new(Clock::real());
        stacks.review("board");
        for (status, physical) in [
            ("CREATE_COMPLETE", "old"),
            ("UPDATE_COMPLETE", "new"),
            ("DELETE_IN_PROGRESS", "old"),
            ("DELETE_COMPLETE", "old"),
        ] {
            stacks.record("board", event(status, "AWS::SQS::Queue", "Queue", physical));
        }
        let found = stacks.find("board").unwrap().resources;
        assert_eq!((found[0].physical_id.as_str(), found[0].status.as_str()), ("new", "UPDATE_COMPLETE"));
    }
}
