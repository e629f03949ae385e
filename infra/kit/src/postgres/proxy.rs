//! The way from a function to the database: a port of its own, which leads to the server or to nobody.
//!
//! A function in a VPC reaches a database only where routes and security groups let it. So a template's function is not given the
//! server's own port but this one, and the template decides whether what comes in here goes on. If not, the connection is taken
//! and never answered: what hangs on AWS hangs here. A check can have it end every connection, too, or be slow.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::cloud::RUNTIME;

/// The most that is carried at once, in bytes.
const PART: usize = 8 * 1024;

/// A proxy in front of the database; it lets nobody through until it is opened.
#[derive(Debug)]
pub(super) struct Proxy {
    /// Where functions connect.
    pub(super) port: u16,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    open: AtomicBool,
    /// Whether a new connection ends as soon as something comes in on it.
    ends: AtomicBool,
    /// How long each part of what the server says is held back, in milliseconds.
    delay: AtomicU64,
    connections: AtomicUsize,
    /// Changes when all connections are to be forgotten; each that is not yet has a receiver.
    forgotten: Mutex<watch::Sender<()>>,
}

impl State {
    /// Tells a connection of now when it is forgotten.
    fn forgotten(&self) -> watch::Receiver<()> {
        self.forgotten.lock().unwrap_or_else(PoisonError::into_inner).subscribe()
    }
}

impl Proxy {
    /// A proxy in front of the server on `port`.
    ///
    /// # Errors
    ///
    /// When the system gives no port.
    pub(super) fn before(server: u16) -> std::io::Result<Proxy> {
        let listener = RUNTIME.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State::default());
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, server));
        let task = RUNTIME.spawn(admit(listener, server, Arc::clone(&state)));
        Ok(Proxy { port, state, task })
    }

    /// Lets everybody through from now on.
    pub(super) fn open(&self) {
        self.state.open.store(true, Ordering::SeqCst);
    }

    /// Ends every new connection as soon as something comes in on it, from now on or no longer: a server that is shutting down does so.
    pub(super) fn end(&self, ends: bool) {
        self.state.ends.store(ends, Ordering::SeqCst);
    }

    /// Holds back each part of what the server says from now on.
    pub(super) fn delay(&self, by: Duration) {
        self.state.delay.store(u64::try_from(by.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// Forgets every connection that there is. Neither side is told. The server's end is gone, and the caller's is cut off when
    /// something comes in on it, as NAT gateways and load balancers do that have not heard of a connection for too long.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#connection-idle-timeout>
    pub(super) fn forget(&self) {
        let forgotten = std::mem::take(&mut *self.state.forgotten.lock().unwrap_or_else(PoisonError::into_inner));
        forgotten.send_replace(());
        // Waited for, because a connection that is being looked after at this moment may carry one more question and its answer.
        RUNTIME.block_on(forgotten.closed());
    }

    /// How many connections were made through it.
    pub(super) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn admit(listener: TcpListener, server: SocketAddr, state: Arc<State>) {
    let mut waiting = Vec::new();
    while let Ok((caller, _)) = listener.accept().await {
        if !state.open.load(Ordering::SeqCst) {
            // Kept, because a connection that is dropped would be an answer.
            waiting.push(caller);
            continue;
        }
        state.connections.fetch_add(1, Ordering::SeqCst);
        if state.ends.load(Ordering::SeqCst) {
            // What it brings is left unread, so that it is always cut off in the same way.
            tokio::spawn(async move { drop(caller.peek(&mut [0; 1]).await) });
            continue;
        }
        tokio::spawn(carry(caller, server, Arc::clone(&state), state.forgotten()));
    }
}

/// Carries what is said from one side to the other, until one of them goes away or the connection is forgotten.
async fn carry(mut caller: TcpStream, server: SocketAddr, state: Arc<State>, mut forgotten: watch::Receiver<()>) {
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    let (mut asks, mut hears) = caller.split();
    let (mut answers, mut is_asked) = server.split();
    let there = tokio::io::copy(&mut asks, &mut is_asked);
    // Either side may go away at any moment: that is what a connection does.
    tokio::select! {
        Ok(()) = forgotten.changed() => {}
        _ = there => return,
        _ = held_back(&state, &mut answers, &mut hears) => return,
    }
    drop((server, forgotten));
    // What it brings is left unread: that is what makes a closed connection a broken one.
    drop(caller.peek(&mut [0; 1]).await);
}

/// Copies what `from` says to `to`, each part of it after the delay that there is then.
async fn held_back(
    state: &State,
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
) -> std::io::Result<()> {
    let mut part = vec![0; PART];
    loop {
        let length = from.read(&mut part).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        let delay = state.delay.load(Ordering::SeqCst);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        to.write_all(&part[..length]).await?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::net::TcpListener as Listener;
    use std::net::TcpStream as Stream;
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_closed_proxy_is_silent_and_an_open_one_leads_to_the_server() {
        let server = Listener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Proxy::before(server.local_addr().unwrap().port()).unwrap();
        thread::spawn(move || {
            let (mut caller, _) = server.accept().unwrap();
            caller.write_all(b"welcome").unwrap();
        });
        let connect = || Stream::connect((Ipv4Addr::LOCALHOST, proxy.port)).unwrap();
        let mut outside = connect();
        outside.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let silence = outside.read(&mut [0; 1]).unwrap_err().kind();
        assert!(matches!(silence, ErrorKind::WouldBlock | ErrorKind::TimedOut), "{silence}");
        assert_eq!(proxy.connections(), 0);
        proxy.open();
        let mut said = [0; 7];
        connect().read_exact(&mut said).unwrap();
        assert_eq!((&said, proxy.connections()), (b"welcome", 1));
    }

    #[test]
    fn connections_end_at_once_or_are_slow() {
        let server = Listener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Proxy::before(server.local_addr().unwrap().port()).unwrap();
        proxy.open();
        let connect = || Stream::connect((Ipv4Addr::LOCALHOST, proxy.port)).unwrap();
        proxy.end(true);
        let mut ending = connect();
        ending.write_all(b"?").unwrap();
        let ended = ending.read(&mut [0; 1]);
        assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
        assert_eq!(proxy.connections(), 1);
        proxy.end(false);
        let late = Duration::from_millis(30);
        proxy.delay(late);
        let mut caller = connect();
        let (mut inside, _) = server.accept().unwrap();
        let asked = std::time::Instant::now();
        inside.write_all(b"!").unwrap();
        caller.read_exact(&mut [0; 1]).unwrap();
        assert!(asked.elapsed() >= late);
    }

    #[test]
    fn a_forgotten_connection_is_silent_until_it_is_used() {
        let server = Listener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Proxy::before(server.local_addr().unwrap().port()).unwrap();
        proxy.open();
        let mut caller = Stream::connect((Ipv4Addr::LOCALHOST, proxy.port)).unwrap();
        let (mut inside, _) = server.accept().unwrap();
        caller.write_all(b"?").unwrap();
        inside.read_exact(&mut [0; 1]).unwrap();
        proxy.forget();
        assert_eq!(inside.read(&mut [0; 1]).unwrap(), 0, "the server's end is gone");
        caller.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let silence = caller.read(&mut [0; 1]).unwrap_err().kind();
        assert!(matches!(silence, ErrorKind::WouldBlock | ErrorKind::TimedOut), "{silence}");
        caller.set_read_timeout(None).unwrap();
        caller.write_all(b"?").unwrap();
        let cut = caller.read(&mut [0; 1]);
        assert!(matches!(cut, Ok(0) | Err(_)), "the caller is cut off");
    }
}
