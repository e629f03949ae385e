//! Failures on demand: Lambda refuses the next calls of a function, whatever they are.
//!
//! A service fails now and then for reasons of its own, and no caller can bring that about. [`Lambda::refuse_next`] does, so a check
//! can see what a caller makes of it: another try, or an error of its own.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use super::{Lambda, Refusal};

/// What the next invocations of each function are refused with, the next one first.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<BTreeMap<String, VecDeque<Refusal>>>);

impl Lambda {
    /// Refuses the next `times` invocations of the function with this name.
    pub fn refuse_next(&self, function: &str, times: usize, refusal: &Refusal) {
        let mut all = self.0.faults.0.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = (0..times).map(|_| refusal.clone());
        all.entry(function.to_string()).or_default().extend(refused);
    }
}

impl Faults {
    /// Why this invocation of the function is refused, if it is.
    pub(super) fn next(&self, function: &str) -> Option<Refusal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(function)?.pop_front()
    }
}
