//! The process in an execution environment: how it is started, what it prints, how it ends.

use std::collections::BTreeSet;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::LambdaDeps;
use crate::iam::Identities;
use crate::logs::EVENT_LIMIT;
use crate::process_group::{self, Group};
use crate::programs::Program;
use crate::signature::Credentials;
use stack::{Function, REGION};

/// Variables of the machine that a process needs to run at all. Everything else is kept from it, above all the learner's
/// own AWS credentials.
const INHERITED: [&str; 6] = ["PATH", "SystemRoot", "SystemDrive", "TEMP", "TMP", "TMPDIR"];

/// How long the outputs of a process that has exited are waited for. They end with its group, unless something has left that.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// A longer line becomes several events, each of the largest size that CloudWatch Logs takes.
const LINE_LIMIT: usize = EVENT_LIMIT;
/// How much is read at once, at first and once a line is longer than that.
const READ: usize = 4 * 1024;
const READ_ON: usize = 64 * 1024;

/// A running process with both its outputs.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// Everything that the process started and did not take out of its group.
    group: Group,
    started: Instant,
    stdout: Output<ChildStdout>,
    stderr: Output<ChildStderr>,
    access_key_id: String,
    identities: Identities,
    id: Option<u32>,
    process_ids: ProcessIds,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.identities.revoke(&self.access_key_id);
        self.process_ids.remove(self.id);
    }
}

/// The ids of the processes of one function. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct ProcessIds(Arc<Mutex<BTreeSet<u32>>>);

impl ProcessIds {
    /// All of them.
    pub(super) fn ids(&self) -> Vec<u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    fn insert(&self, id: Option<u32>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(id);
    }

    fn remove(&self, id: Option<u32>) {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.retain(|known| Some(*known) != id);
    }
}

/// What a process does while its invocation waits for an answer.
#[derive(Debug)]
pub(super) enum ProcessEvent {
    /// It printed a line.
    Line(String),
    /// It is gone: how, in the words of Lambda's logs.
    Exited(String),
}

/// One output: what has come and is not yet a whole line.
#[derive(Debug)]
struct Output<R> {
    source: Option<R>,
    buffer: BytesMut,
    /// How much of the buffer is known to have no newline.
    searched: usize,
}

