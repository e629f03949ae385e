//! What a deployment does to functions: those that changed start anew, all others keep their warm environments.
//!
//! On AWS, too, an update of a function's code or configuration ends its environments: invocations under way finish in the old
//! ones, the next ones start cold. Here a change of the role counts as a change of the function.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::execution_environment::ExecutionEnvironment;
use super::process::ProcessIds;
use super::{Bounded, Deployed, Lambda, RECORDS_BYTES, RECORDS_KEPT, held, retirement};
use crate::programs::Code;
use stack::Function;

impl Lambda {
    /// Puts these functions in the place of those that there are.
    pub(crate) fn deploy(&self, functions: Vec<(Function, watch::Receiver<Code>)>) {
        let mut next = BTreeMap::new();
        let mut current = self.0.functions.write().unwrap_or_else(PoisonError::into_inner);
        for (function, code) in functions {
            let name = function.name.clone();
            let kept = current.get(&name).filter(|deployed| deployed.is(&function, &code)).cloned();
            self.reserve_as_deployed(current.get(&name).map(|deployed| &*deployed.function), &function);
            next.insert(name, kept.unwrap_or_else(|| Arc::new(self.newly_deployed(function, code))));
        }
        let old = std::mem::replace(&mut *current, next);
        let stays = |deployed: &Arc<Deployed>| {
            current.get(&deployed.function.name).is_some_and(|other| Arc::ptr_eq(other, deployed))
        };
        let retired: Vec<Arc<Deployed>> = old.into_values().filter(|deployed| !stays(deployed)).collect();
        for gone in retired.iter().filter(|deployed| !current.contains_key(&deployed.function.name)) {
            self.0.concurrency.release(&gone.function.name);
        }
        drop(current);
        for deployed in retired {
            tokio::spawn(async move { retirement::end_all(deployed.retired()).await });
        }
    }

    /// Gives the function called `name` other code. Invocations under way finish in the old one.
    pub(crate) fn update_code(&self, name: &str, code: Code) {
        let mut functions = self.0.functions.write().unwrap_or_else(PoisonError::into_inner);
        let Some(current) = functions.get_mut(name) else { return };
        let next = self.newly_deployed(Function::clone(&current.function), watch::channel(code).1);
        let old = std::mem::replace(current, Arc::new(next));
        drop(functions);
        tokio::spawn(async move { retirement::end_all(old.retired()).await });
    }

    fn newly_deployed(&self, function: Function, code: watch::Receiver<Code>) -> Deployed {
        let deps = self.0.deps.of(&function);
        let closing = self.0.closing.subscribe();
        let (pool, process_ids) = (Mutex::default(), ProcessIds::default());
        let records = Mutex::new(Bounded::new(RECORDS_KEPT, RECORDS_BYTES));
        Deployed { function: Arc::new(function), code, deps, closing, pool, process_ids, records }
    }

    /// Reserved concurrency follows the template where the template changes it. What was set by hand stays otherwise.
    fn reserve_as_deployed(&self, old: Option<&Function>, new: &Function) {
        let reserved = new.reserved_concurrent_executions;
        if old.is_some_and(|old| old.reserved_concurrent_executions == reserved) {
            return;
        }
        match reserved {
            Some(reserved) => self.0.concurrency.deploy(&new.name, usize::try_from(reserved).unwrap_or(usize::MAX)),
            None => self.0.concurrency.release(&new.name),
        }
    }
}

impl Deployed {
    /// Whether this is `function` with the same code.
    fn is(&self, function: &Function, code: &watch::Receiver<Code>) -> bool {
        // Reserved concurrency is the account's ledger's, and no environment knows of it.
        let reserved_concurrent_executions = self.function.reserved_concurrent_executions;
        let other = Function { reserved_concurrent_executions, ..function.clone() };
        *self.function == other && *self.code.borrow() == *code.borrow()
    }

    /// The environments that are idle, to be ended; the others end with their invocations.
    pub(super) fn retired(&self) -> Vec<ExecutionEnvironment> {
        let mut pool = held(&self.pool);
        pool.retired = true;
        std::mem::take(&mut pool.idle)
    }
}
