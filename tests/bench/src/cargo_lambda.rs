//! The same function behind `cargo lambda watch`, the development server that Rust functions are usually tried with.
//!
//! It has no API Gateway: events are given to the function by the Invoke API, as they are, so it has less to do than a gateway. It is
//! compared where `.ci/run clients` has installed it.

use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::load::{CLIENTS, Target};
use crate::{machine, ministack};

/// The version to install: that of `.ci/requirements-clients.txt`.
pub(crate) const VERSION: &str = "1.9.2";
/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take to end its functions.
const FAREWELL: Duration = Duration::from_secs(5);

/// A running `cargo lambda watch` for the function of lab 01. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct CargoLambda {
    process: Child,
    address: SocketAddr,
    /// The version that runs.
    pub(crate) version: String,
}

impl CargoLambda {
    /// Starts it; the error says why there is nothing to compare with.
    pub(crate) fn start() -> Result<CargoLambda, String> {
        let root = journeys::root();
        let program = root.join("target/ci/clients/bin/cargo-lambda");
        if !program.is_file() {
            return Err("not found; .ci/run clients installs it".to_string());
        }
        // `cargo-lambda 1.9.2 (…)`
        let said = machine::version(&program.display().to_string(), &["lambda", "--version"]).unwrap_or_default();
        let version = said.split(' ').nth(1).unwrap_or(VERSION).to_string();
        let port = ministack::free_port().map_err(|why| why.to_string())?;
        let mut command = Command::new(&program);
        command.args(["lambda", "watch", "--release", "--offline", "--quiet", "--ignore-changes", "--disable-cors"]);
        // As many functions at once as clients, as the local cloud starts them.
        command.args(["--package", "solution-01", "--concurrency", &CLIENTS.to_string()]);
        command.args(["--invoke-address", "127.0.0.1", "--invoke-port", &port.to_string()]);
        command.current_dir(root).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Its functions are its children, and end with the group.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let process = command.spawn().map_err(|why| format!("cannot be started: {why}"))?;
        let mut started = CargoLambda { process, address: SocketAddr::from(([127, 0, 0, 1], port)), version };
        started.listens()?;
        Ok(started)
    }

    /// An invocation with the event of `GET /hello?name=Ada`.
    pub(crate) fn target(&self) -> Target {
        let event = json!({
            "resource": "/hello",
            "path": "/hello",
            "httpMethod": "GET",
            "headers": { "Host": self.address.to_string() },
            "multiValueHeaders": { "Host": [self.address.to_string()] },
            "queryStringParameters": { "name": "Ada" },
            "multiValueQueryStringParameters": { "name": ["Ada"] },
            "requestContext": { "path": "/dev/hello", "httpMethod": "GET", "stage": "dev", "resourcePath": "/hello" },
            "isBase64Encoded": false,
        });
        let event = event.to_string();
        let path = "/2015-03-31/functions/solution-01/invocations";
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.address,
            event.len()
        );
        Target { address: self.address, request: [head, event].concat().into_bytes() }
    }

    fn listens(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            if let Ok(Some(status)) = self.process.try_wait() {
                return Err(format!("ended at once, {status}"));
            }
            if Instant::now() > deadline {
                return Err(format!("does not listen within {} s", PATIENCE.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Ends it and its functions.
    #[cfg(unix)]
    fn end(&mut self) {
        use rustix::process::{Pid, Signal, kill_process_group};
        let Some(group) = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw) else { return };
        // An error says that nothing of it is left.
        let _ = kill_process_group(group, Signal::TERM);
        let deadline = Instant::now() + FAREWELL;
        while self.process.try_wait().is_ok_and(|ended| ended.is_none()) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = kill_process_group(group, Signal::KILL);
    }

    #[cfg(not(unix))]
    fn end(&mut self) {
        let _ = self.process.kill();
    }
}

impl Drop for CargoLambda {
    fn drop(&mut self) {
        self.end();
        // The only error is that it has been waited for.
        let _ = self.process.wait();
    }
}
