//! The part of an update that can be refused: what is made for it, and the way back.

use std::collections::BTreeSet;

use crate::cloud::{Cloud, CloudStack};
use crate::deployment::{self, Action, HandlerError, OnFailure, StackEvent, StackResource, changed_properties};
use crate::service::Rollback;
use stack::{Resource, Stack};

use super::Tell;
use super::failure::Refused;

/// An update under way.
pub(super) struct Transaction<'a> {
    cloud: &'a Cloud,
    /// What shall be.
    next: &'a Stack,
    /// All stacks, as they shall be.
    all: &'a Stack,
    statuses: Statuses,
    /// What is the stack's own already, in whatever run it was made.
    owned: Vec<StackResource>,
    /// What was done so far, with how to undo it.
    done: Vec<Done>,
}

struct Done {
    resource: Resource,
    /// As it was, where it was there.
    before: Option<Resource>,
    action: Action,
    undo: Undo,
}

/// What CloudFormation calls the states of a stack on its way.
#[derive(Clone, Copy)]
pub(super) struct Statuses {
    pub(super) begins: &'static str,
    pub(super) completes: &'static str,
    /// While what is left out goes.
    pub(super) cleans_up: Option<&'static str>,
    /// When what was made stays.
    pub(super) fails: &'static str,
    rolls_back: &'static str,
    /// What is said about the way back besides the resources that failed.
    who_rolls_back: &'static str,
    rolls_back_cleaning_up: Option<&'static str>,
    rolled_back: &'static str,
}

const CREATE: Statuses = Statuses {
    begins: "CREATE_IN_PROGRESS",
    completes: "CREATE_COMPLETE",
    cleans_up: None,
    fails: "CREATE_FAILED",
    rolls_back: "ROLLBACK_IN_PROGRESS",
    who_rolls_back: " Rollback requested by user.",
    rolls_back_cleaning_up: None,
    rolled_back: "ROLLBACK_COMPLETE",
};

/// A creation that takes the stack with it when it fails.
const CREATE_OR_DELETE: Statuses = Statuses {
    rolls_back: "DELETE_IN_PROGRESS",
    who_rolls_back: " Delete requested by user.",
    rolled_back: "DELETE_COMPLETE",
    ..CREATE
};

