//! `CreateStack`, `UpdateStack` and `DeleteStack` for a cloud that runs.
//!
//! A deployment has three steps. First, everything that can be refused is checked, resource by resource in CloudFormation's order. Only
//! resources that hold data are made in this step (queues, and those of plugged-in services), each with a way back. A refusal ends it:
//! what was made is undone, and everything is as it was; or what was made stays, where rolling back is disabled (`roll_back`). Second, the
//! parts are switched over, which cannot fail: functions, the API, roles, and what the services switch. Requests under way finish in the
//! old parts. Third, what the new template leaves out is removed. The deletion of a stack is the second step and the third, with nothing in
//! the place of what runs.
//!
//! There may be several stacks. Each has its own record, its own API with an address, and its own events; functions, tables, queues and
//! buckets of all stacks are in one account, and a name belongs to one resource of them. What serves all stacks is given [`Stack::of_all`].
//!
//! What is kept: items, objects, messages, log events, checkpoints, and the warm environments of functions that did not change.
//! What goes, as on AWS: tables, queues and log groups that the template leaves out or replaces, unless their `DeletionPolicy` or
//! `UpdateReplacePolicy` retains them; a bucket only when it is empty.
//!
//! In one thing this is stricter than AWS. Lambda checks a role's permissions only when a function or mapping is created or
//! changed, so an update can take a permission away from a running stack, and its stream stops. Here every deployment checks
//! all of them.

mod delete;
mod failure;
mod package;
mod roll_back;
mod switch;
mod transaction;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::deployment::{
    Action, Causes, DeployedFrom, Deployment, DeploymentRequest, Invalid, OnFailure, PlannedChange, Removal,
    ResourceFailure, StackEvent, StackOperation, StackRecord, TemplateSource, Unfinished, Update, planned,
};
use crate::iam::principals;
use crate::listener::bind;
use crate::programs::{self, Codes};
use crate::service::Commit;
use crate::template;
use cloudformation::{SamInput, StackOptions, property_entities};
use stack::{Function, REGION, Resource, Stack};
use tokio::net::TcpListener;

use super::listeners::{Listening, VpcListeners};
use super::{
    BootError, Cloud, CloudStack, LastStable, check_distributions, check_what_is_plugged_in, failures, stack_options,
};
use failure::Refused;
use package::Uploaded;
use transaction::{Statuses, Transaction};

pub use failure::DeployError;

/// Why nothing is replaced where what was made stays: <https://github.com/aws/aws-sam-cli/issues/4585>.
const NO_REPLACEMENT: &str = "Replacement type updates not supported on stack with disable-rollback.";

/// What the second event of a resource says that is made, which is the first with its name or id.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events-by-operation.html>
pub(super) const INITIATED: &str = "Resource creation Initiated";

/// Told each event as it happens.
type Tell<'t> = &'t mut (dyn FnMut(StackEvent) + Send);

/// What the next stack needs and nobody can take away from it any more: code, and ports that are bound.
struct Prepared {
    stack: Stack,
    /// All stacks, as they will be.
    all: Stack,
    codes: Codes,
    addresses: Listening,
    /// Where its API will answer, if that is a new stack's.
    api: Option<TcpListener>,
    vpc_listeners: VpcListeners,
    switches: Vec<Commit>,
}

/// How a deployment is carried out.
struct Plan<'p> {
    /// What shall be.
    next: &'p Stack,
    /// All stacks, as they shall be.
    all: &'p Stack,
    update: &'p Update,
    uploaded: &'p Uploaded,
    statuses: Statuses,
    /// Whether what was made stays when a resource is refused.
    keeps: bool,
    /// As [`Deployment::retain_except_on_create`].
    retain_except_on_create: bool,
    /// The logical ids of resources that are left as they are.
    skipped: &'p [String],
}

/// A stack as it shall be, and where it will answer.
struct StackTarget {
    stack: Stack,
    addresses: Listening,
    /// Where its API will answer, if it is a new stack.
    api: Option<TcpListener>,
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

