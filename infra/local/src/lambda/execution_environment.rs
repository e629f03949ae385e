//! One execution environment: a process, its Runtime API and its log stream, serving one event at a time.
//!
//! An environment belongs to the invocation that uses it, and is in the function's pool between invocations. Nothing
//! reads its output then, as nothing runs in a frozen environment on AWS; what it printed meanwhile appears with the
//! next invocation. Lines are taken from the pipes by the same task that waits for the answer, so a line printed before
//! the reply always stands before `END`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::outcome::{Ending, InvokeRequest, Outcome};
use super::process::{Process, ProcessEvent, ProcessIds};
use super::report::{Report, Tail, init_report};
use super::runtime_api::{Answer, PendingInvocation, Phase, RuntimeApi};
use super::{Deployed, LambdaDeps};
use crate::programs::Program;
use stack::Function;

/// How long a function may take before it asks for its first event.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// How long a process that has reported that it cannot start may take to exit.
const REPORTED: Duration = Duration::from_millis(100);

/// What the log says of an invocation that the end of the local cloud cut short.
const CLOSED: &str = "The local cloud was stopped";

/// A process that serves a function's events.
#[derive(Debug)]
pub(super) struct ExecutionEnvironment {
    function: Arc<Function>,
    program: Program,
    deps: LambdaDeps,
    process_ids: ProcessIds,
    stream: String,
    api: RuntimeApi,
    server: JoinHandle<()>,
    process: Process,
    initialised: bool,
    idle_since: Instant,
    closing: watch::Receiver<bool>,
}

/// How an attempt to serve an event went.
pub(super) enum Attempt {
    /// The process was gone before it took the event.
    NotTaken { stream: String },
    /// The invocation ended.
    Ended(Outcome, AfterInvocation),
}

/// What an invocation leaves behind.
pub(super) enum AfterInvocation {
    /// An environment that can serve another.
    Idle(Box<ExecutionEnvironment>),
    /// One whose process is gone: what it kept in memory is lost, and the next process logs to the same stream.
    Reset { stream: String },
}

/// Why an init phase failed.
enum InitFailure {
    Reported(bytes::Bytes),
    Exited(String),
    TimedOut,
}

impl ExecutionEnvironment {
    /// Starts a process of `deployed`'s function; it initialises while the caller prepares its event. `vacated` is the log
    /// stream of an environment whose process is gone, to go on in it.
    pub(super) async fn start(
        deployed: &Deployed,
        program: &Program,
        vacated: Option<String>,
    ) -> Result<ExecutionEnvironment, String> {
        let Deployed { function, deps, process_ids, closing, .. } = deployed;
        let stream = vacated.unwrap_or_else(|| new_stream(deps));
        deps.logs.put(&function.log_group, &stream, init_start());
        let (api, server, process) = launch(function, program, deps, process_ids, &stream).await?;
        let (function, program, deps) = (Arc::clone(function), program.clone(), deps.clone());
        let (process_ids, closing) = (process_ids.clone(), closing.clone());
        Ok(ExecutionEnvironment {
            function,
            program,
            deps,
            process_ids,
            stream,
            api,
            server,
            process,
            initialised: false,
            idle_since: Instant::now(),
            closing,
        })
    }

    /// The environment's log stream.
    pub(super) fn stream(&self) -> &str {
        &self.stream
    }

    /// Whether the process still runs.
    pub(super) fn is_alive(&mut self) -> bool {
        self.process.is_running()
    }

    /// When it was last put among the idle ones.
    pub(super) fn idle_since(&self) -> Instant {
        self.idle_since
    }

    /// Says that it is idle from now on.
    pub(super) fn rests(&mut self) {
        self.idle_since = Instant::now();
    }

    /// Ends the process without waiting.
    pub(super) fn begin_to_end(&mut self) {
        self.process.begin_to_kill();
    }

    /// Ends the process and waits until it is gone.
    pub(super) async fn end(mut self) {
        self.process.kill().await;
    }

