//! Whose connection it is: a Runtime API serves the process that it was made for, and the group which that process leads.
//!
//! On AWS nobody else can reach it, because it listens inside of the environment's virtual machine. Here it listens on a port of the
//! learner's machine, where any program may knock, a browser among them. So the system is asked who holds the other end of the
//! connection: once for each connection, and first of all the process itself, which it nearly always is.
//!
//! That takes Linux's `/proc`. Elsewhere whoever reaches the port is served.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::net::TcpListener;

/// Who is at the other end of one connection.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    peer: SocketAddr,
    /// The port that was called.
    port: u16,
    is_owner: Arc<OnceLock<bool>>,
}

impl Connected<IncomingStream<'_, TcpListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Caller {
        let port = stream.io().local_addr().map(|address| address.port()).unwrap_or_default();
        Caller { peer: *stream.remote_addr(), port, is_owner: Arc::default() }
    }
}

impl Caller {
    /// Whether it is the process `owner`, or of its group. The system is asked at the first request only.
    pub(super) fn belongs_to(&self, owner: u32) -> bool {
        *self.is_owner.get_or_init(|| holds(owner, self.peer, self.port))
    }
}

/// Whether the connection between `peer` and our `port` belongs to the process `owner` or to its group.
#[cfg(target_os = "linux")]
fn holds(owner: u32, peer: SocketAddr, port: u16) -> bool {
    linux::socket(peer.port(), port).is_some_and(|socket| {
        linux::has_open(owner, &socket)
            || linux::others_of_group(owner).any(|process| linux::has_open(process, &socket))
    })
}

#[cfg(not(target_os = "linux"))]
/// Nobody can be asked.
fn holds(_owner: u32, _peer: SocketAddr, _port: u16) -> bool {
    true
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::path::Path;

    /// The name under which a process has the socket open whose own port is `from` and whose other end is our port `to`:
    /// `socket:[12345]`.
    pub(super) fn socket(from: u16, to: u16) -> Option<String> {
        // A runtime may use IPv6 sockets for IPv4 addresses; those are in the other table.
        ["/proc/net/tcp", "/proc/net/tcp6"].iter().find_map(|table| find(&fs::read_to_string(table).ok()?, from, to))
    }

    /// A row is `sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …`, ports in
    /// hexadecimal. A socket that nobody has open any more has no inode.
    pub(super) fn find(table: &str, from: u16, to: u16) -> Option<String> {
        let (from, to) = (format!(":{from:04X}"), format!(":{to:04X}"));
        let inode = table.lines().find_map(|row| {
            // Most rows are others': the two ports are looked for before the row is taken apart.
            row.find(&from)?;
            let mut fields = row.split_ascii_whitespace().skip(1);
            let (own, other) = (fields.next()?, fields.next()?);
            (own.ends_with(&from) && other.ends_with(&to)).then(|| fields.nth(6)).flatten()
        })?;
        (inode != "0").then(|| format!("socket:[{inode}]"))
    }

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
    fn a_row_is_found_by_both_ports_and_one_without_a_holder_is_none() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 41 1 0 20 4 30 10 -1
   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 42 1 0 20 4 30 10 -1
   2: 0100007F:C351 0100007F:1F90 06 00000000:00000000 03:00000C00 00000000     0        0 0 3 0
";
        assert_eq!(linux::find(table, 50_000, 8_080).as_deref(), Some("socket:[42]"));
        assert_eq!(linux::find(table, 8_080, 50_000).as_deref(), Some("socket:[41]"));
        assert_eq!(linux::find(table, 50_001, 8_080), None);
        assert_eq!(linux::find(table, 50_000, 8_081), None);
    }

    #[test]
    fn a_connection_belongs_to_the_process_that_made_it_and_not_to_another() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, made) =
            (listener.local_addr().unwrap().port(), TcpStream::connect(listener.local_addr().unwrap()).unwrap());
        let peer = listener.accept().unwrap().1;
        assert_eq!(peer, made.local_addr().unwrap());
        let mut other = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        assert!(holds(std::process::id(), peer, port));
        assert!(!holds(other.id(), peer, port), "a child that was not given it");
        drop(other.stdin.take());
        other.wait().unwrap();
        drop(made);
        assert!(!holds(std::process::id(), peer, port), "nobody's any more");
    }
}
