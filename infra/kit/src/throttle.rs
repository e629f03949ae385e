//! Taking a function's concurrency away and giving it back, and looking at what its callers do then.
//!
//! Nobody can invoke a function whose reserved concurrency is 0: Lambda answers `Invoke` with 429
//! `TooManyRequestsException`, "Rate Exceeded.". That is the console's button *Throttle*, and the quickest way to see what
//! a caller does.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::thread;

use local::cloudtrail::CloudTrailEvent;
use stack::Function;
use tokio::sync::oneshot;

use crate::answer::Answer;
use crate::ask::Ask;
use crate::lab::Lab;

/// A call that a function made to Lambda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LambdaRequest {
    /// `Invoke`, …
    pub operation: String,
    /// The HTTP status of the answer; 429 is a refusal.
    pub status: u16,
    connection: Option<SocketAddr>,
}

impl Lab {
    /// The calls that functions made to Lambda so far, oldest first.
    pub fn lambda_calls(&self) -> Vec<LambdaRequest> {
        let calls = self.local().trail().events().into_iter().filter(is_a_functions);
        calls
            .map(|call| LambdaRequest { operation: call.event_name, status: call.status, connection: call.connection })
            .collect()
    }

    /// Refuses the function with this logical id to everybody, as the console's button *Throttle* does: its reserved
    /// concurrency becomes 0.
    pub fn throttle(&self, function: &str) {
        self.reserve(function, Some(0));
    }

    /// Gives the function back what the template reserves for it.
    pub fn release(&self, function: &str) {
        let reserved = self.deployed(function).reserved_concurrent_executions;
        self.reserve(function, reserved.and_then(|reserved| usize::try_from(reserved).ok()));
    }

    fn reserve(&self, function: &str, reserved: Option<usize>) {
        let name = self.deployed(function).name.clone();
        if let Err(why) = self.local().lambda().reserve_concurrency(&name, reserved) {
            self.stop(&format!("the check's own PutFunctionConcurrency was refused: {why}"));
        }
    }

    fn deployed(&self, function: &str) -> &Function {
        let functions = &self.local().stack().functions;
        match functions.iter().find(|deployed| deployed.logical_id == function) {
            Some(deployed) => deployed,
            None => self.stop(&format!("template.yaml has no function {function}")),
        }
    }

    /// How many calls of functions Lambda has refused for now.
    fn refusals(&self) -> usize {
        self.lambda_calls().iter().filter(|call| call.status == 429).count()
    }
}

impl<'lab> Ask<'lab> {
    /// Sends a GET while the function with this logical id is refused to everybody, and lets it run again after `refusals`
    /// calls of it.
    pub fn get_while_throttled(self, function: &str, refusals: usize, target: &str) -> Answer<'lab> {
        let lab = self.question().lab;
        let enough = lab.refusals() + refusals;
        lab.throttle(function);
        let (answered, stop) = oneshot::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                let refused = async {
                    let mut calls = lab.local().trail().changed();
                    while lab.refusals() < enough && calls.changed().await.is_ok() {}
                };
                // A caller that gives up earlier has an answer, and then there is nothing to wait for.
                lab.cloud().wait(async {
                    tokio::select! { () = refused => {}, _ = stop => {} }
                });
                lab.release(function);
            });
            let answer = self.get(target);
            drop(answered);
            answer
        })
    }
}

/// How many connections the calls used: a client that is kept keeps its connection, too.
pub fn connections(calls: &[LambdaRequest]) -> usize {
    calls.iter().map(|call| call.connection).collect::<BTreeSet<_>>().len()
}

fn is_a_functions(call: &CloudTrailEvent) -> bool {
    call.event_source == "lambda" && call.function.is_some()
}