    /// Carries out what is asked and tells the caller. True when the stack that the cloud was started with is another one now.
    pub async fn answer(&mut self, request: DeploymentRequest) -> bool {
        let DeploymentRequest { operation, events, end, turn } = request;
        // Who asked may have gone away; the deployment goes on, as it does on AWS.
        let mut tell = |event| drop(events.send(event));
        let (stack, ended) = match &operation {
            StackOperation::Deploy(deployment) => {
                (deployment.stack.clone(), self.deploy(deployment, &mut tell).await.map(|()| Vec::new()))
            }
            StackOperation::Plan(deployment) => (deployment.stack.clone(), self.plan(deployment).await),
            StackOperation::Delete { stack, retained } => {
                (Some(stack.clone()), self.delete(stack, retained, &mut tell).await.map(|()| Vec::new()))
            }
            StackOperation::RollBack { stack, retain_except_on_create, skipped } => {
                let ended = self.roll_back(stack, *retain_except_on_create, skipped, &mut tell).await;
                (Some(stack.clone()), ended.map(|()| Vec::new()))
            }
        };
        let is_plan = matches!(operation, StackOperation::Plan(_));
        let own = stack.is_none_or(|stack| stack == self.own().stack.name);
        let deployed = own && !is_plan && (ended.is_ok() || self.own().unfinished);
        // The next one may be asked for as soon as this one is known to have ended.
        drop((events, turn));
        let _ = end.send(ended.map_err(Into::into));
        deployed
    }

    /// Deploys a template: a new stack, or another template in the place of the one that runs. Tells every event.
    ///
    /// # Errors
    ///
    /// A template that is wrong, code that does not build, and resources that AWS would refuse. Everything is then what it was, unless
    /// [`Deployment::on_failure`] says that what was made stays.
    pub async fn deploy(&mut self, deployment: &Deployment, tell: Tell<'_>) -> Result<(), DeployError> {
        let target = self.target(deployment).await?;
        let (codes, uploaded) = self.code(&target.stack).await?;
        let update = self.compared(&target.stack, &self.recoded(&target.stack, &codes), deployment)?;
        let prepared = self.prepared(target, codes).await?;
        let stacks = self.stacks.clone();
        let name = prepared.stack.name.clone();
        if !stacks.exists(&name) {
            stacks.announce_as(&name, &prepared.stack.id);
        }
        let mut tell = |event| tell(stacks.record(&name, event));
        let creates = self.is_new(&name);
        let statuses = Statuses::of(creates, deployment.on_failure);
        let keeps = deployment.on_failure == OnFailure::DoNothing;
        let parameters = prepared.stack.parameters.clone();
        let mut source = deployment.source.clone();
        if source.file.is_some() {
            source.template = deployment.template.text().into_owned();
        }
        let from = DeployedFrom { source: source.clone(), parameters };
        if creates {
            stacks.creating(&name, from.clone());
        }
        let plan = Plan {
            next: &prepared.stack,
            all: &prepared.all,
            update: &update,
            uploaded: &uploaded,
            statuses,
            keeps,
            retain_except_on_create: deployment.retain_except_on_create,
            skipped: &[],
        };
        match self.carry_out(&plan, &mut tell).await {
            Ok(()) => {
                stacks.deployed(&name, &prepared.stack, source);
                self.switch(prepared);
                self.clean_up(&name, &update, statuses, &mut tell).await;
                Ok(())
            }
            Err(refused) if keeps => {
                stacks.kept(&name, from, &refused.made, !creates);
                let stable = self.stable(&name);
                self.keep(prepared, &refused.made, stable).await?;
                tell(self.event(&Resource::of_stack(&name), statuses.fails, Some(&refused.summary())));
                Err(refused.into())
            }
            Err(refused) => Err(refused.into()),
        }
    }

    /// Whether a deployment of the stack called `name` creates it.
    fn is_new(&self, name: &str) -> bool {
        let was_created = || self.stacks.find(name).is_some_and(|record| record.was_created());
        let is_empty = |running: &CloudStack| running.stack.resources.is_empty() && !running.unfinished;
        self.stack_called(name).is_none_or(|running| is_empty(running) && !was_created())
    }

