//! The table engine's own threads and connections: no port, and a stack large enough for the deepest expression.
//!
//! The engine (`dynoxide-rs`) takes calls as the service does in one place only: its HTTP server, on a TCP listener. A listener is
//! open to everybody on the machine, every web page included, so none stays. Each thread here lets the engine accept exactly one
//! connection, its own, before the engine has read a byte, and never lets it accept again. What stays is a socket between two ends of
//! one process. A thread has a runtime to itself, which is what proves that nobody else was accepted.
//!
//! Limit admitted: only on Linux can a listener be closed that somebody else owns. Elsewhere the port stays open in name only: the
//! system queues callers, and nobody ever reads a byte of theirs.
//!
//! The engine reads expressions by recursion, as deep as 4,096 bytes allow. [`STACK`] holds that several times over, where the stack
//! of an ordinary thread overflows, and an overflow ends the process.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use dynoxide::Database;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc, oneshot};

/// A thread's stack: address space, of which only what was once used is memory. Four times the worst that the bounds let through, in
/// a debug build, which `dynamodb::tests` tries on a quarter of it.
pub(super) const STACK: usize = 256 << 20;
/// The most threads. The engine makes one call after another; a second thread reads and writes JSON meanwhile.
const THREADS: usize = 2;
/// How long a connection inside the process may take to open: a machine without a free port must not hang the start.
const OPENS_WITHIN: Duration = Duration::from_secs(10);

/// The running engine. Its threads end, and let go of the database, soon after this is dropped.
pub(super) struct Engine {
    database: Database,
    /// Each thread's, in bytes.
    stack: usize,
    /// The threads that nobody waits for. The one that worked last works next, and another starts when none is idle.
    idle: Mutex<Vec<Calls>>,
    turns: Semaphore,
}

/// Where a thread takes its calls from.
type Calls = mpsc::UnboundedSender<Call>;

struct Call {
    request: Request<Full<Bytes>>,
    answer: oneshot::Sender<io::Result<Response<Bytes>>>,
}

/// A thread for one call. It is idle again when this is dropped, which may be before it is done, when its caller went away.
struct Turn<'e> {
    engine: &'e Engine,
    thread: Calls,
    _permit: SemaphorePermit<'e>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.thread.is_closed() {
            self.engine.idle().push(self.thread.clone());
        }
    }
}

impl Engine {
    /// An engine whose threads have this many bytes of stack each. The first call starts the first.
    pub(super) fn new(database: Database, stack: usize) -> Engine {
        Engine { database, stack, idle: Mutex::default(), turns: Semaphore::new(THREADS) }
    }

    /// Makes one call and gives the engine's answer. Callers wait in line for a thread.
    ///
    /// # Errors
    ///
    /// A call that made the engine panic or hang up, or a machine that has no thread, no socket or no free port left. The next one is
    /// answered again.
    pub(super) async fn call(&self, request: Request<Full<Bytes>>) -> io::Result<Response<Bytes>> {
        let ended = || io::Error::other("the engine has ended");
        let permit = self.turns.acquire().await.map_err(|_| ended())?;
        let idle = self.idle().pop();
        let thread = idle.map_or_else(|| self.another_thread(), Ok)?;
        let turn = Turn { engine: self, thread, _permit: permit };
        let (answer, answered) = oneshot::channel();
        turn.thread.send(Call { request, answer }).map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }

