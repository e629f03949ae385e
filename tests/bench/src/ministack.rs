//! The same function behind another emulator of AWS, measured in the same run.
//!
//! `ministack` is a Python program that runs Rust functions without Docker, in processes that stay warm: the nearest thing to
//! this local cloud that there is. It is compared where its virtual environment is found, and left out where it is not.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The version to install.
pub(crate) const VERSION: &str = "1.5.33";
/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running ministack with a function behind an API. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Ministack {
    process: Child,
    /// The API's address with its stage.
    pub(crate) url: String,
    /// The version that runs.
    pub(crate) version: String,
    _folder: tempfile::TempDir,
}

impl Ministack {
    /// Starts it and deploys `program`; the error says why there is nothing to compare with.
    pub(crate) fn start(program: &Path) -> Result<Ministack, String> {
        let programs = environment().join(if cfg!(windows) { "Scripts" } else { "bin" });
        let executable = |name: &str| programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        if !executable("ministack").is_file() {
            return Err(format!(
                "not found; python3 -m venv {0} && {0}/bin/pip install ministack=={VERSION}",
                environment().display()
            ));
        }
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let port = free_port().map_err(|error| error.to_string())?;
        let mut command = Command::new(executable("ministack"));
        command.env("GATEWAY_PORT", port.to_string()).env("BIND_HOST", "127.0.0.1").env("TMPDIR", folder.path());
        command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().map_err(|error| format!("cannot be started: {error}"))?;
        let mut started = Ministack { process, url: String::new(), version: String::new(), _folder: folder };
        started.listens(port)?;
        let mut deploy = Command::new(executable("python"));
        deploy.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/deploy_to_ministack.py"));
        let deployed = deploy.arg(port.to_string()).arg(program).output().map_err(|error| error.to_string())?;
        let told: Value = serde_json::from_slice(&deployed.stdout)
            .map_err(|_| format!("the function cannot be deployed: {}", String::from_utf8_lossy(&deployed.stderr)))?;
        started.url = told["url"].as_str().unwrap_or_default().to_string();
        started.version = told["version"].as_str().unwrap_or_default().to_string();
        Ok(started)
    }

    fn listens(&mut self, port: u16) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
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
}

impl Drop for Ministack {
    fn drop(&mut self) {
        // The only error is that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn environment() -> PathBuf {
    journeys::root().join("target").join("ci").join("ministack")
}

/// A port that was free a moment ago: ministack takes its number, not a socket.
pub(crate) fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
