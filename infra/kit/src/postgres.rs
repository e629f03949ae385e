//! A real PostgreSQL server for a lab that has a database: found on this machine, started for the tests, gone after them.
//!
//! ```ignore
//! let Some(database) = Database::of_test() else { return };
//! let lab = deployment!().database("DatabaseUrl", &database).deployed();
//! lab.asks("lab-11.4", "read ten times").get("/sql/board").has_status(200);
//! assert_eq!(database.connections(), 1);
//! ```
//!
//! It takes few connections, so that running out of them needs no crowd. Whether a function reaches it is decided by the template's
//! network (see `postgres/proxy`). Tests that use it run one after another, because connections are counted.
//!
//! Where PostgreSQL is not installed, a test that needs it is skipped: it passes, and says on the terminal that it did not run,
//! why, and what to install.

mod deployment;
mod installation;
mod proxy;
mod server;

use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls};

use crate::answer::Answer;
use crate::ask::Ask;
use crate::cloud::RUNTIME;
use crate::explanation::Explanation;
use installation::{HOW_TO_INSTALL, Installation};
use proxy::Proxy;
use server::Server;

/// One test at a time has the server for itself.
static TURN: Mutex<()> = Mutex::new(());

/// How long sessions may take to go away, in milliseconds.
const FAREWELL: i64 = 5_000;
/// How long after a look at the sessions the next one follows.
const GLANCE: Duration = Duration::from_millis(3);

/// A database of a test's own, with the functions' way to it.
pub struct Database {
    proxy: Proxy,
    /// The session of the database administrator.
    own: Client,
    /// How much of the server's log was there before.
    log_seen: usize,
    server: Arc<Server>,
    _turn: MutexGuard<'static, ()>,
}

impl fmt::Debug for Database {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Database").field("proxy", &self.proxy).field("server", &self.server).finish_non_exhaustive()
    }
}

impl Database {
    /// A database called `board` with nothing in it, and the user `board` whom functions connect as; nothing where PostgreSQL is not
    /// installed, which is said on the terminal.
    ///
    /// Ends the test when it is installed and does not start.
    pub fn of_test() -> Option<Database> {
        let Some(installation) = Installation::find() else {
            let test = thread::current().name().unwrap_or("a test").to_string();
            // Not by eprintln!, which the test harness keeps to itself when a test passes.
            let told = format!("skipped: {test}: PostgreSQL is not installed here. {HOW_TO_INSTALL}\n");
            drop(std::io::stderr().write_all(told.as_bytes()));
            return None;
        };
        // First the server, then the turn: while anybody waits for a turn, the server stays.
        let server = Server::shared(&installation).unwrap_or_else(|why| gives_up("PostgreSQL does not start", &why));
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let database = Database::fresh(server, turn);
        Some(database.unwrap_or_else(|why| gives_up("PostgreSQL cannot be prepared", &why)))
    }

    fn fresh(server: Arc<Server>, turn: MutexGuard<'static, ()>) -> Result<Database, Box<dyn std::error::Error>> {
        let own = session(server.port, "board")?;
        let ended = "SELECT pg_terminate_backend(pid, $1) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'board'";
        RUNTIME.block_on(own.query(ended, &[&FAREWELL]))?;
        // An empty schema is an empty database, and is there at once.
        let emptied = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC";
        RUNTIME.block_on(own.batch_execute(emptied))?;
        let proxy = Proxy::before(server.port)?;
        let log_seen = server.log().len();
        Ok(Database { proxy, own, log_seen, server, _turn: turn })
    }

    /// Where functions connect to, as a URL.
    pub fn url(&self) -> String {
        format!("postgresql://board@127.0.0.1:{}/board", self.proxy.port)
    }

    /// Runs statements as somebody who looks after the database.
    pub fn execute(&self, sql: &str) {
        if let Err(why) = RUNTIME.block_on(self.own.batch_execute(sql)) {
            gives_up("the check's own statements were refused", &why);
        }
    }

    /// How many connections the functions have made so far.
    pub fn connections(&self) -> usize {
        self.proxy.connections()
    }

    /// What the server refused since this test began, in its own words.
    pub fn refusals(&self) -> Vec<String> {
        let log = self.server.log();
        let own = log.get(self.log_seen..).unwrap_or_default();
        own.lines()
            .filter_map(|line| Some(line[line.find("FATAL:")?..].to_string()))
            .filter(|line| is_about_room(line))
            .collect()
    }

    /// Ends every session of the functions, as a restart or a failover of the database does.
    pub fn ends_all_sessions(&self) {
        let ended = "SELECT pg_terminate_backend(pid, $1) FROM pg_stat_activity WHERE usename = 'board'";
        if let Err(why) = RUNTIME.block_on(self.own.query(ended, &[&FAREWELL])) {
            gives_up("the functions' sessions could not be ended", &why);
        }
    }

    /// Lets the way between the functions and the database forget their connections, as happens to one that was idle for long:
    /// nobody is told, and the next statement on that connection is cut off.
    pub fn forgets_connections(&self) {
        self.proxy.forget();
    }

