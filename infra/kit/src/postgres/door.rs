//! The way from a function to the database: a port of its own, behind which the server answers or nobody does.
//!
//! A function in a VPC reaches a database only where routes and security groups let it. So a template's function is not given the
//! server's own port but this one, and the template decides whether what comes in here goes on. If not, the connection is taken
//! and never answered: what hangs on AWS hangs here.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::cloud::RUNTIME;

/// A door; it is closed until somebody opens it.
#[derive(Debug)]
pub(super) struct Door {
    /// Where functions knock.
    pub(super) port: u16,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    open: AtomicBool,
    connections: AtomicUsize,
}

impl Door {
    /// A door in front of the server on `port`.
    ///
    /// # Errors
    ///
    /// When the system gives no port.
    pub(super) fn before(server: u16) -> std::io::Result<Door> {
        let listener = RUNTIME.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State::default());
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, server));
        let task = RUNTIME.spawn(admit(listener, server, Arc::clone(&state)));
        Ok(Door { port, state, task })
    }

    /// Lets everybody through from now on.
    pub(super) fn open(&self) {
        self.state.open.store(true, Ordering::SeqCst);
    }

    /// How many connections were made through it.
    pub(super) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn admit(listener: TcpListener, server: SocketAddr, state: Arc<State>) {
    let mut waiting = Vec::new();
    while let Ok((mut caller, _)) = listener.accept().await {
        if !state.open.load(Ordering::SeqCst) {
            // Kept, because a connection that is dropped would be an answer.
            waiting.push(caller);
            continue;
        }
        state.connections.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            if let Ok(mut server) = TcpStream::connect(server).await {
                // Either side may go away at any moment: that is what a connection does.
                drop(tokio::io::copy_bidirectional(&mut caller, &mut server).await);
            }
        });
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
    fn a_closed_door_is_silent_and_an_open_one_leads_to_the_server() {
        let server = Listener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let door = Door::before(server.local_addr().unwrap().port()).unwrap();
        thread::spawn(move || {
            let (mut caller, _) = server.accept().unwrap();
            caller.write_all(b"welcome").unwrap();
        });
        let knock = || Stream::connect((Ipv4Addr::LOCALHOST, door.port)).unwrap();
        let mut outside = knock();
        outside.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let silence = outside.read(&mut [0; 1]).unwrap_err().kind();
        assert!(matches!(silence, ErrorKind::WouldBlock | ErrorKind::TimedOut), "{silence}");
        assert_eq!(door.connections(), 0);
        door.open();
        let mut said = [0; 7];
        knock().read_exact(&mut said).unwrap();
        assert_eq!((&said, door.connections()), (b"welcome", 1));
    }
}
