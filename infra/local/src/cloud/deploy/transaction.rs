//! The part of an update that can be refused: what is made for it, and the way back.

use crate::cloud::Cloud;
use crate::deployment::{Action, HandlerError, STACK, StackEvent};
use crate::service::Rollback;
use stack::{Resource, Retention, Stack};

/// An update under way.
pub(super) struct Transaction<'a> {
    cloud: &'a Cloud,
    /// What shall be.
    next: &'a Stack,
    /// What was done so far, with how to undo it.
    done: Vec<Done>,
}

struct Done {
    resource: Resource,
    action: Action,
    undo: Undo,
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
    pub(super) fn new(cloud: &'a Cloud, next: &'a Stack) -> Transaction<'a> {
        Transaction { cloud, next, done: Vec::new() }
    }

    /// The stack as a resource, which frames its events.
    pub(super) fn itself(&self) -> Resource {
        let name = self.next.name.clone();
        Resource {
            logical_id: name.clone(),
            resource_type: STACK.to_string(),
            physical_id: name,
            custom_named: true,
            properties: serde_json::Value::Null,
            retained: Retention::default(),
        }
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
        let undo = self.cloud.done_for(resource, self.next).await?;
        self.done.push(Done { resource: resource.clone(), action, undo });
        Ok(())
    }

    /// CloudFormation makes before it removes, so a name that another resource of the running stack has is taken.
    fn name_is_free(&self, resource: &Resource) -> Result<(), String> {
        let Resource { logical_id, resource_type, physical_id, .. } = resource;
        let mut running = self.cloud.stack.resources.iter();
        if !running.any(|other| other.is(resource) && other.logical_id != *logical_id) {
            return Ok(());
        }
        let token = self.cloud.clock.uuid();
        Err(format!(
            "Resource handler returned message: \"Resource of type '{resource_type}' with identifier '{physical_id}' already \
             exists.\" (RequestToken: {token}, HandlerErrorCode: AlreadyExists)"
        ))
    }

    /// Takes everything back, with the events that CloudFormation writes about it.
    pub(super) async fn roll_back(self, failed: &Resource, action: Action, tell: &mut (dyn FnMut(StackEvent) + Send)) {
        let itself = self.itself();
        let verb = if action == Action::Create { "create" } else { "update" };
        let why = format!("The following resource(s) failed to {verb}: [{}].", failed.logical_id);
        tell(self.event(&itself, "UPDATE_ROLLBACK_IN_PROGRESS", Some(&why)));
        let Transaction { cloud, done, .. } = self;
        let (made, changed): (Vec<Done>, Vec<Done>) =
            done.into_iter().rev().partition(|done| done.action == Action::Create);
        for Done { resource, undo, .. } in changed {
            tell(cloud.event(&resource, "UPDATE_IN_PROGRESS", None));
            cloud.undo(undo).await;
            tell(cloud.event(&resource, "UPDATE_COMPLETE", None));
        }
        tell(cloud.event(&itself, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None));
        if action == Action::Create {
            tell(cloud.event(failed, "DELETE_COMPLETE", None));
        }
        for Done { resource, undo, .. } in made {
            tell(cloud.event(&resource, "DELETE_IN_PROGRESS", None));
            cloud.undo(undo).await;
            tell(cloud.event(&resource, "DELETE_COMPLETE", None));
        }
        tell(cloud.event(&itself, "UPDATE_ROLLBACK_COMPLETE", None));
    }
}

impl Cloud {
    /// An event of `resource`.
    pub(super) fn event(&self, resource: &Resource, status: &str, reason: Option<&str>) -> StackEvent {
        StackEvent {
            timestamp: self.clock.iso_millis(),
            resource_status: status.to_string(),
            resource_type: resource.resource_type.clone(),
            logical_id: resource.logical_id.clone(),
            reason: reason.map(str::to_string),
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
        for service in self.services.iter() {
            if let Some(way_back) = service.make(resource, &self.stack, next).await? {
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
            _ => {
                for service in self.services.iter() {
                    service.remove(resource).await?;
                }
            }
        }
        Ok(())
    }
}
