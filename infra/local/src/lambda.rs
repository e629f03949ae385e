//! Lambda: functions, their execution environments, and the Invoke call.
//!
//! A [`Lambda`] knows the stack's functions. [`Lambda::invoke`] finds an idle execution environment or starts one, hands it
//! the event and waits for the outcome: a reply, an error that the function reported, a process that died, or a timeout.
//! What the function did wrong is data in the [`Outcome`], as it is on AWS: Invoke answers 200 and says
//! `X-Amz-Function-Error`. Only Lambda's own refusals are errors, in [`Refusal`].
//!
//! Read `lambda/execution_environment` next for the life of one process, then `lambda/runtime_api` for how events reach it;
//! `lambda/concurrency` for which invocations are throttled, `lambda/asynchronous` for events that nobody waits for.

mod api_error;
mod asynchronous;
mod concurrency;
mod content;
mod deploy;
mod deps;
mod execution_environment;
mod fault;
mod function_name;
mod metrics;
mod outcome;
mod process;
mod refusal;
mod report;
mod retirement;
mod runtime_api;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::Instant;

use tokio::sync::{oneshot, watch};

use crate::activity::{ActivityEvent, ActivityLog};
use crate::bounded::Bounded;
use crate::clock::Clock;
use crate::cloudwatch::CloudWatch;
use crate::iam::Identities;
use crate::logs::Logs;
use crate::programs::{Code, Codes};
use crate::vpc::FunctionEndpoints;
use asynchronous::Events;
use concurrency::Concurrency;
use execution_environment::ExecutionEnvironment;
use process::ProcessIds;
use stack::Function;

pub use api_error::{ApiError, LambdaResult};
pub use content::json_error;
pub use fault::Silence;
pub use function_name::FunctionName;
pub use outcome::{InvocationRecord, InvokeRequest, Outcome};
pub use refusal::{EVENT_LIMIT, REQUEST_LIMIT, Refusal};

/// The largest reply, in bytes: 6 MB and room for its envelope.
pub const RESPONSE_LIMIT: usize = 6_291_556;
/// How many invocations of a function are remembered for [`Lambda::invocations`].
const RECORDS_KEPT: usize = 1_000;
/// How many bytes their events and replies may have in all; more than the largest event and the largest reply.
const RECORDS_BYTES: usize = 16 * 1024 * 1024;

/// All functions of one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Lambda(Arc<LambdaState>);

#[derive(Debug)]
struct LambdaState {
    functions: RwLock<BTreeMap<String, Arc<Deployed>>>,
    deps: LambdaDeps,
    concurrency: Concurrency,
    events: Events,
    faults: fault::Faults,
    closing: watch::Sender<bool>,
}

/// A function with everything its environments share.
#[derive(Debug)]
struct Deployed {
    function: Arc<Function>,
    code: watch::Receiver<Code>,
    deps: LambdaDeps,
    /// Turns true when the cloud goes away.
    closing: watch::Receiver<bool>,
    pool: Mutex<Pool>,
    process_ids: ProcessIds,
    records: Mutex<Bounded<InvocationRecord>>,
}

/// What the rest of the local cloud gives to Lambda.
#[derive(Debug, Clone)]
pub struct LambdaDeps {
    /// Times and ids.
    pub clock: Clock,
    /// Where functions log.
    pub logs: Logs,
    /// Where invocations are written down.
    pub activity: ActivityLog,
    /// Where they are counted.
    pub cloudwatch: CloudWatch,
    /// Where environments get the keys that they sign with.
    pub identities: Identities,
    /// The AWS endpoint that functions call (`AWS_ENDPOINT_URL`).
    pub endpoint: SocketAddr,
    /// The addresses of that endpoint for functions in a VPC.
    pub function_endpoints: FunctionEndpoints,
}

#[derive(Debug, Default)]
struct Pool {
    /// Another deployment has taken this one's place: environments end when their invocation does.
    retired: bool,
    idle: Vec<ExecutionEnvironment>,
    /// Log streams of environments whose process is gone. Lambda starts a new process in the same environment, so the next
    /// one writes on where the last one broke off.
    vacated: Vec<String>,
}

/// The first of `functions` whose reservation the account has no room for, with Lambda's sentence. The account is that of
/// `lambda`, or a new one.
pub fn refused_reservation<'f>(functions: &'f [Function], lambda: Option<&Lambda>) -> Option<(&'f Function, String)> {
    let reserved = functions.iter().filter_map(|function| {
        let reserved = function.reserved_concurrent_executions?;
        Some((function.name.as_str(), usize::try_from(reserved).unwrap_or(usize::MAX)))
    });
    let account = lambda.map_or_else(Concurrency::default, |lambda| lambda.0.concurrency.clone());
    let (name, message) = account.check(reserved)?;
    Some((functions.iter().find(|function| function.name == name)?, message))
}

