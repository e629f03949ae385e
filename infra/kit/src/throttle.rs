//! Taking a function's concurrency away and giving it back, and looking at what its callers do then.
//!
//! Nobody can invoke a function whose reserved concurrency is 0: Lambda answers `Invoke` with 429
//! `TooManyRequestsException`, "Rate Exceeded.". That is the console's button *Throttle*, and the quickest way to see what
//! a caller does.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use local::cloudtrail::CloudTrailEvent;
use local::lambda::{Refusal, Silence};
use stack::{Function, Throttle};
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

    /// Lets Lambda itself fail at the next `times` calls of the function with this logical id: 500 `ServiceException`.
    pub fn fail_next(&self, function: &str, times: usize) {
        let failure = Refusal::ServiceException("Service encountered an internal error.".to_string());
        self.refuse_next(function, times, &failure);
    }

    /// Lets Lambda throttle the next calls of the function with this logical id for another reason than its reserved concurrency: the
    /// caller asks too often.
    pub fn throttle_next(&self, function: &str, times: usize) {
        self.refuse_next(function, times, &Refusal::TooManyRequests { reason: "CallerRateLimitExceeded" });
    }

    /// Lets Lambda refuse the next call of the function with this logical id for good: 400 `InvalidParameterValueException`.
    pub fn reject_next(&self, function: &str) {
        let refusal = Refusal::InvalidParameterValue("One of the parameters in the request is not valid.".to_string());
        self.refuse_next(function, 1, &refusal);
    }

    /// Cuts off the next `times` calls of the function with this logical id, in the middle of the answer.
    pub fn cut_next(&self, function: &str, times: usize) {
        self.local().lambda().silence_next(&self.deployed(function).name, times, Silence::CutOff);
    }

    /// Gives no answer to the next call of the function with this logical id, until its caller hangs up.
    pub fn hold_next(&self, function: &str) {
        self.local().lambda().silence_next(&self.deployed(function).name, 1, Silence::Held);
    }

    /// Keeps the next call of the function with this logical id waiting for `time` before the function runs.
    pub fn delay_next(&self, function: &str, time: Duration) {
        self.local().lambda().silence_next(&self.deployed(function).name, 1, Silence::For(time));
    }

    fn refuse_next(&self, function: &str, times: usize, refusal: &Refusal) {
        self.local().lambda().refuse_next(&self.deployed(function).name, times, refusal);
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
    /// Expects the API's stage to have this throttle, in requests a second and in requests at one moment, for every method of
    /// every path.
    pub fn has_throttle(self, rate: u32, burst: u32) {
        let apis = &self.question().lab.local().stack().apis;
        let wanted = Throttle { rate_limit: rate.into(), burst_limit: burst.into() };
        let in_words =
            |throttle: &Throttle| format!("a rate of {}, a burst of {}", throttle.rate_limit, throttle.burst_limit);
        let mut got = Vec::new();
        for api in apis {
            match &api.throttle {
                Some(throttle) if *throttle == wanted => {}
                Some(throttle) => got.push(format!("{} for /* and '*'", in_words(throttle))),
                None => got.push("nothing for /* and '*'".to_string()),
            }
            let own = api.methods.iter().filter_map(|method| Some((method, method.throttle.as_ref()?)));
            got.extend(
                own.map(|(method, own)| {
                    format!("{} for {} {}", in_words(own), method.http_method, method.resource_path)
                }),
            );
        }
        if got.is_empty() {
            return;
        }
        let mut explanation = self.question().explanation();
        explanation.asked = vec!["MethodSettings of the API: its throttle".to_string()];
        explanation.expected = vec![format!("{} for /* and '*', and nothing else", in_words(&wanted))];
        explanation.got = got;
        explanation.fail()
    }

    /// Expects the API's stage to let in `rate` requests a second and `burst` at one moment at least, where it has a throttle: below that
    /// it depends on how fast this machine is which request of a check is throttled.
    pub fn has_no_throttle_below(self, rate: u32, burst: u32) {
        let apis = &self.question().lab.local().stack().apis;
        let of_methods = apis.iter().flat_map(|api| &api.methods).filter_map(|method| method.throttle.as_ref());
        let mut all = apis.iter().filter_map(|api| api.throttle.as_ref()).chain(of_methods);
        let is_below = |one: &Throttle| one.rate_limit < rate.into() || one.burst_limit < burst.into();
        if all.any(is_below) {
            self.has_throttle(rate, burst);
        }
    }

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
