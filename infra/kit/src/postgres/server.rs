//! One PostgreSQL server for all tests of a process that want one, in a temporary folder, gone when the last of them is.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use local::process_group::Guarded;
use tempfile::TempDir;

use super::installation::{Account, Installation};
use super::session;
use crate::cloud::RUNTIME;

/// How many connections the server takes: as few as the parameter group of the lab's template says.
pub(super) const MAX_CONNECTIONS: usize = 12;
/// How often another port is tried when somebody else was quicker.
const PORTS_TRIED: usize = 5;

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    installation: Installation,
    account: Account,
    folder: TempDir,
    /// Where it listens on 127.0.0.1.
    pub(super) port: u16,
    /// Has it stopped when the check is killed and cannot stop it.
    guarded: Option<Guarded>,
}

/// The server of the tests that are running just now.
static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Server {
    /// The server that other tests have started, or a new one.
    ///
    /// # Errors
    ///
    /// What PostgreSQL's own programs said.
    pub(super) fn shared(installation: &Installation) -> Result<Arc<Server>, String> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Ok(running);
        }
        let started = Arc::new(Server::start(installation.clone())?);
        *shared = Arc::downgrade(&started);
        Ok(started)
    }

    fn start(installation: Installation) -> Result<Server, String> {
        let folder = tempfile::Builder::new().prefix("postgres-").tempdir().map_err(|why| why.to_string())?;
        let account = Account::for_server(folder.path())?;
        let mut server = Server { installation, account, folder, port: 0, guarded: None };
        let data = server.data();
        let mut initdb = server.command("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
        run(initdb.arg(&data))?;
        let mut last = String::new();
        for _ in 0..PORTS_TRIED {
            server.port = free_port().map_err(|why| why.to_string())?;
            fs::write(data.join("postgresql.auto.conf"), server.settings()).map_err(|why| why.to_string())?;
            let mut start = server.command("pg_ctl");
            // It waits until the server answers.
            match run(start.args(["start", "-w", "-s", "-l"]).arg(server.log_file()).arg("-D").arg(&data)) {
                Ok(()) => {
                    server.guarded = server.id().map(Guarded::process);
                    return server.with_database().map_err(|why| why.to_string());
                }
                Err(why) => last = format!("{why}\n{}", server.log()),
            }
        }
        Err(last)
    }

    /// With the database `board` and the user of this name. The database that every server has is renamed: making another means
    /// copying one, which takes longer than a test.
    fn with_database(self) -> Result<Server, tokio_postgres::Error> {
        let template = session(self.port, "template1")?;
        for statement in ["ALTER DATABASE postgres RENAME TO board", "CREATE ROLE board LOGIN"] {
            RUNTIME.block_on(template.batch_execute(statement))?;
        }
        Ok(self)
    }

    fn settings(&self) -> String {
        format!(
            "port = {}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = {MAX_CONNECTIONS}\n\
             superuser_reserved_connections = 0\nfsync = off\nlogging_collector = off\n",
            self.port
        )
    }

    /// Everything that the server has logged.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// The process id that the server has written down.
    fn id(&self) -> Option<u32> {
        fs::read_to_string(self.data().join("postmaster.pid")).ok()?.lines().next()?.trim().parse().ok()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    fn command(&self, program: &str) -> Command {
        self.installation.command(program, self.folder.path(), self.account)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data();
        let stopped = run(self.command("pg_ctl").args(["stop", "-w", "-s", "-m", "immediate", "-D"]).arg(data));
        if let Err(why) = stopped {
            eprintln!("PostgreSQL did not stop: {why}");
        }
    }
}

/// Runs to the end. The server that `pg_ctl` leaves behind must not hold this process's pipes, so errors go to a file's place: the
/// output of `pg_ctl` itself is short and comes from its status.
fn run(command: &mut Command) -> Result<(), String> {
    let name = Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let serves = name == "pg_ctl";
    let pipe = || if serves { Stdio::null() } else { Stdio::piped() };
    let output = command.stdin(Stdio::null()).stdout(pipe()).stderr(pipe()).spawn();
    let output = output.and_then(std::process::Child::wait_with_output).map_err(|why| format!("{name}: {why}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_string();
    Err(format!("{name} ended with {}: {said}", output.status))
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
