//! Concurrency: how many invocations may run at once, in the account and of one function.
//!
//! An account has a quota. A function that reserves a part of it has that part for itself and no more; all others share
//! what is left. Invocations over the limit are throttled: status 429, with the name of the limit. Note 3's "Rate Exceeded." is
//! a function whose reservation is 0, or a new account with its quota of 10.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::Refusal;

/// An account's default quota.
const DEFAULT_QUOTA: usize = 1_000;
/// What must stay unreserved.
const UNRESERVED_MINIMUM: usize = 100;

/// The account's concurrency. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Concurrency(Arc<ConcurrencyState>);

#[derive(Debug)]
struct ConcurrencyState {
    ledger: Mutex<Ledger>,
    /// How many invocations run, for the shutdown, which waits until none does.
    running: watch::Sender<usize>,
}

#[derive(Debug)]
struct Ledger {
    quota: usize,
    reserved: BTreeMap<String, usize>,
    running: BTreeMap<String, usize>,
}

impl Ledger {
    fn running(&self, function: &str) -> usize {
        self.running.get(function).copied().unwrap_or_default()
    }

    fn unreserved(&self) -> usize {
        self.quota.saturating_sub(self.reserved.values().sum())
    }

    /// Whether `reserved` more may be reserved beside `others`.
    fn check(&self, reserved: usize, others: usize) -> Result<(), String> {
        let minimum = UNRESERVED_MINIMUM.min(self.quota);
        if reserved > 0 && others + reserved + minimum > self.quota {
            return Err(format!(
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution \
                 below its minimum value of [{minimum}]."
            ));
        }
        Ok(())
    }

    fn running_unreserved(&self) -> usize {
        self.running
            .iter()
            .filter(|(function, _)| !self.reserved.contains_key(*function))
            .map(|(_, running)| running)
            .sum()
    }
}

impl Default for Concurrency {
    fn default() -> Concurrency {
        let ledger = Ledger { quota: DEFAULT_QUOTA, reserved: BTreeMap::new(), running: BTreeMap::new() };
        Concurrency(Arc::new(ConcurrencyState { ledger: Mutex::new(ledger), running: watch::Sender::new(0) }))
    }
}

impl Concurrency {
    /// The account's quota, and how much of it no function has reserved.
    pub(super) fn quota(&self) -> (usize, usize) {
        let ledger = self.ledger();
        (ledger.quota, ledger.unreserved())
    }

    /// How many invocations of `function` run, and how many of all functions.
    pub(super) fn running(&self, function: &str) -> (usize, usize) {
        let ledger = self.ledger();
        (ledger.running(function), ledger.running.values().sum())
    }

    pub(super) fn set_quota(&self, quota: usize) {
        self.ledger().quota = quota;
    }

    pub(super) fn reserved(&self, function: &str) -> Option<usize> {
        self.ledger().reserved.get(function).copied()
    }

    /// Reserves as a deployment does, where the template's numbers were taken as they are.
    pub(super) fn deploy(&self, function: &str, reserved: usize) {
        self.ledger().reserved.insert(function.to_string(), reserved);
    }

    /// Whether a deployment of functions with these reservations is possible, in its order: the first that is not, with
    /// Lambda's sentence. A reservation that is there already is not asked about again.
    pub(super) fn check<'f>(&self, reserved: impl IntoIterator<Item = (&'f str, usize)>) -> Option<(&'f str, String)> {
        let ledger = self.ledger();
        let mut others = 0;
        for (function, wanted) in reserved {
            if ledger.reserved.get(function) != Some(&wanted)
                && let Err(message) = ledger.check(wanted, others)
            {
                return Some((function, message));
            }
            others += wanted;
        }
        None
    }

    /// `PutFunctionConcurrency`.
    pub(super) fn reserve(&self, function: &str, reserved: usize) -> Result<(), Refusal> {
        let mut ledger = self.ledger();
        let others: usize = ledger.reserved.iter().filter(|(name, _)| *name != function).map(|(_, n)| n).sum();
        ledger.check(reserved, others).map_err(Refusal::InvalidParameterValue)?;
        ledger.reserved.insert(function.to_string(), reserved);
        Ok(())
    }

    /// `DeleteFunctionConcurrency`.
    pub(super) fn release(&self, function: &str) {
        self.ledger().reserved.remove(function);
    }

    /// A place for one invocation of `function`.
    pub(super) fn take(&self, function: &str) -> Result<Place, Refusal> {
        let mut ledger = self.ledger();
        let running = ledger.running(function);
        let full = match ledger.reserved.get(function) {
            Some(reserved) if running >= *reserved => Some("ReservedFunctionConcurrentInvocationLimitExceeded"),
            Some(_) => None,
            None if ledger.running_unreserved() >= ledger.unreserved() => Some("ConcurrentInvocationLimitExceeded"),
            None => None,
        };
        if let Some(reason) = full {
            return Err(Refusal::TooManyRequests { reason });
        }
        match ledger.running.get_mut(function) {
            Some(running) => *running += 1,
            None => drop(ledger.running.insert(function.to_string(), 1)),
        }
        self.0.running.send_modify(|running| *running += 1);
        Ok(Place { concurrency: self.clone(), function: function.to_string() })
    }

    /// Waits until no invocation runs.
    pub(super) async fn idle(&self) {
        let mut running = self.0.running.subscribe();
        // The sender is in `self`, so the only answer is that nothing runs any more.
        let _ = running.wait_for(|running| *running == 0).await;
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One place among the concurrent invocations, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    concurrency: Concurrency,
    function: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut ledger = self.concurrency.ledger();
        if let Some(running) = ledger.running.get_mut(&self.function) {
            *running = running.saturating_sub(1);
        }
        self.concurrency.0.running.send_modify(|running| *running = running.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(taken: Result<Place, Refusal>) -> &'static str {
        match taken {
            Err(Refusal::TooManyRequests { reason }) => reason,
            other => panic!("not throttled: {other:?}"),
        }
    }

    #[test]
    fn a_reservation_is_a_part_of_its_own_and_a_limit() {
        let account = Concurrency::default();
        account.set_quota(3);
        account.deploy("own", 1);
        let place = account.take("own").unwrap();
        assert_eq!(reason(account.take("own")), "ReservedFunctionConcurrentInvocationLimitExceeded");
        let others = [account.take("a").unwrap(), account.take("b").unwrap()];
        assert_eq!(reason(account.take("c")), "ConcurrentInvocationLimitExceeded");
        drop(place);
        assert!(account.take("own").is_ok());
        drop(others);
        assert!(account.take("c").is_ok());
    }

    #[test]
    fn nothing_reserved_is_a_stopped_function() {
        let account = Concurrency::default();
        account.reserve("f", 0).unwrap();
        assert_eq!(reason(account.take("f")), "ReservedFunctionConcurrentInvocationLimitExceeded");
        account.release("f");
        assert!(account.take("f").is_ok());
    }

    #[test]
    fn a_new_account_has_nothing_to_reserve() {
        let account = Concurrency::default();
        account.reserve("f", 900).unwrap();
        assert!(account.reserve("g", 1).is_err());
        account.release("f");
        account.set_quota(10);
        let refused = account.reserve("f", 1).unwrap_err().to_string();
        assert!(refused.ends_with("below its minimum value of [10]."), "{refused}");
    }
}