    /// Brings back the stacks that were deployed beside the one that the cloud was started with, before it went away. Gives those that cannot
    /// run any more, with the reason; their data stays.
    pub async fn restore(&mut self) -> Vec<(String, String)> {
        let own = self.own().stack.name.clone();
        let records = self.stacks.all().into_iter().rev();
        let mut lost = Vec::new();
        for record in records.filter(|record| record.deleted.is_none() && record.name != own) {
            // A name that a change set waits under, or what is left of a stack that was rolled back.
            if record.unfinished.is_none() && record.owned().is_empty() && !record.was_created() {
                continue;
            }
            if let Err(why) = self.restored(&record).await {
                lost.push((record.name, why));
            }
        }
        lost
    }

    async fn restored(&mut self, record: &StackRecord) -> Result<(), String> {
        let said = |error: &dyn std::fmt::Display| error.to_string();
        let name = &record.name;
        let newest = DeployedFrom { source: record.source.clone(), parameters: record.parameters.clone() };
        let (stable, attempts) = match &record.unfinished {
            Some(Unfinished { stable, attempts }) => (stable.clone(), attempts.as_slice()),
            None => (Some(newest.clone()), [].as_slice()),
        };
        let first = Deployment::again(name, stable.as_ref().unwrap_or(&newest));
        let StackTarget { stack, addresses, api } = self.target(&first).await.map_err(|error| said(&error))?;
        let stable = match stable {
            Some(_) => Some(LastStable { codes: self.code_again(&stack).await?, stack }),
            None => None,
        };
        let nothing =
            || LastStable { stack: Stack { name: name.clone(), ..Stack::default() }, codes: Codes::default() };
        let LastStable { mut stack, mut codes } = stable.clone().unwrap_or_else(nothing);
        for (from, made) in attempts {
            let next = self.read(&Deployment::again(name, from), name, addresses).map_err(|error| said(&error))?;
            let mut changed = next.clone();
            changed.functions.retain(|function| made.contains(&function.logical_id));
            codes.extend(self.code_again(&changed).await?);
            stack = stack.stopped_on_the_way_to(&next, made);
        }
        let prepared =
            self.prepared(StackTarget { stack, addresses, api }, codes).await.map_err(|error| said(&error))?;
        let statuses = Statuses::of(false, OnFailure::Rollback);
        let mut transaction = Transaction::new(self, &prepared.stack, &prepared.all, statuses);
        for resource in &prepared.stack.resources {
            // What holds data is there already.
            transaction.make(resource, Action::Modify).await?;
        }
        // Addresses are others than before.
        self.stacks.change(name, |record| {
            record.outputs.clone_from(&prepared.stack.outputs);
            record.export_names.clone_from(&prepared.stack.export_names);
        });
        self.switch(prepared);
        if record.unfinished.is_some() {
            self.remember_stable(name, stable);
        }
        Ok(())
    }

    /// The code of the functions of `stack`, all of which had some when they were deployed.
    async fn code_again(&self, stack: &Stack) -> Result<Codes, String> {
        let (codes, uploaded) = self.code(stack).await.map_err(|error| error.to_string())?;
        uploaded.failures.first().map_or(Ok(codes), |failure| Err(failure.reason.clone()))
    }

    /// Binds what the planned stack listens on, and has the services do what can fail.
    async fn prepared(&self, target: StackTarget, codes: Codes) -> Result<Prepared, BootError> {
        let StackTarget { stack, addresses, api } = target;
        let all = self.all_with(&stack);
        let vpc_listeners = VpcListeners::of(&stack, &self.function_endpoints).await?;
        let mut switches = Vec::new();
        for service in self.services.iter() {
            switches.push(service.prepare(&all).await?);
        }
        Ok(Prepared { stack, all, codes, addresses, api, vpc_listeners, switches })
    }

