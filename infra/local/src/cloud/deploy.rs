//! `UpdateStack`: another template for a cloud that runs.
//!
//! There are three steps. First, everything that can be refused is checked, resource by resource in CloudFormation's order. Only resources
//! that hold data are made in this step (queues, and those of plugged-in services), each with a way back. A refusal ends the update: what
//! was made is undone, and the running stack is as it was. Second, the parts are switched over, which cannot fail: functions, the API,
//! roles, and what the services switch. Requests under way finish in the old parts. Third, what the new template leaves out is removed.
//!
//! What is kept: items, objects, messages, log events, checkpoints, and the warm environments of functions that did not change.
//! What goes, as on AWS: tables, queues and log groups that the template leaves out or replaces, unless their `DeletionPolicy` or
//! `UpdateReplacePolicy` retains them; a bucket only when it is empty.
//!
//! In one thing this is stricter than AWS. Lambda checks a role's permissions only when a function or mapping is created or
//! changed, so an update can take a permission away from a running stack, and its stream stops. Here every deployment checks
//! all of them.

mod failure;
mod switch;
mod transaction;

use std::collections::BTreeSet;

use crate::deployment::{Action, Deployment, DeploymentRequest, Removal, ResourceFailure, StackEvent, Update};
use crate::programs::{self, Codes};
use crate::service::Commit;
use crate::template;
use stack::{Resource, Stack};

use super::listeners::VpcListeners;
use super::{Cloud, check_what_is_plugged_in, failures, stack_options};
use transaction::Transaction;

pub use failure::DeployError;

/// What the next stack needs and nobody can take away from it any more: code, and ports that are bound.
struct Prepared {
    stack: Stack,
    codes: Codes,
    vpc_listeners: VpcListeners,
    switches: Vec<Commit>,
}

impl Cloud {
    /// Waits for a deployment that somebody asks for at the AWS endpoint. Answer it with [`Cloud::answer`].
    pub async fn deployment_request(&mut self) -> DeploymentRequest {
        match self.requests.recv().await {
            Some(request) => request,
            // The endpoint holds the other end as long as it is served.
            None => std::future::pending().await,
        }
    }

    /// Carries out a deployment and tells the caller. True when the stack is another one now.
    pub async fn answer(&mut self, request: DeploymentRequest) -> bool {
        let DeploymentRequest { deployment, events, end, turn } = request;
        // Who asked may have gone away; the deployment goes on, as it does on AWS.
        let ended = self.deploy(&deployment, &mut |event| drop(events.send(event))).await;
        let deployed = ended.is_ok();
        // The next one may be asked for as soon as this one is known to have ended.
        drop((events, turn));
        let _ = end.send(ended.map_err(|error| error.to_string()));
        deployed
    }

    /// Deploys a template in the place of the one that runs, and tells every event.
    ///
    /// # Errors
    ///
    /// A template that is wrong, code that does not build, and resources that AWS would refuse. The stack is then what it was.
    pub async fn deploy(
        &mut self,
        deployment: &Deployment,
        tell: &mut (dyn FnMut(StackEvent) + Send),
    ) -> Result<(), DeployError> {
        let (templates, code) = &self.allowed_folders;
        templates.check(&deployment.template)?;
        let (given, previous) = (&deployment.parameters, &self.stack.parameters);
        let options = stack_options(&self.stack.name, given, previous, self.addresses, code.clone(), self.models);
        let stack = template::load(&deployment.template, &options)?;
        check_what_is_plugged_in(&stack, self.models, &self.plugins)?;
        let (codes, build) = self.programs.codes_of(&stack.functions, &self.uploads);
        if let Some(build) = build {
            build.run().await;
        }
        let broken = programs::broken(&codes).await;
        if !broken.is_empty() {
            return Err(DeployError::Code(broken));
        }
        let update = Update::between(&self.stack.resources, &stack.resources, &self.recoded(&stack, &codes))?;
        let prepared = self.prepare(stack, codes).await?;
        self.carry_out(&update, &prepared.stack, tell).await?;
        self.switch(prepared);
        self.clean_up(&update, tell).await;
        Ok(())
    }

