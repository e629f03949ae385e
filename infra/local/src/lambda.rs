//! Lambda: functions, their execution environments, and the Invoke call.
//!
//! A [`Lambda`] knows the stack's functions. [`Lambda::invoke`] finds an idle execution environment or starts one, hands it
//! the event and waits for what comes of it: a reply, an error that the function reported, a process that died, or a
//! timeout. What the guest did wrong is data in the [`Outcome`], because on AWS it is too: Invoke answers 200 and says
//! `X-Amz-Function-Error`. Only Lambda's own refusals are errors, in [`Refusal`].
//!
//! Read `lambda/environment` next for the life of one process, then `runtime_api` for how it is spoken to.

mod environment;
mod outcome;
mod process;
mod report;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use thiserror::Error;
use tokio::sync::{oneshot, watch};

use crate::clock::Clock;
use crate::iam::Identities;
use crate::logs::Logs;
use crate::programs::Code;
use crate::stack::{Function, function_arn};
use environment::Environment;

pub use outcome::{Call, InvocationRecord, Outcome};

/// The largest event of a synchronous invocation, in bytes.
pub const REQUEST_LIMIT: usize = 6 * 1024 * 1024;
/// The largest reply, in bytes: 6 MB and room for its envelope.
pub const RESPONSE_LIMIT: usize = 6_291_556;
/// How many invocations of a function are remembered for [`Lambda::invocations`].
const RECORDS_KEPT: usize = 1_000;
/// The account's default quota of concurrent executions.
const ACCOUNT_CONCURRENCY: usize = 1_000;

/// All functions of one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Lambda(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    functions: BTreeMap<String, Arc<Deployed>>,
    /// How many invocations run in the account.
    busy: Arc<watch::Sender<usize>>,
    closing: watch::Sender<bool>,
}

/// A function with everything its environments share.
#[derive(Debug)]
struct Deployed {
    function: Function,
    code: watch::Receiver<Code>,
    surroundings: Surroundings,
    /// Turns true when the cloud goes away.
    closing: watch::Receiver<bool>,
    pool: Mutex<Pool>,
    records: Mutex<VecDeque<InvocationRecord>>,
}

/// What the rest of the local cloud gives to Lambda.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Times and ids.
    pub clock: Clock,
    /// Where functions log.
    pub logs: Logs,
    /// Where environments get the keys that they sign with.
    pub identities: Identities,
    /// The AWS endpoint that functions call (`AWS_ENDPOINT_URL`).
    pub endpoint: SocketAddr,
}

#[derive(Debug, Default)]
struct Pool {
    idle: Vec<Environment>,
    busy: usize,
}

/// Why Lambda did not run a function. The texts are the service's own.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum Refusal {
    /// 404 `ResourceNotFoundException`.
    #[error("Function not found: {}:$LATEST", function_arn(.0))]
    FunctionNotFound(String),
    /// 429 `TooManyRequestsException`.
    #[error("Rate Exceeded.")]
    TooManyRequests {
        /// The limit that was hit, as the API model names it.
        reason: &'static str,
    },
    /// 413 `RequestTooLargeException`.
    #[error("{bytes} byte payload is too large for the RequestResponse invocation type (limit {REQUEST_LIMIT} bytes)")]
    RequestTooLarge {
        /// The event's size.
        bytes: usize,
    },
    /// 400 `InvalidRequestContentException`.
    #[error("Could not parse request body into json: {0}")]
    InvalidRequestContent(String),
    /// 500 `ServiceException`: here, a function whose code could not be built, or a cloud that is going away.
    #[error("{0}")]
    ServiceException(String),
}

impl Lambda {
    /// The stack's functions, none of them started. `code` says for each function what its environments run.
    pub fn new(functions: impl IntoIterator<Item = (Function, watch::Receiver<Code>)>, surroundings: &Surroundings) -> Lambda {
        let closing = watch::Sender::new(false);
        let functions = functions.into_iter().map(|(function, code)| {
            let (surroundings, closing) = (surroundings.clone(), closing.subscribe());
            let (pool, records) = (Mutex::default(), Mutex::default());
            (function.name.clone(), Arc::new(Deployed { function, code, surroundings, closing, pool, records }))
        });
        Lambda(Arc::new(Inner { functions: functions.collect(), busy: Arc::default(), closing }))
    }

    /// Runs `function` once and waits for what comes of it. The invocation goes on when the caller stops waiting, as it
    /// does on AWS when API Gateway has given up.
    pub async fn invoke(&self, function: &str, call: Call) -> Result<Outcome, Refusal> {
        let deployed = self.deployed(function)?;
        if call.payload.len() > REQUEST_LIMIT {
            return Err(Refusal::RequestTooLarge { bytes: call.payload.len() });
        }
        let place = Place::take(deployed, &self.0.busy)?;
        let code = deployed.built_code().await?;
        let (reply, outcome) = oneshot::channel();
        let deployed = Arc::clone(deployed);
        tokio::spawn(async move {
            let result = deployed.run(call, &code).await;
            drop(place);
            // Nobody listens any more when the caller gave up; the invocation has still happened.
            let _ = reply.send(result);
        });
        let gone = || Refusal::ServiceException("The local cloud is shutting down.".to_string());
        outcome.await.map_err(|_| gone())?
    }

