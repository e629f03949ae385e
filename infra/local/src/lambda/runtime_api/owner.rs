//! Whose connection it is: a Runtime API serves the process that it was made for, and the group which that process leads.
//!
//! On AWS no other process can reach it, because it listens inside of the environment's virtual machine. Here it listens on a port of the
//! learner's machine, where any program may connect, a browser among them. So the operating system is asked, once for each connection,
//! who holds the other end. The environment's own process is tried first, because it nearly always is the one.
//!
//! That takes Linux's `/proc`. Elsewhere every process that reaches the port is served.

#[cfg(target_os = "linux")]
mod socket;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::net::TcpListener;

/// Who is at the other end of one connection.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    peer: SocketAddr,
    /// Our end.
    own: Option<SocketAddr>,
    is_owner: Arc<OnceLock<bool>>,
}

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Peer {
        Peer { peer: *stream.remote_addr(), own: stream.io().local_addr().ok(), is_owner: Arc::default() }
    }
}

impl Peer {
    /// Whether it is the process `owner`, or of its group. The system is asked at the first request only.
    pub(super) fn belongs_to(&self, owner: u32) -> bool {
        *self.is_owner.get_or_init(|| self.own.is_some_and(|own| holds(owner, self.peer, own)))
    }
}

/// Whether the connection from `peer` to `own`, our end of it, belongs to the process `owner` or to its group.
#[cfg(target_os = "linux")]
fn holds(owner: u32, peer: SocketAddr, own: SocketAddr) -> bool {
    socket::name(peer, own).is_some_and(|socket| {
        holder::has_open(owner, &socket)
            || holder::others_of_group(owner).any(|process| holder::has_open(process, &socket))
    })
}

#[cfg(not(target_os = "linux"))]
/// The system cannot be asked.
fn holds(_owner: u32, _peer: SocketAddr, _own: SocketAddr) -> bool {
    true
}

#[cfg(target_os = "linux")]
mod holder {
    use std::fs;
    use std::path::Path;

    /// Whether the process has that socket open.
    pub(super) fn has_open(process: u32, socket: &str) -> bool {
        let open = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
        open.map(|file| file.path()).any(|file| fs::read_link(file).is_ok_and(|target| target == Path::new(socket)))
    }

    /// The processes of the group that `leader` leads, without itself.
    pub(super) fn others_of_group(leader: u32) -> impl Iterator<Item = u32> {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        ids.filter(move |id| *id != leader && group(*id) == Some(leader))
    }

    /// The process group of a process: the third field after its name, which stands in parentheses and may contain any.
    fn group(process: u32) -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let (_, fields) = stat.rsplit_once(')')?;
        fields.split_ascii_whitespace().nth(2)?.parse().ok()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_connection_belongs_to_the_process_that_made_it_and_not_to_another() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap();
        let made = TcpStream::connect(own).unwrap();
        let peer = listener.accept().unwrap().1;
        assert_eq!(peer, made.local_addr().unwrap());
        let mut other = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        assert!(holds(std::process::id(), peer, own));
        assert!(!holds(other.id(), peer, own), "a child that was not given it");
        drop(other.stdin.take());
        other.wait().unwrap();
        drop(made);
        assert!(!holds(std::process::id(), peer, own), "nobody's any more");
    }
}