    /// The functions whose code is not what runs now.
    fn recoded(&self, stack: &Stack, codes: &Codes) -> BTreeSet<String> {
        let differs = |name: &str| codes.get(name).map(|code| code.borrow().clone()) != self.lambda.code(name);
        let recoded = stack.functions.iter().filter(|function| differs(&function.name));
        recoded.map(|function| function.logical_id.clone()).collect()
    }

    /// Makes and changes, or refuses and takes everything back.
    async fn carry_out(
        &self,
        update: &Update,
        stack: &Stack,
        tell: &mut (dyn FnMut(StackEvent) + Send),
    ) -> Result<(), DeployError> {
        let failures = failures(stack, &self.clock, &self.plugins, Some((&self.stack, &self.lambda)));
        let mut transaction = Transaction::new(self, stack);
        let itself = transaction.itself();
        tell(transaction.event(&itself, "UPDATE_IN_PROGRESS", Some("User Initiated")));
        // Resources that did not change are asked for, too, and refused where the change of another one made them wrong.
        let touched = |failure: &ResourceFailure, resource: &Resource| {
            failure.logical_id == resource.logical_id && failure.resource_type == resource.resource_type
        };
        let changed = |resource: &Resource| update.changes.iter().find(|change| change.resource == *resource);
        let mut failed = None;
        for resource in &stack.resources {
            let refused = failures.iter().find(|failure| touched(failure, resource));
            let action = match (changed(resource), refused) {
                (Some(change), _) => change.action,
                (None, Some(_)) => Action::Modify,
                (None, None) => continue,
            };
            let replaced = "Requested update requires the creation of a new physical resource; hence creating one.";
            let reason = (action == Action::Replace).then_some(replaced);
            tell(transaction.event(resource, &format!("{}_IN_PROGRESS", action.word()), reason));
            let made = match refused {
                Some(failure) => Err(failure.reason.clone()),
                None => transaction.make(resource, action).await,
            };
            match made {
                Ok(()) => tell(transaction.event(resource, &format!("{}_COMPLETE", action.word()), None)),
                Err(reason) => {
                    tell(transaction.event(resource, &format!("{}_FAILED", action.word()), Some(&reason)));
                    failed = Some((resource, action, reason));
                    break;
                }
            }
        }
        // A failure of a resource that the list does not have is a mistake of ours; it must not pass for a success.
        let unlisted = failures.iter().find(|f| !stack.resources.iter().any(|resource| touched(f, resource)));
        match (failed, unlisted) {
            (Some((resource, action, reason)), _) => {
                transaction.roll_back(resource, action, tell).await;
                let (logical_id, resource_type) = (resource.logical_id.clone(), resource.resource_type.clone());
                let status = format!("{}_FAILED", action.word());
                Err(DeployError::RolledBack { status, resource_type, logical_id, reason })
            }
            (None, Some(failure)) => {
                transaction.roll_back(&itself, Action::Modify, tell).await;
                Err(DeployError::RolledBack {
                    status: "UPDATE_FAILED".to_string(),
                    resource_type: failure.resource_type.to_string(),
                    logical_id: failure.logical_id.clone(),
                    reason: failure.reason.clone(),
                })
            }
            (None, None) => Ok(()),
        }
    }

    /// Removes what the new template leaves out. Nothing that fails here fails the update.
    async fn clean_up(&self, update: &Update, tell: &mut (dyn FnMut(StackEvent) + Send)) {
        let transaction = Transaction::new(self, &self.stack);
        let itself = transaction.itself();
        tell(transaction.event(&itself, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None));
        for Removal { resource, retained } in &update.removed {
            if *retained {
                tell(transaction.event(resource, "DELETE_SKIPPED", None));
                continue;
            }
            tell(transaction.event(resource, "DELETE_IN_PROGRESS", None));
            match self.remove(resource).await {
                Ok(()) => tell(transaction.event(resource, "DELETE_COMPLETE", None)),
                Err(reason) => tell(transaction.event(resource, "DELETE_FAILED", Some(&reason))),
            }
        }
        tell(transaction.event(&itself, "UPDATE_COMPLETE", None));
    }
}