    /// What a deployment would do. Code is not looked at: where it is another one, it lies in another place.
    async fn plan(&self, deployment: &Deployment) -> Result<Vec<PlannedChange>, DeployError> {
        let StackTarget { stack, .. } = self.target(deployment).await?;
        let update = self.compared(&stack, &BTreeSet::new(), deployment)?;
        let Some(running) = self.stack_called(&stack.name).map(|running| &running.stack) else {
            return Ok(planned(&update, &[], &Causes::default()));
        };
        let input = SamInput { region: REGION.to_string(), parameters: deployment.parameters.clone() };
        let entities = property_entities(&deployment.template.text(), &input);
        let differs = |name: &&String| running.parameters.get(*name) != stack.parameters.get(*name);
        let parameters = stack.parameters.keys().filter(differs).cloned().collect();
        Ok(planned(&update, &running.resources, &Causes { entities, parameters }))
    }

    /// Reads the template.
    async fn target(&self, deployment: &Deployment) -> Result<StackTarget, DeployError> {
        let name = deployment.stack.clone().unwrap_or_else(|| self.own().stack.name.clone());
        let (addresses, api) = match self.stack_called(&name) {
            Some(running) => (running.addresses, None),
            None => {
                let (listener, address) = bind("API", 0).await.map_err(BootError::from)?;
                (Listening { api: address, ..self.own().addresses }, Some(listener))
            }
        };
        let stack = self.read(deployment, &name, addresses)?;
        check_what_is_plugged_in(&stack, self.models, &self.plugins)?;
        check_distributions(&self.all_with(&stack))?;
        Ok(StackTarget { stack, addresses, api })
    }

    /// The code of the functions of `stack`: what Cargo builds, and what clients have uploaded.
    async fn code(&self, stack: &Stack) -> Result<(Codes, Uploaded), DeployError> {
        // What is refused before it is made is not built either: it may be refused for its code.
        let is_refused = |function: &&Function| {
            stack.refused_creations.iter().any(|refused| refused.logical_id == function.logical_id)
        };
        let functions = stack.functions.iter().filter(|function| !is_refused(function)).cloned();
        let (in_buckets, in_folders): (Vec<_>, Vec<_>) =
            functions.partition(|function| function.deployment_package.is_some());
        let (mut codes, build) = self.programs.codes_of(&in_folders, &self.packages.uploads);
        if let Some(build) = build {
            build.run().await;
        }
        let broken = programs::broken(&codes).await;
        if !broken.is_empty() {
            return Err(DeployError::Code(broken));
        }
        // CloudFormation leaves code alone whose place is what it was, also where another one was put there since.
        let running = self.stack_called(&stack.name).map_or(&[][..], |running| &running.stack.functions);
        let is_kept = |function: &Function| {
            let same = |other: &&Function| other.name == function.name;
            running.iter().find(same).is_some_and(|other| other.deployment_package == function.deployment_package)
        };
        let (kept, fetched): (Vec<_>, Vec<_>) = in_buckets.into_iter().partition(is_kept);
        codes.extend(self.lambda.codes_of(&kept));
        let mut uploaded = self.uploaded(&fetched).await;
        codes.append(&mut uploaded.codes);
        Ok((codes, uploaded))
    }

    /// The way from the stack that has the name of `stack` to that one, which is what `deployment` makes.
    fn compared(&self, stack: &Stack, recoded: &BTreeSet<String>, deployment: &Deployment) -> Result<Update, Invalid> {
        let nothing = Stack::default();
        let running = self.stack_called(&stack.name).map_or(&nothing, |running| &running.stack);
        // A file says nothing of tags.
        let is_tagged_anew = || {
            let known = self.stacks.find(&stack.name).map(|record| record.source.tags).unwrap_or_default();
            matches!(deployment.template, TemplateSource::Text(_)) && known != deployment.source.tags
        };
        match Update::between(&running.resources, &stack.resources, recoded) {
            // Outputs and tags are a change, too.
            Err(Invalid::NoUpdates)
                if (&running.outputs, &running.export_names) != (&stack.outputs, &stack.export_names)
                    || is_tagged_anew() =>
            {
                Ok(Update::default())
            }
            // A stack may begin with no resources: no condition holds.
            Err(Invalid::NoUpdates) if self.stack_called(&stack.name).is_none() => Ok(Update::default()),
            // What failed may have been left out.
            Err(Invalid::NoUpdates) if self.stack_called(&stack.name).is_some_and(|running| running.unfinished) => {
                Ok(Update::default())
            }
            compared => compared,
        }
    }