    /// Gives the process one event and waits for the end of the invocation.
    pub(super) async fn serve(mut self, request_id: &str, request: &InvokeRequest) -> Attempt {
        let mut lines = Tail::default();
        let allowed = self.function.timeout;
        let cold = !self.initialised;
        let mut init_duration = None;
        let mut started = Instant::now();
        if cold {
            match self.initialise(&mut lines).await {
                Ok(took) => init_duration = Some(took),
                Err(failure) => {
                    self.log(&mut lines, start_line(request_id));
                    let ending = failure.ending(allowed);
                    return self.finish(request_id, &ending, started.elapsed(), None, lines).await;
                }
            }
        }
        let (taken_to, taken) = oneshot::channel();
        let (answer_to, mut answer) = oneshot::channel();
        let offer = PendingInvocation {
            request_id: request_id.to_string(),
            request: request.clone(),
            taken: taken_to,
            answer: answer_to,
        };
        self.api.offer(offer);
        tokio::select! {
            biased;
            Ok(at) = taken => started = at,
            // The process may exit between two invocations; the time limit is for one that neither exits nor asks.
            _ = timeout(allowed, self.process.exited()) => return Attempt::NotTaken { stream: std::mem::take(&mut self.stream) },
            () = closed(&mut self.closing) => {
                self.log(&mut lines, start_line(request_id));
                let ending = Ending::Exited(CLOSED.to_string());
                return self.finish(request_id, &ending, started.elapsed(), init_duration, lines).await;
            }
        }
        self.log(&mut lines, start_line(request_id));
        let ending = self.await_answer(&mut answer, started + allowed, &mut lines).await;
        self.finish(request_id, &ending, started.elapsed(), init_duration, lines).await
    }

    async fn await_answer(
        &mut self,
        answer: &mut oneshot::Receiver<Answer>,
        deadline: Instant,
        lines: &mut Tail,
    ) -> Ending {
        let allowed = self.function.timeout;
        loop {
            tokio::select! {
                biased;
                Ok(answer) = &mut *answer => return match answer {
                    Answer::Response(body) => Ending::Replied(body),
                    Answer::Error(body) => Ending::Failed(body),
                    Answer::TooLarge => Ending::TooLarge,
                },
                event = self.process.event() => match event {
                    ProcessEvent::Line(line) => self.log(lines, line),
                    ProcessEvent::Exited(how) => return Ending::Exited(how),
                },
                () = tokio::time::sleep_until(deadline.into()) => return Ending::TimedOut { after: allowed },
                () = closed(&mut self.closing) => return Ending::Exited(CLOSED.to_string()),
            }
        }
    }

    /// Waits for the end of the init phase. A failed one is run a second time, as Lambda does inside the invocation.
    async fn initialise(&mut self, lines: &mut Tail) -> Result<Duration, InitFailure> {
        let began = self.process.started();
        let failure = match self.init_phase(INIT_LIMIT, lines).await {
            Ok(()) => {
                self.initialised = true;
                return Ok(began.elapsed());
            }
            Err(failure) if *self.closing.borrow() => return Err(failure),
            Err(failure) => failure,
        };
        self.log(lines, init_report(began.elapsed(), "init", failure.status()));
        self.process.kill().await;
        self.server.abort();
        let again = launch(&self.function, &self.program, &self.deps, &self.process_ids, &self.stream).await;
        (self.api, self.server, self.process) = again.map_err(InitFailure::Exited)?;
        let began = self.process.started();
        match self.init_phase(self.function.timeout, lines).await {
            Ok(()) => {
                self.initialised = true;
                Ok(began.elapsed())
            }
            Err(failure) => {
                self.log(lines, init_report(began.elapsed(), "invoke", failure.status()));
                Err(failure)
            }
        }
    }

    async fn init_phase(&mut self, limit: Duration, lines: &mut Tail) -> Result<(), InitFailure> {
        let mut phase = self.api.phase();
        let deadline = tokio::time::Instant::now() + limit;
        loop {
            tokio::select! {
                biased;
                reached = left_start(&mut phase) => return match reached {
                    Phase::InitError(body) => {
                        // It is being answered, and exits by itself.
                        let _ = timeout(REPORTED, self.process.exited()).await;
                        Err(InitFailure::Reported(body))
                    }
                    Phase::Starting | Phase::Ready => Ok(()),
                },
                event = self.process.event() => match event {
                    ProcessEvent::Line(line) => self.log(lines, line),
                    ProcessEvent::Exited(how) => return Err(InitFailure::Exited(how)),
                },
                () = tokio::time::sleep_until(deadline) => return Err(InitFailure::TimedOut),
                () = closed(&mut self.closing) => return Err(InitFailure::Exited(CLOSED.to_string())),
            }
        }
    }