impl Lambda {
    /// The stack's functions, none of them started. `code` says for each function what its environments run.
    pub fn new(functions: impl IntoIterator<Item = (Function, watch::Receiver<Code>)>, deps: &LambdaDeps) -> Lambda {
        let lambda = Lambda(Arc::new(LambdaState {
            functions: RwLock::default(),
            deps: deps.clone(),
            concurrency: Concurrency::default(),
            events: Events::default(),
            faults: fault::Faults::default(),
            closing: watch::Sender::new(false),
        }));
        lambda.deploy(functions.into_iter().collect());
        lambda.sweep();
        lambda
    }

    /// Runs `function` once and waits for the outcome. The invocation goes on when the caller stops waiting, as it does
    /// on AWS when API Gateway has given up.
    ///
    /// # Errors
    ///
    /// Lambda's own refusals; what the function did wrong is in the [`Outcome`].
    pub async fn invoke(&self, function: &str, request: InvokeRequest) -> Result<Outcome, Refusal> {
        self.run(function, request, self.0.deps.clock.uuid().to_string()).await
    }

    async fn run(&self, function: &str, request: InvokeRequest, request_id: String) -> Result<Outcome, Refusal> {
        let deployed = self.deployed(function)?;
        if request.payload.len() > REQUEST_LIMIT {
            return Err(Refusal::RequestTooLarge { bytes: request.payload.len() });
        }
        if *deployed.closing.borrow() {
            return Err(Refusal::ServiceException("The local cloud is shutting down.".to_string()));
        }
        let place = self.place(function)?;
        let code = deployed.built_code().await?;
        let (reply, outcome) = oneshot::channel();
        tokio::spawn(async move {
            let result = deployed.run(request, &code, request_id).await;
            drop(place);
            // Nobody listens any more when the caller gave up; the invocation has still happened.
            let _ = reply.send(result);
        });
        let gone = || Refusal::ServiceException("The local cloud is shutting down.".to_string());
        outcome.await.map_err(|_| gone())?
    }

    /// The newest invocations of `function` that have ended, oldest first: a thousand, or fewer where they are large.
    pub fn invocations(&self, function: &str) -> Vec<InvocationRecord> {
        self.found(function).map(|d| held(&d.records).iter().cloned().collect()).unwrap_or_default()
    }

    /// The names of all functions, sorted.
    pub fn function_names(&self) -> Vec<String> {
        self.functions().keys().cloned().collect()
    }

    /// The function called `name` as it was deployed.
    pub fn function(&self, name: &str) -> Option<Arc<Function>> {
        self.found(name).map(|deployed| Arc::clone(&deployed.function))
    }

    /// Whether the code of `function` is built, being built or broken; `None` where that function does not exist.
    pub fn code(&self, function: &str) -> Option<Code> {
        self.found(function).map(|deployed| deployed.code.borrow().clone())
    }

    /// The code of those of `functions` that there are, as it is and will be.
    pub fn codes_of(&self, functions: &[Function]) -> Codes {
        let code = |function: &Function| Some((function.name.clone(), self.found(&function.name)?.code.clone()));
        functions.iter().filter_map(code).collect()
    }

    /// How many execution environments of `function` stand idle, with a process that is alive.
    pub fn idle_environments(&self, function: &str) -> usize {
        let Some(deployed) = self.found(function) else { return 0 };
        held(&deployed.pool).idle.iter_mut().filter_map(|idle| idle.is_alive().then_some(())).count()
    }

    /// The ids of the processes in all execution environments of `function`, busy ones too.
    pub fn process_ids(&self, function: &str) -> Vec<u32> {
        self.found(function).map(|deployed| deployed.process_ids.ids()).unwrap_or_default()
    }

    /// The account's quota of concurrent executions, and how much of it is unreserved.
    pub fn account_concurrency(&self) -> (usize, usize) {
        self.0.concurrency.quota()
    }

    /// Gives the account another quota: 10 is what a new account may start with.
    pub fn set_account_concurrency(&self, quota: usize) {
        self.0.concurrency.set_quota(quota);
    }

    /// The reserved concurrency of `function`, if it has any.
    pub fn reserved_concurrency(&self, function: &str) -> Option<usize> {
        self.0.concurrency.reserved(function)
    }

    /// Reserves concurrency for `function`, or gives it back.
    ///
    /// # Errors
    ///
    /// A function that does not exist, and a reservation that leaves too little for the others.
    pub fn reserve_concurrency(&self, function: &str, reserved: Option<usize>) -> Result<(), Refusal> {
        self.deployed(function)?;
        match reserved {
            Some(reserved) => self.0.concurrency.reserve(function, reserved),
            None => {
                self.0.concurrency.release(function);
                Ok(())
            }
        }
    }