    fn read(&self, deployment: &Deployment, name: &str, addresses: Listening) -> Result<Stack, DeployError> {
        let (templates, code) = &self.allowed_folders;
        let deployed = match self.stack_called(name) {
            Some(running) => running.stack.api_deployments.clone(),
            None => self.stacks.find(name).map(|record| record.api_deployments).unwrap_or_default(),
        };
        let options = |previous| StackOptions {
            creates: true,
            stack_id: Some(self.stacks.find(name).map_or_else(|| self.stacks.new_id(name), |record| record.id)),
            exports: Some(self.stacks.exports_beside(name)),
            principals: Some(principals(&self.stacks).collect()),
            deployed: deployed.clone(),
            ..stack_options(name, &deployment.parameters, previous, addresses, code.clone(), self.models)
        };
        let nothing = BTreeMap::new();
        match &deployment.template {
            TemplateSource::File(file) => {
                templates.check(file)?;
                let previous = self.stack_called(name).map_or(&nothing, |running| &running.stack.parameters);
                Ok(template::load(file, &options(previous))?)
            }
            // A client says itself which values are to be kept.
            TemplateSource::Text(text) => {
                let options = StackOptions { packaged: true, ..options(&nothing) };
                Ok(cloudformation::parse(text, Path::new("template"), &options)?)
            }
        }
    }

    /// The functions whose code is not what runs now.
    fn recoded(&self, stack: &Stack, codes: &Codes) -> BTreeSet<String> {
        let differs = |name: &str| codes.get(name).map(|code| code.borrow().clone()) != self.lambda.code(name);
        let recoded = stack.functions.iter().filter(|function| differs(&function.name));
        recoded.map(|function| function.logical_id.clone()).collect()
    }

    /// Makes and changes, or refuses and takes everything back, unless what was made is to stay.
    async fn carry_out(&self, plan: &Plan<'_>, tell: Tell<'_>) -> Result<(), Refused> {
        let Plan { next: stack, all, update, uploaded, .. } = *plan;
        let running = self.stack_called(&stack.name).map(|running| &running.stack);
        let account = Some((running, all, &self.lambda));
        let mut failures = failures(stack, &self.clock, &self.plugins, self.log_role.is_set(), account);
        failures.extend_from_slice(&uploaded.failures);
        let mut transaction = Transaction::new(self, stack, all, plan.statuses);
        let itself = transaction.itself();
        tell(transaction.event(&itself, plan.statuses.begins, Some("User Initiated")));
        let of_itself =
            |reason| Refused { resource: itself.clone(), action: Action::Modify, reason, made: Default::default() };
        if let Some(reason) = self.stacks.import_refusal(stack) {
            let refused = of_itself(reason);
            if !plan.keeps {
                transaction.roll_back(&refused, plan.retain_except_on_create, tell).await;
            }
            return Err(refused);
        }
        // Resources that did not change are asked for, too, and refused where the change of another one made them wrong.
        let touched = |failure: &ResourceFailure, resource: &Resource| {
            failure.logical_id == resource.logical_id && failure.resource_type == resource.resource_type
        };
        let changed = |resource: &Resource| update.changes.iter().find(|change| change.resource == *resource);
        let mut failed = None;
        for resource in &stack.resources {
            let refused = failures.iter().find(|failure| touched(failure, resource));
            let action = match (changed(resource), refused) {
                _ if plan.skipped.contains(&resource.logical_id) => continue,
                (Some(change), _) => change.action,
                (None, Some(_)) => Action::Modify,
                (None, None) => continue,
            };
            let replaced = "Requested update requires the creation of a new physical resource; hence creating one.";
            let remark =
                uploaded.remarks.iter().find(|(id, _)| *id == resource.logical_id).map(|(_, remark)| remark.as_str());
            let reason = (action == Action::Replace).then_some(replaced).or(remark);
            let in_progress = format!("{}_IN_PROGRESS", action.word());
            // What is being made has no name yet, and what is being replaced has that of the old one.
            let named = transaction.before(resource).filter(|_| action != Action::Create);
            let named = named.map(|before| before.physical_id.clone()).unwrap_or_default();
            let not_yet = Resource { physical_id: named, ..resource.clone() };
            tell(transaction.event(&not_yet, &in_progress, reason));
            let made = match refused {
                Some(failure) => Err(failure.reason.clone()),
                None if plan.keeps && action == Action::Replace => Err(NO_REPLACEMENT.to_string()),
                None => transaction.make(resource, action).await,
            };
            match made {
                Ok(()) => {
                    if action != Action::Modify {
                        tell(transaction.event(resource, &in_progress, Some(INITIATED)));
                    }
                    tell(transaction.event(resource, &format!("{}_COMPLETE", action.word()), None));
                }
                Err(reason) => {
                    tell(transaction.event(&not_yet, &format!("{}_FAILED", action.word()), Some(&reason)));
                    failed = Some((not_yet, action, reason));
                    break;
                }
            }
        }
        // A failure of a resource that the list does not have is a mistake of ours; it must not pass for a success.
        let unlisted = failures.iter().find(|f| !stack.resources.iter().any(|resource| touched(f, resource)));
        let (resource, action, reason) = match (failed, unlisted) {
            (Some(failed), _) => failed,
            (None, Some(failure)) => {
                let logical_id = failure.logical_id.clone();
                let resource = Resource { logical_id, resource_type: failure.resource_type.to_string(), ..itself };
                (resource, Action::Modify, failure.reason.clone())
            }
            // What the outputs say is known when everything is made.
            (None, None) => match self.stacks.export_refusal(stack) {
                Some(reason) => (itself, Action::Modify, reason),
                None => return Ok(()),
            },
        };
        let refused = Refused { resource, action, reason, made: transaction.made() };
        if !plan.keeps {
            transaction.roll_back(&refused, plan.retain_except_on_create, tell).await;
        }
        Err(refused)
    }