impl Process {
    /// Starts `program` as an environment of `function`.
    pub(super) fn spawn(
        function: &Function,
        program: &Program,
        deps: &LambdaDeps,
        process_ids: &ProcessIds,
        runtime_api: &str,
        log_stream: &str,
    ) -> Result<Process, String> {
        let mut command = Command::new(&program.path);
        command.args(&program.args).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.envs(INHERITED.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
        command.envs(&function.environment);
        // Each environment signs with a key of its own, which is how the endpoint knows who calls.
        let credentials = deps.identities.issue(&function.name, &deps.clock);
        let access_key_id = credentials.access_key_id.clone();
        command.envs(reserved_variables(function, deps, credentials, runtime_api, log_stream));
        command.kill_on_drop(true);
        // Ctrl-C goes to the whole group of the terminal; functions are ended by the cloud instead, after their last lines.
        process_group::lead(command.as_std_mut());
        let mark = process_group::mark(command.as_std_mut());
        let explain =
            |error| format!("{} of function {} cannot be started: {error}", program.path.display(), function.name);
        let mut child = command.spawn().map_err(explain)?;
        let group = Group::led_by(child.id(), Some(mark));
        let stdout = Output { source: child.stdout.take(), buffer: BytesMut::new(), searched: 0 };
        let stderr = Output { source: child.stderr.take(), buffer: BytesMut::new(), searched: 0 };
        let identities = deps.identities.clone();
        let (id, process_ids) = (child.id(), process_ids.clone());
        process_ids.insert(id);
        Ok(Process {
            child,
            group,
            started: Instant::now(),
            stdout,
            stderr,
            access_key_id,
            identities,
            id,
            process_ids,
        })
    }

    /// When the process was started.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// The id of the process, which is that of its group.
    pub(super) fn id(&self) -> Option<u32> {
        self.id
    }

    /// Whether the process runs. What it started ends with it.
    pub(super) fn is_running(&mut self) -> bool {
        let running = matches!(self.child.try_wait(), Ok(None));
        if !running {
            self.group.end();
        }
        running
    }

    /// The next line of either output; `None` once both are closed. Nothing is lost when the future is dropped.
    async fn line(&mut self) -> Option<String> {
        lines(&mut self.stdout, &mut self.stderr).await
    }

    /// The next line, or the end of the process once it has no more of them. Nothing is lost when the future is dropped.
    pub(super) async fn event(&mut self) -> ProcessEvent {
        let exited = tokio::select! {
            biased;
            line = lines(&mut self.stdout, &mut self.stderr) => match line {
                Some(line) => return ProcessEvent::Line(line),
                None => self.child.wait().await,
            },
            exited = self.child.wait() => exited,
        };
        self.group.end();
        // What has left the group may hold its outputs open, so their end is not waited for without a limit.
        if let Ok(Some(line)) = tokio::time::timeout(LAST_WORDS, self.line()).await {
            return ProcessEvent::Line(line);
        }
        ProcessEvent::Exited(exited.map_or_else(|error| format!("Runtime exited with error: {error}"), describe))
    }

    /// A line that has been printed already. What was printed before a reply is here before the reply is.
    pub(super) fn line_at_hand(&mut self) -> Option<String> {
        let mut waiting = std::pin::pin!(self.line());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match waiting.as_mut().poll(&mut context) {
            std::task::Poll::Ready(line) => line,
            std::task::Poll::Pending => None,
        }
    }

    /// Waits for the end.
    pub(super) async fn exited(&mut self) {
        // An error is an end too: there is nothing that could be waited for.
        let _ = self.child.wait().await;
        self.group.end();
    }

    /// Ends the process and all that it started, without waiting.
    pub(super) fn begin_to_kill(&mut self) {
        self.group.end();
        // The only error is that it has ended already.
        let _ = self.child.start_kill();
    }

    /// Ends the process and all that it started.
    pub(super) async fn kill(&mut self) {
        self.group.end();
        // The only error is that it has ended already.
        let _ = self.child.kill().await;
    }

    /// The most memory the process has held, in MB; zero where the system has no `/proc`.
    pub(super) fn max_memory_mb(&self) -> u64 {
        let status = self.child.id().and_then(|pid| std::fs::read_to_string(format!("/proc/{pid}/status")).ok());
        let peak = status.as_deref().and_then(|text| text.lines().find_map(|line| line.strip_prefix("VmHWM:")));
        let kilobytes = peak.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
        kilobytes.map(|kilobytes| kilobytes.div_ceil(1024)).unwrap_or_default()
    }
}

async fn lines(stdout: &mut Output<ChildStdout>, stderr: &mut Output<ChildStderr>) -> Option<String> {
    loop {
        if let Some(line) = stdout.line().or_else(|| stderr.line()) {
            return Some(line);
        }
        tokio::select! {
            true = stdout.fill() => {}
            true = stderr.fill() => {}
            else => return stdout.rest().or_else(|| stderr.rest()),
        }
    }
}

impl<R: AsyncRead + Unpin> Output<R> {
    /// Reads on; false once the output is closed.
    async fn fill(&mut self) -> bool {
        let Some(source) = &mut self.source else { return false };
        self.buffer.reserve(if self.buffer.len() < READ { READ } else { READ_ON });
        match source.read_buf(&mut self.buffer).await {
            Ok(read) if read > 0 => true,
            _ => {
                self.source = None;
                false
            }
        }
    }

