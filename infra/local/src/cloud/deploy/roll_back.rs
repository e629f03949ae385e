//! A deployment that failed and was not rolled back (`DisableRollback`): what it made is kept, and taken back later, or gone on from.
//!
//! The stack is then half-way between two templates ([`Stack::stopped_on_the_way_to`]), and runs. Another deployment goes on from there.
//! A rollback (`RollbackStack`) is a deployment of what was stable last; where nothing was, the stack is deleted.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html>

use std::collections::BTreeSet;

use crate::deployment::{Invalid, StackEvent, Update};
use stack::{Resource, Stack};

use super::package::Uploaded;
use super::transaction::ROLLBACK;
use super::{BootError, Cloud, DeployError, LastStable, Plan, Prepared, StackTarget, Tell};

impl Cloud {
    /// Takes back what failed deployments of the stack called `name` left behind. Resources whose logical ids are `skipped` are left as
    /// they are.
    ///
    /// # Errors
    ///
    /// There is nothing to take back, or a resource cannot go back.
    pub async fn roll_back(
        &mut self,
        name: &str,
        retain_except_on_create: bool,
        skipped: &[String],
        tell: Tell<'_>,
    ) -> Result<(), DeployError> {
        let Some(running) = self.stack_called(name).filter(|running| running.unfinished) else {
            return Err(DeployError::NoStack(name.to_string()));
        };
        let Some(LastStable { stack, codes }) = running.stable.clone() else {
            return self.creation_taken_back(name, retain_except_on_create, tell).await;
        };
        let update = match Update::between(&running.stack.resources, &stack.resources, &self.recoded(&stack, &codes)) {
            Err(Invalid::NoUpdates) => Update::default(),
            compared => compared?,
        };
        let target = StackTarget { stack, addresses: running.addresses, api: None };
        let prepared = self.prepared(target, codes).await?;
        let stacks = self.stacks.clone();
        let mut tell = |event: StackEvent| tell(stacks.record(name, event));
        let uploaded = Uploaded::default();
        let plan = Plan {
            next: &prepared.stack,
            all: &prepared.all,
            update: &update,
            uploaded: &uploaded,
            statuses: ROLLBACK,
            keeps: true,
            retain_except_on_create,
            skipped,
        };
        match self.carry_out(&plan, &mut tell).await {
            Ok(()) => {
                stacks.rolled_back(name, &prepared.stack);
                self.switch(prepared);
                self.clean_up(name, &update, ROLLBACK, &mut tell).await;
                Ok(())
            }
            Err(refused) => {
                let stable = self.stable(name);
                self.keep(prepared, &refused.made, stable).await?;
                tell(self.event(&Resource::of_stack(name), ROLLBACK.fails, Some(&refused.summary())));
                Err(refused.into())
            }
        }
    }

    /// What a rollback of the stack called `name` would bring back; nothing where it was never created.
    pub(super) fn stable(&self, name: &str) -> Option<LastStable> {
        let running = self.stack_called(name)?;
        if running.unfinished {
            return running.stable.clone();
        }
        let is_there = !running.stack.resources.is_empty();
        is_there
            .then(|| LastStable { codes: self.lambda.codes_of(&running.stack.functions), stack: running.stack.clone() })
    }

    /// Switches over to as much of `prepared` as `made` says, and remembers `stable`.
    pub(super) async fn keep(
        &mut self,
        prepared: Prepared,
        made: &BTreeSet<String>,
        stable: Option<LastStable>,
    ) -> Result<(), BootError> {
        // Its listeners are bound again, as far as they are needed.
        let Prepared { stack: next, codes: of_next, addresses, api, vpc_listeners, switches, .. } = prepared;
        drop((vpc_listeners, switches));
        let running = self.stack_called(&next.name);
        let before = running.map_or_else(Stack::default, |running| running.stack.clone());
        let mut codes = self.lambda.codes_of(&before.functions);
        let is_made = |name: &str| next.functions.iter().any(|f| f.name == name && made.contains(&f.logical_id));
        codes.extend(of_next.into_iter().filter(|(name, _)| is_made(name)));
        let stack = before.stopped_on_the_way_to(&next, made);
        let name = stack.name.clone();
        let prepared = self.prepared(StackTarget { stack, addresses, api }, codes).await?;
        self.switch(prepared);
        self.remember_stable(&name, stable);
        Ok(())
    }

    /// The stack called `name` is half-way, and `stable` is what it was.
    pub(super) fn remember_stable(&mut self, name: &str, stable: Option<LastStable>) {
        if let Some(running) = self.running.iter_mut().find(|running| running.stack.name == name) {
            running.unfinished = true;
            running.stable = stable;
        }
    }
}