    /// Removes what the new template leaves out. Nothing that fails here fails the update.
    async fn clean_up(&self, name: &str, update: &Update, statuses: Statuses, tell: Tell<'_>) {
        let itself = Resource::of_stack(name);
        if let Some(status) = statuses.cleans_up {
            tell(self.event(&itself, status, None));
        }
        for Removal { resource, retained } in &update.removed {
            let _ = self.removed(resource, *retained, tell).await;
        }
        tell(self.event(&itself, statuses.completes, None));
    }

    /// Removes a resource unless it is retained, and tells of it.
    ///
    /// # Errors
    ///
    /// `ResourceStatusReason`, which stands in the event.
    async fn removed(&self, resource: &Resource, retained: bool, tell: Tell<'_>) -> Result<(), String> {
        if retained {
            tell(self.event(resource, "DELETE_SKIPPED", None));
            return Ok(());
        }
        tell(self.event(resource, "DELETE_IN_PROGRESS", None));
        let removed = self.remove(resource).await;
        match &removed {
            Ok(()) => tell(self.event(resource, "DELETE_COMPLETE", None)),
            Err(reason) => tell(self.event(resource, "DELETE_FAILED", Some(reason))),
        }
        removed
    }

    /// The stack that the cloud was started with.
    pub(super) fn own(&self) -> &CloudStack {
        &self.running[0]
    }

    fn stack_called(&self, name: &str) -> Option<&CloudStack> {
        self.running.iter().find(|running| running.stack.name == name)
    }

    /// All stacks in one, with `next` in the place of the one that has its name.
    fn all_with(&self, next: &Stack) -> Stack {
        let others = self.running.iter().map(|running| &running.stack);
        let replaced = others.map(|stack| if stack.name == next.name { next } else { stack });
        let is_new = self.stack_called(&next.name).is_none();
        Stack::of_all(replaced.chain(is_new.then_some(next)))
    }

    /// All stacks in one, as they are.
    fn all(&self) -> Stack {
        Stack::of_all(self.running.iter().map(|running| &running.stack))
    }
}
