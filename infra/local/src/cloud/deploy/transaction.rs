//! The part of an update that can be refused: what is made for it, and the way back.

use crate::cloud::Cloud;
use crate::deployment::{Action, Event, Refused, STACK};
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
    /// It was not there before.
    #[cfg(feature = "tables")]
    DeleteTable(String),
    /// It had other settings: from, to.
    #[cfg(feature = "tables")]
    ChangeTable(Box<(stack::Table, stack::Table)>),
    DeleteQueue(String),
    #[cfg(feature = "buckets")]
    DeleteBucket(String),
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
    pub(super) fn event(&self, resource: &Resource, status: &str, reason: Option<&str>) -> Event {
        Event {
            timestamp: self.cloud.clock.iso_millis(),
            resource_status: status.to_string(),
            resource_type: resource.resource_type.clone(),
            logical_id: resource.logical_id.clone(),
            reason: reason.map(str::to_string),
        }
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
        let undo = self.done_for(resource).await?;
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

    async fn done_for(&self, resource: &Resource) -> Result<Undo, String> {
        match resource.resource_type.as_str() {
            #[cfg(feature = "tables")]
            "AWS::DynamoDB::Table" => self.table(resource).await,
            "AWS::SQS::Queue" => {
                let queue = self.next.queues.iter().find(|queue| queue.name == resource.physical_id);
                let Some(queue) = queue else { return Ok(Undo::Nothing) };
                let new = self.cloud.queues.create(queue).map_err(|error| self.broken("Sqs", &error))?;
                Ok(if new { Undo::DeleteQueue(queue.name.clone()) } else { Undo::Nothing })
            }
            #[cfg(feature = "buckets")]
            "AWS::S3::Bucket" => {
                let bucket = self.next.buckets.iter().find(|bucket| bucket.name == resource.physical_id);
                let Some(bucket) = bucket else { return Ok(Undo::Nothing) };
                let folder = self.cloud.buckets_folder();
                let new = !folder.join(&bucket.name).exists();
                crate::s3::Buckets::create(&folder, bucket).map_err(|error| self.broken("S3", &error))?;
                Ok(if new { Undo::DeleteBucket(bucket.name.clone()) } else { Undo::Nothing })
            }
            _ => Ok(Undo::Nothing),
        }
    }

    #[cfg(feature = "tables")]
    async fn table(&self, resource: &Resource) -> Result<Undo, String> {
        use crate::dynamodb::Tables;
        let named = |stack: &Stack| stack.tables.iter().find(|table| table.name == resource.physical_id).cloned();
        let Some(new) = named(self.next) else { return Ok(Undo::Nothing) };
        let tables = &self.cloud.tables;
        let Some(old) = named(&self.cloud.stack) else {
            let made = tables.create(&new).await.map_err(|error| self.broken("DynamoDb", &error))?;
            return Ok(if made { Undo::DeleteTable(new.name) } else { Undo::Nothing });
        };
        if Tables::needs_replacement(&old, &new) {
            return Err(match resource.custom_named {
                true => format!(
                    "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {} and \
                     update the stack again.",
                    new.name
                ),
                false => format!(
                    "This change makes another table of {}. CloudFormation would give that one a new name; the local cloud \
                     derives names from logical ids, so give the table another logical id.",
                    new.name
                ),
            });
        }
        if let Err(error) = tables.change(&old, &new).await {
            // What went before the refusal goes back at once; where even that fails the error is the same.
            let _ = tables.change(&new, &old).await;
            return Err(self.broken("DynamoDb", &error));
        }
        Ok(Undo::ChangeTable(Box::new((new, old))))
    }

    /// A service's refusal as CloudFormation passes it on.
    fn broken(&self, service: &'static str, error: &dyn std::fmt::Display) -> String {
        let said = error.to_string();
        // CloudFormation shows a service's message without the name of its exception.
        let message = said.split_once("Exception: ").map_or(said.as_str(), |(_, message)| message).to_string();
        let refused = Refused { service, status: 400, error_type: "ValidationException", message };
        refused.reason(&self.cloud.clock)
    }

    /// Takes everything back, with the events that CloudFormation writes about it.
    pub(super) async fn roll_back(self, failed: &Resource, action: Action, tell: &mut (dyn FnMut(Event) + Send)) {
        let itself = self.itself();
        let verb = if action == Action::Create { "create" } else { "update" };
        let why = format!("The following resource(s) failed to {verb}: [{}].", failed.logical_id);
        tell(self.event(&itself, "UPDATE_ROLLBACK_IN_PROGRESS", Some(&why)));
        let (made, changed): (Vec<&Done>, Vec<&Done>) =
            self.done.iter().rev().partition(|done| done.action == Action::Create);
        for Done { resource, undo, .. } in changed {
            tell(self.event(resource, "UPDATE_IN_PROGRESS", None));
            self.undo(undo).await;
            tell(self.event(resource, "UPDATE_COMPLETE", None));
        }
        tell(self.event(&itself, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None));
        if action == Action::Create {
            tell(self.event(failed, "DELETE_COMPLETE", None));
        }
        for Done { resource, undo, .. } in made {
            tell(self.event(resource, "DELETE_IN_PROGRESS", None));
            self.undo(undo).await;
            tell(self.event(resource, "DELETE_COMPLETE", None));
        }
        tell(self.event(&itself, "UPDATE_ROLLBACK_COMPLETE", None));
    }

    async fn undo(&self, undo: &Undo) {
        match undo {
            Undo::Nothing => {}
            #[cfg(feature = "tables")]
            Undo::DeleteTable(name) => {
                if let Err(why) = self.cloud.tables.delete(name).await {
                    tracing::warn!(%why, name, "a table of a deployment that was rolled back is still there");
                }
            }
            #[cfg(feature = "tables")]
            Undo::ChangeTable(way) => {
                if let Err(why) = self.cloud.tables.change(&way.0, &way.1).await {
                    tracing::warn!(%why, table = way.1.name, "a table kept a change of a deployment that was rolled back");
                }
            }
            Undo::DeleteQueue(name) => self.cloud.queues.delete_queue(name),
            #[cfg(feature = "buckets")]
            Undo::DeleteBucket(name) => {
                crate::s3::Buckets::delete(&self.cloud.buckets_folder(), name);
            }
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
            #[cfg(feature = "tables")]
            "AWS::DynamoDB::Table" => {
                self.cloud.tables.delete(name).await.map_err(|error| self.broken("DynamoDb", &error))
            }
            "AWS::SQS::Queue" => {
                self.cloud.queues.delete_queue(name);
                Ok(())
            }
            "AWS::Logs::LogGroup" => {
                self.cloud.logs.delete_group(name);
                Ok(())
            }
            #[cfg(feature = "buckets")]
            "AWS::S3::Bucket" => match crate::s3::Buckets::delete(&self.cloud.buckets_folder(), name) {
                true => Ok(()),
                false => Err(self.not_empty()),
            },
            _ => Ok(()),
        }
    }

    #[cfg(feature = "buckets")]
    fn not_empty(&self) -> String {
        let message = "The bucket you tried to delete is not empty".to_string();
        Refused { service: "S3", status: 409, error_type: "BucketNotEmpty", message }.reason(&self.cloud.clock)
    }
}