    /// The newest invocations of `function` that have ended, oldest first.
    pub fn invocations(&self, function: &str) -> Vec<InvocationRecord> {
        self.0.functions.get(function).map(|d| held(&d.records).iter().cloned().collect()).unwrap_or_default()
    }

    /// The names of all functions, sorted.
    pub fn function_names(&self) -> Vec<String> {
        self.0.functions.keys().cloned().collect()
    }

    /// The function called `name` as it was deployed.
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.0.functions.get(name).map(|deployed| &deployed.function)
    }

    /// How many execution environments of `function` stand idle.
    pub fn idle_environments(&self, function: &str) -> usize {
        self.0.functions.get(function).map(|d| held(&d.pool).idle.len()).unwrap_or_default()
    }

    /// Ends every environment, busy ones too, and returns when their processes are gone. New invocations are refused.
    pub async fn shutdown(&self) {
        self.0.closing.send_replace(true);
        for deployed in self.0.functions.values() {
            let idle = std::mem::take(&mut held(&deployed.pool).idle);
            for environment in idle {
                environment.end().await;
            }
        }
        let mut busy = self.0.busy.subscribe();
        // The sender is in `self`, so the only answer is that nothing runs any more.
        let _ = busy.wait_for(|busy| *busy == 0).await;
    }

    fn deployed(&self, function: &str) -> Result<&Arc<Deployed>, Refusal> {
        self.0.functions.get(function).ok_or_else(|| Refusal::FunctionNotFound(function.to_string()))
    }
}

impl Deployed {
    /// Waits while the code is being built.
    async fn built_code(&self) -> Result<Code, Refusal> {
        let mut code = self.code.clone();
        let refusal = |why: String| Refusal::ServiceException(why);
        let settled = code.wait_for(|code| !matches!(code, Code::Building)).await;
        match settled.map(|code| code.clone()) {
            Ok(Code::Broken(why)) => Err(refusal(why)),
            Ok(code) => Ok(code),
            Err(_) => Err(refusal("The build of this function's code was abandoned.".to_string())),
        }
    }

    async fn run(&self, call: Call, code: &Code) -> Result<Outcome, Refusal> {
        let Code::Ready(program) = code else {
            return Err(Refusal::ServiceException("This function has no code.".to_string()));
        };
        let request_id = self.surroundings.clock.uuid().to_string();
        let event = call.payload.clone();
        let (outcome, environment) = loop {
            let idle = self.idle_environment();
            let was_idle = idle.is_some();
            let environment = match idle {
                Some(environment) => environment,
                None => Environment::start(&self.function, program, &self.surroundings, &self.closing).await.map_err(Refusal::ServiceException)?,
            };
            match environment.serve(&request_id, &call).await {
                // It died between two invocations and never saw this event: that is nobody's failed invocation.
                environment::Served::NeverDelivered if was_idle => continue,
                environment::Served::NeverDelivered => break (environment::undelivered(&request_id), None),
                environment::Served::Ended(outcome, environment) => break (outcome, environment),
            }
        };
        if let Some(environment) = environment {
            self.keep(*environment).await;
        }
        let mut records = held(&self.records);
        if records.len() == RECORDS_KEPT {
            records.pop_front();
        }
        records.push_back(InvocationRecord { request_id, event, outcome: outcome.clone() });
        Ok(outcome)
    }

    fn idle_environment(&self) -> Option<Environment> {
        let mut pool = held(&self.pool);
        while let Some(mut environment) = pool.idle.pop() {
            if environment.is_alive() {
                return Some(environment);
            }
        }
        None
    }

    /// Puts an environment back among the idle ones, unless the cloud is going away.
    async fn keep(&self, environment: Environment) {
        let refused = {
            let mut pool = held(&self.pool);
            if *self.closing.borrow() {
                Some(environment)
            } else {
                pool.idle.push(environment);
                None
            }
        };
        if let Some(environment) = refused {
            environment.end().await;
        }
    }
}

/// One place among the concurrent executions, given back when dropped.
#[derive(Debug)]
struct Place {
    deployed: Arc<Deployed>,
    busy_in_account: Arc<watch::Sender<usize>>,
}

impl Place {
    fn take(deployed: &Arc<Deployed>, busy_in_account: &Arc<watch::Sender<usize>>) -> Result<Place, Refusal> {
        if *deployed.closing.borrow() {
            return Err(Refusal::ServiceException("The local cloud is shutting down.".to_string()));
        }
        let mut pool = held(&deployed.pool);
        let reserved = deployed.function.reserved_concurrent_executions;
        if reserved.is_some_and(|limit| pool.busy >= usize::try_from(limit).unwrap_or(usize::MAX)) {
            return Err(Refusal::TooManyRequests { reason: "ReservedFunctionConcurrentInvocationLimitExceeded" });
        }
        let free = busy_in_account.send_if_modified(|busy| {
            let free = *busy < ACCOUNT_CONCURRENCY;
            *busy += usize::from(free);
            free
        });
        if !free {
            return Err(Refusal::TooManyRequests { reason: "ConcurrentInvocationLimitExceeded" });
        }
        pool.busy += 1;
        Ok(Place { deployed: Arc::clone(deployed), busy_in_account: Arc::clone(busy_in_account) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        held(&self.deployed.pool).busy -= 1;
        self.busy_in_account.send_modify(|busy| *busy -= 1);
    }
}

/// Locks, also after a panic elsewhere: every critical section here leaves its data whole.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
