//! The deletion of a stack: nothing in the place of what runs, and then resource after resource against the order in which they were made.

use crate::deployment::{STACK, StackEvent};
use crate::service::Commit;
use stack::{Resource, Stack};

use super::{BootError, Cloud, DeployError, Prepared, Tell, VpcListeners};

impl Cloud {
    /// Deletes the stack called `name`. Resources whose logical ids are `retained` stay, and so do those that their `DeletionPolicy`
    /// keeps. One that cannot be deleted keeps the stack: `DELETE_FAILED`.
    ///
    /// # Errors
    ///
    /// There is no such stack, an export that another stack imports, or a resource that cannot be deleted.
    pub async fn delete(&mut self, name: &str, retained: &[String], tell: Tell<'_>) -> Result<(), DeployError> {
        if let Some(reason) = self.stacks.deletion_refusal(name) {
            return Err(self.not_deleted(name, reason, tell));
        }
        let stays = |resource: &Resource| resource.retained.left_out || retained.contains(&resource.logical_id);
        self.taken_down(name, &stays, tell).await
    }

    /// A stack whose exports are in use is as it was before: <https://github.com/USSBA/aws-cft-tools/issues/27>.
    fn not_deleted(&self, name: &str, reason: String, tell: Tell<'_>) -> DeployError {
        let itself = Resource::of_stack(name);
        let record = self.stacks.find(name);
        let mut own = record.iter().flat_map(|record| record.events.iter().rev());
        let before = own.find(|recorded| recorded.event.logical_id == name && recorded.event.resource_type == STACK);
        let status = before.map_or("CREATE_COMPLETE", |recorded| &recorded.event.resource_status).to_string();
        for (status, reason) in [("DELETE_IN_PROGRESS", "User Initiated"), (status.as_str(), reason.as_str())] {
            tell(self.stacks.record(name, self.event(&itself, status, Some(reason))));
        }
        let Resource { resource_type, logical_id, .. } = itself;
        DeployError::RolledBack { status, resource_type, logical_id, reason }
    }

    /// Takes back the creation of the stack called `name`, of which something was kept when it failed. A stack that was never stable is
    /// deleted.
    pub(super) async fn creation_taken_back(
        &mut self,
        name: &str,
        retain_except_on_create: bool,
        tell: Tell<'_>,
    ) -> Result<(), DeployError> {
        let stays = |resource: &Resource| resource.retained.rolled_back && !retain_except_on_create;
        self.taken_down(name, &stays, tell).await
    }

    /// Deletes everything of the stack called `name` but what `stays`.
    async fn taken_down(
        &mut self,
        name: &str,
        stays: &(dyn Fn(&Resource) -> bool + Sync),
        tell: Tell<'_>,
    ) -> Result<(), DeployError> {
        let stacks = self.stacks.clone();
        let mut tell = |event: StackEvent| tell(stacks.record(name, event));
        if !stacks.exists(name) {
            return Err(DeployError::NoStack(name.to_string()));
        }
        let itself = Resource::of_stack(name);
        tell(self.event(&itself, "DELETE_IN_PROGRESS", Some("User Initiated")));
        stacks.change(name, |record| record.unfinished = None);
        let Some(before) = self.stack_called(name).map(|running| running.stack.clone()) else {
            // A name that a change set waits under, or what is left of a stack that was rolled back.
            tell(self.event(&itself, "DELETE_COMPLETE", None));
            return Ok(());
        };
        // Nobody is invoked any more, and nothing is served; what holds data is still there.
        let emptied = Stack {
            name: name.to_string(),
            tables: before.tables.clone(),
            buckets: before.buckets.clone(),
            queues: before.queues.clone(),
            parameters: before.parameters.clone(),
            ..Stack::default()
        };
        self.replace(emptied).await?;
        let mut left = Vec::new();
        for resource in before.resources.iter().rev() {
            if self.removed(resource, stays(resource), &mut tell).await.is_err() {
                left.push(resource.clone());
            }
        }
        left.reverse();
        let is_left = |id: &str| left.iter().any(|resource| resource.logical_id == id);
        let rest = Stack {
            name: name.to_string(),
            tables: before.tables.into_iter().filter(|table| is_left(&table.logical_id)).collect(),
            buckets: before.buckets.into_iter().filter(|bucket| is_left(&bucket.logical_id)).collect(),
            queues: before.queues.into_iter().filter(|queue| is_left(&queue.logical_id)).collect(),
            parameters: before.parameters,
            resources: left.clone(),
            ..Stack::default()
        };
        self.replace(rest).await?;
        if left.is_empty() {
            self.forget(name);
            tell(self.event(&itself, "DELETE_COMPLETE", None));
            return Ok(());
        }
        let ids: Vec<&str> = left.iter().map(|resource| resource.logical_id.as_str()).collect();
        let reason = format!("The following resource(s) failed to delete: [{}]. ", ids.join(", "));
        tell(self.event(&itself, "DELETE_FAILED", Some(&reason)));
        let resource = &left[0];
        Err(DeployError::RolledBack {
            status: "DELETE_FAILED".to_string(),
            resource_type: resource.resource_type.clone(),
            logical_id: resource.logical_id.clone(),
            reason,
        })
    }

    /// Puts `stack`, which has no functions, in the place of the one that has its name.
    async fn replace(&mut self, stack: Stack) -> Result<(), BootError> {
        let Some(addresses) = self.stack_called(&stack.name).map(|running| running.addresses) else { return Ok(()) };
        let all = self.all_with(&stack);
        let mut switches: Vec<Commit> = Vec::new();
        for service in self.services.iter() {
            switches.push(service.prepare(&all).await?);
        }
        let vpc_listeners = VpcListeners(Vec::new());
        self.switch(Prepared { stack, all, codes: Default::default(), addresses, api: None, vpc_listeners, switches });
        Ok(())
    }

    /// Forgets a stack that has nothing any more. That with which the cloud was started keeps its place, and its address.
    fn forget(&mut self, name: &str) {
        let own = self.own().stack.name.clone();
        self.running.retain(|running| running.stack.name == own || running.stack.name != name);
    }
}
