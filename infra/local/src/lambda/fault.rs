//! Failures on demand: Lambda refuses the next calls of a function, whatever they are, or gives no answer to them.
//!
//! A service fails now and then for reasons of its own, and no caller can bring that about. [`Lambda::refuse_next`] does, so a check
//! can see what a caller makes of it: another try, or an error of its own. [`Lambda::silence_next`] does the same with a network
//! that fails.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Lambda, Refusal};

/// How a call is left without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Nothing comes until the caller hangs up.
    Held,
    /// The connection ends in the middle of the answer.
    CutOff,
    /// Nothing comes for so long. Then the function is run as for every call.
    For(Duration),
}

/// What becomes of the next invocations of each function, the next one first.
#[derive(Debug, Default)]
pub(super) struct Faults {
    refused: Mutex<BTreeMap<String, VecDeque<Refusal>>>,
    silent: Mutex<BTreeMap<String, VecDeque<Silence>>>,
}

impl Lambda {
    /// Refuses the next `times` invocations of the function with this name.
    pub fn refuse_next(&self, function: &str, times: usize, refusal: &Refusal) {
        let mut all = self.0.faults.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = (0..times).map(|_| refusal.clone());
        all.entry(function.to_string()).or_default().extend(refused);
    }

    /// Gives no answer to the next `times` calls of `Invoke` of the function with this name, and does not run it for them while they get none.
    pub fn silence_next(&self, function: &str, times: usize, silence: Silence) {
        let mut all = self.0.faults.silent.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(function.to_string()).or_default().extend((0..times).map(|_| silence));
    }

    /// Whether this call of `Invoke` gets no answer.
    pub(crate) fn is_silent(&self, function: &str) -> Option<Silence> {
        self.0.faults.silent.lock().unwrap_or_else(PoisonError::into_inner).get_mut(function)?.pop_front()
    }
}

impl Faults {
    /// Why this invocation of the function is refused, if it is.
    pub(super) fn next(&self, function: &str) -> Option<Refusal> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).get_mut(function)?.pop_front()
    }
}