    /// What `work` gives, on a thread of its own that has the same stack: reading is as deep there.
    ///
    /// # Errors
    ///
    /// A machine that has no thread left, or work that panics.
    pub(super) async fn apart<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
        let _permit = self.turns.acquire().await.map_err(io::Error::other)?;
        let (done, result) = oneshot::channel();
        named("dynamodb-page", self.stack).spawn(move || drop(done.send(work())))?;
        result.await.map_err(io::Error::other)
    }

    fn another_thread(&self) -> io::Result<Calls> {
        let (calls, mut waiting) = mpsc::unbounded_channel();
        let database = self.database.clone();
        named("dynamodb", self.stack).spawn(move || answer_calls(&database, &mut waiting))?;
        Ok(calls)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Calls>> {
        // Nothing panics while it is locked, and a list of threads is one still.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn named(name: &str, stack: usize) -> thread::Builder {
    thread::Builder::new().name(name.to_string()).stack_size(stack)
}

/// One thread's life. A lost connection costs its runtime, too: everything that was left in it ends with it, before it runs
/// again.
fn answer_calls(database: &Database, calls: &mut Waiting) {
    loop {
        match Builder::new_current_thread().enable_io().enable_time().build() {
            Ok(runtime) => match runtime.block_on(answer_until_lost(database, calls)) {
                Round::Lost => {}
                Round::Over => return,
            },
            Err(error) => {
                tracing::warn!(%error, "a thread of the table engine ended");
                return;
            }
        }
    }
}

type Waiting = mpsc::UnboundedReceiver<Call>;

enum Round {
    /// The connection is lost; the next call needs another.
    Lost,
    /// Nobody will call any more.
    Over,
}

async fn answer_until_lost(database: &Database, calls: &mut Waiting) -> Round {
    let mut connection = None;
    loop {
        let Some(Call { request, answer }) = calls.recv().await else { return Round::Over };
        let mut open = match ready(connection.take()).await {
            Some(open) => open,
            None => match self::open(database).await {
                Ok(open) => open,
                Err(error) => {
                    drop(answer.send(Err(error)));
                    return Round::Lost;
                }
            },
        };
        let answered = open.send(request).await;
        let lost = answered.is_err();
        // A caller that went away has no use for the answer.
        drop(answer.send(answered));
        if lost {
            return Round::Lost;
        }
        connection = Some(open);
    }
}

/// The connection, unless the engine has hung up.
async fn ready(connection: Option<Connection>) -> Option<Connection> {
    let mut connection = connection?;
    connection.requests.ready().await.ok().map(|()| connection)
}

/// One connection to the engine. There is no way to a second one.
struct Connection {
    requests: SendRequest<Full<Bytes>>,
    /// The engine's server, which is not asked again to accept anybody. When it is dropped, it ends its connection as well.
    _serving: Serving,
    /// Where it listened for a moment.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests look whether somebody listens there"))]
    address: SocketAddr,
}

type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Lets the engine accept one connection, and only that. Runs on a runtime of one thread.
async fn open(database: &Database) -> io::Result<Connection> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let opened = tokio::time::timeout(OPENS_WITHIN, connect(listener, database)).await;
    opened.unwrap_or_else(|_| Err(io::Error::other("its connection does not open")))
}

async fn connect(listener: TcpListener, database: &Database) -> io::Result<Connection> {
    let address = listener.local_addr()?;
    // In line before anybody accepts: a caller from outside would have to be quicker than this line.
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    listener.set_nonblocking(true)?;
    let given = tokio::net::TcpListener::from_std(listener.try_clone()?)?;
    let mut serving: Serving = Box::pin(dynoxide::server::serve_on(given, database.clone()));
    // The server starts a task for each connection that it accepts, and on a runtime of one thread none runs before this line ends.
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let accepted = std::future::poll_fn(|context| match (serving.as_mut().poll(context), tasks() - before) {
        (Poll::Pending, 0) => Poll::Pending,
        (_, accepted) => Poll::Ready(accepted),
    });
    let accepted = accepted.await;
    close(listener);
    if accepted != 1 {
        return Err(io::Error::other("somebody else connected at the same time"));
    }
    let (requests, connection) = handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    // It ends with an error when the engine hangs up, and callers that wait for an answer get that error.
    tokio::spawn(async { drop(connection.await) });
    let mut connection = Connection { requests, _serving: serving, address };
    // The one that was accepted may be somebody else's; then nobody answers this.
    let health = connection.send(Request::get("/").body(Full::default()).map_err(io::Error::other)?).await?;
    match health.status() {
        StatusCode::OK => Ok(connection),
        status => Err(io::Error::other(format!("its health check answers {status}"))),
    }
}

/// Ends the listening, although the server has the listener, too: on Linux a listener that is shut down listens for nobody.
#[cfg(unix)]
fn close(listener: TcpListener) {
    let shared = std::net::TcpStream::from(std::os::fd::OwnedFd::from(listener));
    // Another system refuses, and the port stays, which nobody reads from.
    drop(shared.shutdown(std::net::Shutdown::Both));
}

#[cfg(not(unix))]
fn close(listener: TcpListener) {
    drop(listener);
}

impl Connection {
    async fn send(&mut self, request: Request<Full<Bytes>>) -> io::Result<Response<Bytes>> {
        self.requests.ready().await.map_err(io::Error::other)?;
        let response = self.requests.send_request(request).await.map_err(io::Error::other)?;
        let (parts, body) = response.into_parts();
        Ok(Response::from_parts(parts, body.collect().await.map_err(io::Error::other)?.to_bytes()))
    }
}

#[cfg(test)]
mod tests;