const UPDATE: Statuses = Statuses {
    begins: "UPDATE_IN_PROGRESS",
    completes: "UPDATE_COMPLETE",
    cleans_up: Some("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
    fails: "UPDATE_FAILED",
    rolls_back: "UPDATE_ROLLBACK_IN_PROGRESS",
    who_rolls_back: "",
    rolls_back_cleaning_up: Some("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
    rolled_back: "UPDATE_ROLLBACK_COMPLETE",
};

/// A rollback that somebody asked for. It has no way back of its own.
pub(super) const ROLLBACK: Statuses = Statuses {
    begins: "UPDATE_ROLLBACK_IN_PROGRESS",
    completes: "UPDATE_ROLLBACK_COMPLETE",
    cleans_up: Some("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
    fails: "UPDATE_ROLLBACK_FAILED",
    ..UPDATE
};

impl Statuses {
    /// Those of a deployment that `creates` the stack, or changes it.
    pub(super) fn of(creates: bool, on_failure: OnFailure) -> Statuses {
        match (creates, on_failure) {
            (true, OnFailure::Delete) => CREATE_OR_DELETE,
            (true, _) => CREATE,
            (false, _) => UPDATE,
        }
    }
}

/// The way back from what was done for one resource.
enum Undo {
    /// Nothing was done: the parts are switched later.
    Nothing,
    DeleteQueue(String),
    /// What a service that is plugged in did.
    OfService(Rollback),
}

impl<'a> Transaction<'a> {
    pub(super) fn new(cloud: &'a Cloud, next: &'a Stack, all: &'a Stack, statuses: Statuses) -> Transaction<'a> {
        let owned = cloud.stacks.find(&next.name).map(|record| record.owned()).unwrap_or_default();
        Transaction { cloud, next, all, statuses, owned, done: Vec::new() }
    }

    /// The logical ids of what was made or changed so far.
    pub(super) fn made(&self) -> BTreeSet<String> {
        self.done.iter().map(|done| done.resource.logical_id.clone()).collect()
    }

    /// The stack as a resource, which frames its events.
    pub(super) fn itself(&self) -> Resource {
        Resource::of_stack(&self.next.name)
    }

    /// An event of `resource`.
    pub(super) fn event(&self, resource: &Resource, status: &str, reason: Option<&str>) -> StackEvent {
        self.cloud.event(resource, status, reason)
    }

    /// Does what `resource` needs before the parts are switched.
    ///
    /// # Errors
    ///
    /// `ResourceStatusReason`.
    pub(super) async fn make(&mut self, resource: &Resource, action: Action) -> Result<(), String> {
        let cloud = self.cloud;
        if action != Action::Modify {
            self.name_is_free(resource)?;
            if self.must_be_nobodys(resource) && cloud.has(resource).await {
                return Err(deployment::outside(resource, &cloud.clock));
            }
        }
        if action == Action::Modify && resource.custom_named {
            self.needs_no_replacement(resource)?;
        }
        let undo = cloud.done_for(resource, self.all).await?;
        let before = self.before(resource).filter(|_| action != Action::Create).cloned();
        self.done.push(Done { resource: resource.clone(), before, action, undo });
        Ok(())
    }

    /// The resource of the running stack that has the logical id of `resource`.
    pub(super) fn before(&self, resource: &Resource) -> Option<&'a Resource> {
        let running = self.cloud.running.iter().find(|running| running.stack.name == self.next.name)?;
        running.stack.resources.iter().find(|before| before.logical_id == resource.logical_id)
    }

    /// Another resource cannot take the name of the one that it takes the place of.
    /// <https://github.com/aws-amplify/amplify-cli/issues/1651>
    fn needs_no_replacement(&self, resource: &Resource) -> Result<(), String> {
        let changed = self.before(resource).map(|before| changed_properties(before, resource)).unwrap_or_default();
        if changed.iter().all(|property| property.requires_recreation != "Always") {
            return Ok(());
        }
        let name = &resource.physical_id;
        Err(format!(
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {name} and update the stack again."
        ))
    }

    /// CloudFormation makes before it removes, so what another resource of the running stack is cannot be made.
    fn name_is_free(&self, resource: &Resource) -> Result<(), String> {
        let owns = |running: &&CloudStack| {
            let own = running.stack.name == self.next.name;
            if !own && !resource.is_alone_in_account() {
                return false;
            }
            let mut others =
                running.stack.resources.iter().filter(|other| !own || other.logical_id != resource.logical_id);
            others.any(|other| other.is(resource))
        };
        let running = self.cloud.running.iter().find(owns).map(|running| &running.stack);
        // Two resources of one template may ask for one name.
        let is_twin = |done: &Done| resource.is_alone_in_account() && done.resource.is(resource);
        let twin = || self.done.iter().any(is_twin).then_some(self.next);
        let Some(owner) = running.or_else(twin) else { return Ok(()) };
        let owner_id = self.cloud.stacks.find(&owner.name).map(|record| record.id).unwrap_or_default();
        Err(deployment::taken(resource, owner, &owner_id, &self.cloud.clock))
    }

    /// Whether `resource` is refused where it is there already. What stands outside of all stacks is not taken over: it was made with
    /// the service's API, or a stack that is gone has kept it. A name that the template leaves out is another one on AWS each time.
    fn must_be_nobodys(&self, resource: &Resource) -> bool {
        resource.custom_named && !self.owned.iter().any(|owned| owned.is(resource))
    }

    /// Takes everything back, with the events that CloudFormation writes about it. What it made goes too if it has
    /// `DeletionPolicy: Retain`, where `retain_except_on_create` says so.
    pub(super) async fn roll_back(self, refused: &Refused, retain_except_on_create: bool, tell: Tell<'_>) {
        let itself = self.itself();
        let Transaction { cloud, done, statuses, .. } = self;
        let why = format!("{}{}", refused.summary(), statuses.who_rolls_back);
        tell(cloud.event(&itself, statuses.rolls_back, Some(&why)));
        let (made, changed): (Vec<Done>, Vec<Done>) =
            done.into_iter().rev().partition(|done| done.action == Action::Create);
        let mut replacing = Vec::new();
        for Done { resource, before, action, undo } in changed {
            let back = before.as_ref().unwrap_or(&resource);
            tell(cloud.event(back, "UPDATE_IN_PROGRESS", None));
            if action != Action::Replace {
                cloud.undo(undo).await;
                tell(cloud.event(back, "UPDATE_COMPLETE", None));
                continue;
            }
            tell(cloud.event(back, "UPDATE_COMPLETE", None));
            replacing.push((resource, undo));
        }
        if let Some(status) = statuses.rolls_back_cleaning_up {
            tell(cloud.event(&itself, status, None));
        }
        // What would have taken the place of another goes when that one is back.
        for (resource, undo) in replacing {
            tell(cloud.event(&resource, "DELETE_IN_PROGRESS", None));
            cloud.undo(undo).await;
            tell(cloud.event(&resource, "DELETE_COMPLETE", None));
        }
        if refused.action == Action::Create {
            tell(cloud.event(&refused.resource, "DELETE_COMPLETE", None));
        }
        for Done { resource, undo, .. } in made {
            // What has no way back has not been made yet: the parts are switched later.
            if resource.retained.rolled_back && !retain_except_on_create && !matches!(undo, Undo::Nothing) {
                tell(cloud.event(&resource, "DELETE_SKIPPED", None));
                continue;
            }
            tell(cloud.event(&resource, "DELETE_IN_PROGRESS", None));
            cloud.undo(undo).await;
            tell(cloud.event(&resource, "DELETE_COMPLETE", None));
        }
        tell(cloud.event(&itself, statuses.rolled_back, None));
    }
}

impl Cloud {
    /// An event of `resource`.
    pub(super) fn event(&self, resource: &Resource, status: &str, reason: Option<&str>) -> StackEvent {
        StackEvent::of(resource, status, reason, self.clock.iso_millis())
    }

    /// Whether there is something of the type and name of `resource`.
    async fn has(&self, resource: &Resource) -> bool {
        let name = resource.physical_id.as_str();
        match resource.resource_type.as_str() {
            "AWS::SQS::Queue" => self.queues.has(name),
            "AWS::Logs::LogGroup" => self.logs.has_group(name),
            _ => {
                for service in self.services.iter() {
                    if service.has(resource).await {
                        return true;
                    }
                }
                false
            }
        }
    }

    async fn done_for(&self, resource: &Resource, next: &Stack) -> Result<Undo, String> {
        if resource.resource_type == "AWS::SQS::Queue" {
            let queue = next.queues.iter().find(|queue| queue.name == resource.physical_id);
            let Some(queue) = queue else { return Ok(Undo::Nothing) };
            let new = self.queues.create(queue);
            let new = new.map_err(|error| HandlerError::of_change("Sqs", &error).reason(&self.clock))?;
            return Ok(if new { Undo::DeleteQueue(queue.name.clone()) } else { Undo::Nothing });
        }
        let running = self.all();
        for service in self.services.iter() {
            if let Some(way_back) = service.make(resource, &running, next).await? {
                return Ok(Undo::OfService(way_back));
            }
        }
        Ok(Undo::Nothing)
    }

    async fn undo(&self, undo: Undo) {
        match undo {
            Undo::Nothing => {}
            Undo::DeleteQueue(name) => self.queues.delete_queue(&name),
            Undo::OfService(way_back) => way_back.await,
        }
    }

    /// Removes a resource that the stack has no more.
    ///
    /// # Errors
    ///
    /// `ResourceStatusReason`.
    pub(super) async fn remove(&self, resource: &Resource) -> Result<(), String> {
        let name = resource.physical_id.as_str();
        match resource.resource_type.as_str() {
            "AWS::SQS::Queue" => self.queues.delete_queue(name),
            "AWS::Logs::LogGroup" => self.logs.delete_group(name),
            "AWS::IAM::Role" => self.log_role.delete_role(name),
            _ => {
                for service in self.services.iter() {
                    service.remove(resource).await?;
                }
            }
        }
        Ok(())
    }
}
