//! The part of an update that can be refused: what is made for it, and the way back.

use crate::cloud::{Cloud, CloudStack};
use crate::deployment::{self, Action, HandlerError, StackEvent};
use crate::service::Rollback;
use stack::{Resource, Stack};

/// An update under way.
pub(super) struct Transaction<'a> {
    cloud: &'a Cloud,
    /// What shall be.
    next: &'a Stack,
    /// All stacks, as they shall be.
    all: &'a Stack,
    /// Whether there was no such stack before.
    creates: bool,
    /// What was done so far, with how to undo it.
    done: Vec<Done>,
}

struct Done {
    resource: Resource,
    action: Action,
    undo: Undo,
}

/// What CloudFormation calls the states of a stack on its way.
pub(super) struct Statuses {
    pub(super) begins: &'static str,
    pub(super) completes: &'static str,
    rolls_back: &'static str,
    rolled_back: &'static str,
}

const CREATE: Statuses = Statuses {
    begins: "CREATE_IN_PROGRESS",
    completes: "CREATE_COMPLETE",
    rolls_back: "ROLLBACK_IN_PROGRESS",
    rolled_back: "ROLLBACK_COMPLETE",
};

const UPDATE: Statuses = Statuses {
    begins: "UPDATE_IN_PROGRESS",
    completes: "UPDATE_COMPLETE",
    rolls_back: "UPDATE_ROLLBACK_IN_PROGRESS",
    rolled_back: "UPDATE_ROLLBACK_COMPLETE",
};

/// The way back from what was done for one resource.
enum Undo {
    /// Nothing was done: the parts are switched later.
    Nothing,
    DeleteQueue(String),
    /// What a service that is plugged in did.
    OfService(Rollback),
}

impl<'a> Transaction<'a> {
    pub(super) fn new(cloud: &'a Cloud, next: &'a Stack, all: &'a Stack, creates: bool) -> Transaction<'a> {
        Transaction { cloud, next, all, creates, done: Vec::new() }
    }

    /// The statuses of the stack itself.
    pub(super) fn words(&self) -> &'static Statuses {
        if self.creates { &CREATE } else { &UPDATE }
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
        if action != Action::Modify {
            self.name_is_free(resource)?;
        }
        let undo = self.cloud.done_for(resource, self.all).await?;
        self.done.push(Done { resource: resource.clone(), action, undo });
        Ok(())
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
        let Some(CloudStack { stack: owner, .. }) = self.cloud.running.iter().find(owns) else { return Ok(()) };
        let owner_id = self.cloud.stacks.find(&owner.name).map(|record| record.id).unwrap_or_default();
        Err(deployment::taken(resource, owner, &owner_id, &self.cloud.clock))
    }

    /// Takes everything back, with the events that CloudFormation writes about it.
    pub(super) async fn roll_back(self, failed: &Resource, action: Action, tell: &mut (dyn FnMut(StackEvent) + Send)) {
        let itself = self.itself();
        let verb = if action == Action::Create { "create" } else { "update" };
        let why = format!("The following resource(s) failed to {verb}: [{}].", failed.logical_id);
        let (words, creates) = (self.words(), self.creates);
        tell(self.event(&itself, words.rolls_back, Some(&why)));
        let Transaction { cloud, done, .. } = self;
        let (made, changed): (Vec<Done>, Vec<Done>) =
            done.into_iter().rev().partition(|done| done.action == Action::Create);
        for Done { resource, undo, .. } in changed {
            tell(cloud.event(&resource, "UPDATE_IN_PROGRESS", None));
            cloud.undo(undo).await;
            tell(cloud.event(&resource, "UPDATE_COMPLETE", None));
        }
        if !creates {
            tell(cloud.event(&itself, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None));
        }
        if action == Action::Create {
            tell(cloud.event(failed, "DELETE_COMPLETE", None));
        }
        for Done { resource, undo, .. } in made {
            tell(cloud.event(&resource, "DELETE_IN_PROGRESS", None));
            cloud.undo(undo).await;
            tell(cloud.event(&resource, "DELETE_COMPLETE", None));
        }
        tell(cloud.event(&itself, words.rolled_back, None));
    }
}

impl Cloud {
    /// An event of `resource`.
    pub(super) fn event(&self, resource: &Resource, status: &str, reason: Option<&str>) -> StackEvent {
        StackEvent::of(resource, status, reason, self.clock.iso_millis())
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