    fn line(&mut self) -> Option<String> {
        let newline = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n');
        let end = newline.map(|at| self.searched + at + 1).filter(|end| *end <= LINE_LIMIT);
        let Some(end) = end.or_else(|| (self.buffer.len() >= LINE_LIMIT).then(|| whole(&self.buffer, LINE_LIMIT)))
        else {
            self.searched = self.buffer.len();
            return None;
        };
        let line = self.buffer.split_to(end);
        self.searched = 0;
        if self.buffer.is_empty() {
            // An idle environment need not hold the room of the longest line that it ever printed.
            self.buffer = BytesMut::new();
        }
        Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_string())
    }

    /// What stands after the last newline once the output is closed.
    fn rest(&mut self) -> Option<String> {
        self.searched = 0;
        let rest = std::mem::take(&mut self.buffer);
        (!rest.is_empty()).then(|| String::from_utf8_lossy(&rest).to_string())
    }
}

/// The end of the last whole character in the first `limit` bytes of `text`, or `limit` where that is not text.
fn whole(text: &[u8], limit: usize) -> usize {
    let is_boundary = |at: &usize| text.get(*at).is_none_or(|byte| byte & 0xC0 != 0x80);
    (limit.saturating_sub(3)..=limit).rev().find(is_boundary).unwrap_or(limit)
}

/// What Lambda sets for every environment; these win over the template's.
fn reserved_variables(
    function: &Function,
    deps: &LambdaDeps,
    credentials: Credentials,
    runtime_api: &str,
    log_stream: &str,
) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_string()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory_size.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_string()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", function.log_group.clone()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream.to_string()),
        ("LAMBDA_TASK_ROOT", function.code.display().to_string()),
        ("_HANDLER", function.handler.clone()),
        ("TZ", ":UTC".to_string()),
        ("LANG", "en_US.UTF-8".to_string()),
        ("AWS_REGION", REGION.to_string()),
        ("AWS_DEFAULT_REGION", REGION.to_string()),
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key),
        ("AWS_SESSION_TOKEN", credentials.session_token.unwrap_or_default()),
        ("AWS_ENDPOINT_URL", format!("http://{}", deps.endpoint)),
        ("AWS_EC2_METADATA_DISABLED", "true".to_string()),
    ]
}

fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        let name = match signal {
            6 => "aborted".to_string(),
            9 => "killed".to_string(),
            11 => "segmentation fault".to_string(),
            15 => "terminated".to_string(),
            other => other.to_string(),
        };
        return format!("Runtime exited with error: signal: {name}");
    }
    match status.code() {
        Some(0) | None => "Runtime exited without providing a reason".to_string(),
        Some(code) => format!("Runtime exited with error: exit status {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines_of(text: &[u8]) -> Vec<String> {
        let mut output = Output { source: Some(text), buffer: BytesMut::new(), searched: 0 };
        let mut lines = Vec::new();
        loop {
            while let Some(line) = output.line() {
                lines.push(line);
            }
            if !output.fill().await {
                lines.extend(output.rest());
                return lines;
            }
        }
    }

    #[tokio::test]
    async fn lines_are_whole_however_they_are_read() {
        let long = "y".repeat(3 * READ_ON);
        let text = format!("first\r\n\n{long}\nlast");
        assert_eq!(lines_of(text.as_bytes()).await, ["first", "", &long, "last"]);
        assert_eq!(lines_of(b"a\xff\n").await, ["a\u{fffd}"]);
        assert!(lines_of(b"").await.is_empty());
    }

    #[tokio::test]
    async fn a_line_beyond_the_limit_becomes_several_and_no_character_is_torn() {
        let text = format!("x{}\nend\n", "é".repeat(LINE_LIMIT));
        let lines = lines_of(text.as_bytes()).await;
        let lengths: Vec<usize> = lines.iter().map(String::len).collect();
        assert_eq!(lengths, [LINE_LIMIT - 1, LINE_LIMIT, 2, 3]);
        assert!(!lines.concat().contains('\u{fffd}'));
        let exact = format!("{}\nend", "x".repeat(LINE_LIMIT - 1));
        assert_eq!(lines_of(exact.as_bytes()).await.len(), 2);
    }
}