    /// Ends each new connection of the functions as soon as it is there, as a server does that is shutting down, until what is returned is
    /// dropped.
    #[must_use = "connections are taken again when this is dropped"]
    pub fn ends_new_connections(&self) -> Ending<'_> {
        self.proxy.end(true);
        Ending(&self.proxy)
    }

    /// Takes up every connection that is left, until what is returned is dropped and the server has noticed: whoever asks for one more is
    /// refused with the server's own words.
    pub fn is_full(&self) -> Full<'_> {
        let mut sessions = Vec::new();
        // The administrator's own session is one of them.
        while sessions.len() < server::MAX_CONNECTIONS {
            match session(self.server.port, "board") {
                Ok(session) => sessions.push(session),
                Err(_) => break,
            }
        }
        Full { database: self, sessions }
    }

    /// Lets the functions wait so long for each part of an answer from now on: others are at work, or the server is in another zone.
    pub fn is_slow(&self, by: Duration) {
        self.proxy.delay(by);
    }

    /// How many sessions there are, the administrator's own included.
    fn sessions(&self) -> i64 {
        let sessions = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'";
        RUNTIME.block_on(self.own.query_one(sessions, &[])).map_or(i64::MAX, |row| row.get::<_, i64>(0))
    }

    /// Lets through who connects as functions do.
    pub(crate) fn admits_functions(&self) {
        self.proxy.open();
    }

    /// How many of the functions' sessions wait for a lock.
    fn waiting(&self) -> usize {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'board' AND wait_event_type = 'Lock'";
        let count = RUNTIME.block_on(self.own.query_one(waiting, &[])).map(|row| row.get::<_, i64>(0));
        count.ok().and_then(|count| usize::try_from(count).ok()).unwrap_or_default()
    }
}

/// New connections end at once, until this is dropped.
#[derive(Debug)]
pub struct Ending<'database>(&'database Proxy);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.end(false);
    }
}

/// A database without a connection to give, until this is dropped.
pub struct Full<'database> {
    database: &'database Database,
    sessions: Vec<Client>,
}

impl fmt::Debug for Full<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Full").field("sessions", &self.sessions.len()).finish_non_exhaustive()
    }
}

impl Drop for Full<'_> {
    fn drop(&mut self) {
        let ended = self.sessions.len() as i64;
        let before = self.database.sessions();
        self.sessions.clear();
        // The server notices a little later, and until then it refuses others.
        let until = Instant::now() + Duration::from_millis(FAREWELL.unsigned_abs());
        while self.database.sessions() > before - ended && Instant::now() < until {
            thread::sleep(GLANCE);
        }
    }
}

/// The refusals that are about the number of connections. A session that was ended leaves a FATAL as well.
fn is_about_room(line: &str) -> bool {
    line.contains("too many clients") || line.contains("remaining connection slots")
}

impl<'lab> Ask<'lab> {
    /// Sends the same GET `times` times at the same moment, while somebody has locked `table` of the database; the lock goes as soon as
    /// every request has been answered or waits for it. So all of them are under way together, however fast each is.
    pub fn get_at_once_while_locked(
        self,
        times: usize,
        target: &str,
        database: &Database,
        table: &str,
    ) -> Vec<Answer<'lab>> {
        let holder = session(database.server.port, "board");
        let holder = holder.unwrap_or_else(|why| gives_up("there is no session to lock in", &why));
        let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        if let Err(why) = RUNTIME.block_on(holder.batch_execute(&lock)) {
            gives_up(&format!("{table} could not be locked"), &why);
        }
        let answered = AtomicUsize::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                while answered.load(Ordering::SeqCst) + database.waiting() < times {
                    thread::sleep(GLANCE);
                }
                drop(holder);
            });
            self.send_at_once(times, "GET", target, &answered)
        })
    }
}

/// Ends the test because the check itself cannot go on.
fn gives_up(what: &str, why: &impl fmt::Display) -> ! {
    let got = format!("{what}: {why}");
    Explanation {
        todo: "this check".to_string(),
        about: "it needs a PostgreSQL server, and cannot go on".to_string(),
        got: got.lines().map(str::to_string).collect(),
        next: vec!["the installation of PostgreSQL on this machine: initdb and pg_ctl have to work".to_string()],
        ..Explanation::default()
    }
    .fail()
}

fn session(port: u16, database: &str) -> Result<Client, tokio_postgres::Error> {
    let url = format!("postgresql://postgres@127.0.0.1:{port}/{database}");
    let (client, connection) = RUNTIME.block_on(tokio_postgres::connect(&url, NoTls))?;
    RUNTIME.spawn(connection);
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_for_want_of_room_is_told_from_a_session_that_was_ended() {
        assert!(is_about_room("FATAL:  sorry, too many clients already"));
        assert!(is_about_room(
            "FATAL:  remaining connection slots are reserved for non-replication superuser connections"
        ));
        assert!(!is_about_room("FATAL:  terminating connection due to administrator command"));
    }
}