    /// Writes the closing lines and says what Invoke will answer.
    async fn finish(
        mut self,
        request_id: &str,
        ending: &Ending,
        duration: Duration,
        init_duration: Option<Duration>,
        mut lines: Tail,
    ) -> Attempt {
        let max_memory_used = self.process.max_memory_mb();
        if !ending.leaves_the_process_running() {
            self.process.kill().await;
        }
        while let Some(line) = self.process.line_at_hand() {
            self.log(&mut lines, line);
        }
        match ending {
            Ending::Exited(how) => {
                self.log(&mut lines, format!("RequestId: {request_id} Error: {how}"));
                self.log(&mut lines, "Runtime.ExitError".to_string());
            }
            Ending::TimedOut { after } => {
                let now = self.deps.clock.iso_millis();
                let line = format!("{now} {request_id} Task timed out after {:.2} seconds", after.as_secs_f64());
                self.log(&mut lines, line);
            }
            Ending::Replied(_) | Ending::Failed(_) | Ending::TooLarge => {}
        }
        self.log(&mut lines, format!("END RequestId: {request_id}"));
        let memory_size = self.function.memory_size;
        let report = Report { request_id, duration, init_duration, memory_size, max_memory_used, ending };
        self.log(&mut lines, report.line());
        let outcome = outcome(request_id, ending, duration, lines.text());
        let after = match ending.leaves_the_process_running() {
            true => AfterInvocation::Idle(Box::new(self)),
            false => AfterInvocation::Reset { stream: std::mem::take(&mut self.stream) },
        };
        Attempt::Ended(outcome, after)
    }

    fn log(&self, lines: &mut Tail, line: String) {
        lines.push(&line);
        self.deps.logs.put(&self.function.log_group, &self.stream, line);
    }
}

impl Drop for ExecutionEnvironment {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl InitFailure {
    fn status(&self) -> &'static str {
        match self {
            InitFailure::Reported(_) | InitFailure::Exited(_) => "Status: error\tError Type: Runtime.ExitError",
            InitFailure::TimedOut => "Status: timeout",
        }
    }

    fn ending(self, allowed: Duration) -> Ending {
        match self {
            InitFailure::Reported(body) => Ending::Failed(body),
            InitFailure::Exited(how) => Ending::Exited(how),
            InitFailure::TimedOut => Ending::TimedOut { after: allowed },
        }
    }
}

/// What Invoke answers for an event that a fresh process did not take.
pub(super) fn undelivered(request_id: &str) -> Outcome {
    let ending = Ending::Exited("Runtime exited without providing a reason".to_string());
    outcome(request_id, &ending, Duration::ZERO, String::new())
}

fn outcome(request_id: &str, ending: &Ending, duration: Duration, log_tail: String) -> Outcome {
    let (payload, function_error) = ending.payload(request_id);
    Outcome { request_id: request_id.to_string(), payload, function_error, duration, log_tail }
}

/// Ends when the cloud goes away.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // A sender that is gone is a cloud that was dropped.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// The phase after the first one.
async fn left_start(phase: &mut watch::Receiver<Phase>) -> Phase {
    let reached = phase.wait_for(|phase| *phase != Phase::Starting).await.map(|reached| reached.clone());
    match reached {
        Ok(reached) => reached,
        // The sender lives as long as the environment, so this does not come; waiting on is right if it did.
        Err(_) => std::future::pending().await,
    }
}

/// A log stream's name: the date, the version and 32 digits.
fn new_stream(deps: &LambdaDeps) -> String {
    let clock = &deps.clock;
    let date = clock.now().date();
    format!("{:04}/{:02}/{:02}/[$LATEST]{}", date.year(), u8::from(date.month()), date.day(), clock.hex(32))
}

fn start_line(request_id: &str) -> String {
    format!("START RequestId: {request_id} Version: $LATEST")
}

fn init_start() -> String {
    let region = stack::REGION;
    format!(
        "INIT_START Runtime Version: provided:al2023.v1\tRuntime Version ARN: arn:aws:lambda:{region}::runtime:local"
    )
}

async fn launch(
    function: &Function,
    program: &Program,
    deps: &LambdaDeps,
    process_ids: &ProcessIds,
    stream: &str,
) -> Result<(RuntimeApi, JoinHandle<()>, Process), String> {
    let listener =
        TcpListener::bind("127.0.0.1:0").await.map_err(|error| format!("no port for the Runtime API: {error}"))?;
    let address = listener.local_addr().map_err(|error| format!("no port for the Runtime API: {error}"))?;
    let process = Process::spawn(function, program, deps, process_ids, &address.to_string(), stream)?;
    // A process that is quicker finds the listener bound, and waits for this.
    let owner = process.id().ok_or("the process has no id")?;
    let api = RuntimeApi::new(deps.clock.clone(), owner, function.arn(), function.timeout);
    let server = tokio::spawn(api.clone().serve(listener));
    Ok((api, server, process))
}