    /// Ends every environment, busy ones too, and returns when their processes are gone. New invocations are refused.
    pub async fn shutdown(&self) {
        self.0.closing.send_replace(true);
        let functions: Vec<Arc<Deployed>> = self.functions().values().cloned().collect();
        let idle = functions.iter().flat_map(|deployed| deployed.retired()).collect();
        retirement::end_all(idle).await;
        self.0.concurrency.idle().await;
    }

    /// What it was given of the local cloud.
    pub(crate) fn deps(&self) -> &LambdaDeps {
        &self.0.deps
    }

    fn deployed(&self, function: &str) -> Result<Arc<Deployed>, Refusal> {
        self.found(function).ok_or_else(|| Refusal::no_function(function))
    }

    fn found(&self, function: &str) -> Option<Arc<Deployed>> {
        self.functions().get(function).cloned()
    }

    fn functions(&self) -> RwLockReadGuard<'_, BTreeMap<String, Arc<Deployed>>> {
        self.0.functions.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deployed {
    /// Waits while the code is being built.
    async fn built_code(&self) -> Result<Code, Refusal> {
        let mut code = self.code.clone();
        let refusal = |why: String| Refusal::ServiceException(why);
        let mut closing = self.closing.clone();
        let settled = tokio::select! {
            biased;
            settled = code.wait_for(|code| !matches!(code, Code::Building)) => settled.map(|code| code.clone()),
            _ = closing.wait_for(|closing| *closing) => return Err(refusal("The local cloud is shutting down.".to_string())),
        };
        match settled {
            Ok(Code::Broken(why)) => Err(refusal(why)),
            Ok(code) => Ok(code),
            Err(_) => Err(refusal("The build of this function's code was abandoned.".to_string())),
        }
    }

    async fn run(&self, request: InvokeRequest, code: &Code, request_id: String) -> Result<Outcome, Refusal> {
        let Code::Ready(program) = code else {
            return Err(Refusal::ServiceException("This function has no code.".to_string()));
        };
        let event = request.payload.clone();
        let began = Instant::now();
        let (outcome, environment) = loop {
            let idle = self.idle_environment();
            let was_idle = idle.is_some();
            let environment = match idle {
                Some(environment) => environment,
                None => {
                    let vacated = held(&self.pool).vacated.pop();
                    ExecutionEnvironment::start(self, program, vacated).await.map_err(Refusal::ServiceException)?
                }
            };
            match environment.serve(&request_id, &request).await {
                // It died between two invocations and never saw this event: that is nobody's failed invocation.
                execution_environment::Attempt::NotTaken { stream } if was_idle => {
                    held(&self.pool).vacated.push(stream)
                }
                execution_environment::Attempt::NotTaken { stream } => {
                    held(&self.pool).vacated.push(stream);
                    break (execution_environment::undelivered(&request_id), None);
                }
                execution_environment::Attempt::Ended(outcome, environment) => break (outcome, Some(environment)),
            }
        };
        match environment {
            Some(execution_environment::AfterInvocation::Idle(environment)) => self.keep(*environment).await,
            Some(execution_environment::AfterInvocation::Reset { stream }) => held(&self.pool).vacated.push(stream),
            None => {}
        }
        self.deps.activity.put(ActivityEvent::Invocation {
            function: self.function.name.clone(),
            source: request.source,
            request_id: request_id.clone(),
            event: event.clone(),
            reply: outcome.payload.clone(),
            function_error: outcome.function_error,
            took: began.elapsed(),
        });
        metrics::invoked(&self.deps, &self.function.name, &outcome);
        let bytes = event.len() + outcome.payload.len() + outcome.log_tail.len();
        held(&self.records).push(InvocationRecord { request_id, event, outcome: outcome.clone() }, bytes);
        Ok(outcome)
    }

    fn idle_environment(&self) -> Option<ExecutionEnvironment> {
        let mut pool = held(&self.pool);
        while let Some(mut environment) = pool.idle.pop() {
            if environment.is_alive() {
                return Some(environment);
            }
            pool.vacated.push(environment.stream().to_string());
        }
        None
    }

    /// Puts an environment back among the idle ones, unless the cloud is going away.
    async fn keep(&self, mut environment: ExecutionEnvironment) {
        environment.rests();
        let refused = {
            let mut pool = held(&self.pool);
            if pool.retired || *self.closing.borrow() {
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

/// Locks, also after a panic elsewhere: every critical section here leaves its data whole.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
