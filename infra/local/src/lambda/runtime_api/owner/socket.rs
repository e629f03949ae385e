//! The socket at the other end of a connection within this machine, as the process sees it that has it open.
//!
//! The kernel answers that for one connection in some microseconds (`sock_diag`). Its table in `/proc/net/tcp` says the same for all
//! connections, including those that ended minutes ago: thousands of rows after a burst, and milliseconds at every cold start. So
//! the table is read only where the kernel refuses the question.

use std::fs;
use std::net::SocketAddr;

use rustix::io::Result;
use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with};

/// `SOCK_DIAG_BY_FAMILY`, a request for one socket and its answer.
const BY_FAMILY: u16 = 20;
/// `NLMSG_ERROR`: the socket does not exist.
const NO_SOCKET: u16 = 2;
const REQUEST: u16 = 1;
const TCP: u8 = 6;
const IPV4: u8 = 2;
/// The length of `struct nlmsghdr` with `struct inet_diag_req_v2`.
const LENGTH: u32 = 16 + 56;
/// Where the inode stands in the answer: after the header, and 68 bytes into `struct inet_diag_msg`.
const INODE: usize = 16 + 68;

/// The name under which a process has the socket open that is connected from `from` to `to`: `socket:[12345]`.
pub(super) fn name(from: SocketAddr, to: SocketAddr) -> Option<String> {
    let inode = asked_for(from, to).unwrap_or_else(|_| listed(from.port(), to.port()))?;
    Some(format!("socket:[{inode}]"))
}

/// Asks the kernel for one socket's inode.
fn asked_for(from: SocketAddr, to: SocketAddr) -> Result<Option<u32>> {
    let (SocketAddr::V4(from), SocketAddr::V4(to)) = (from, to) else { return Err(rustix::io::Errno::AFNOSUPPORT) };
    let mut request = Vec::new();
    request.extend(LENGTH.to_ne_bytes());
    request.extend([BY_FAMILY.to_ne_bytes(), REQUEST.to_ne_bytes()].concat());
    // Sequence number and sender, which one question needs none of.
    request.extend([0; 8]);
    request.extend([IPV4, TCP, 0, 0]);
    // In any state.
    request.extend(u32::MAX.to_ne_bytes());
    request.extend([from.port().to_be_bytes(), to.port().to_be_bytes()].concat());
    for address in [from.ip(), to.ip()] {
        request.extend(address.octets());
        request.extend([0; 12]);
    }
    // Any interface, and no cookie of an earlier answer.
    request.extend([0; 4]);
    request.extend([0xFF; 8]);

    let kernel = socket_with(AddressFamily::NETLINK, SocketType::DGRAM, SocketFlags::CLOEXEC, Some(SOCK_DIAG))?;
    sendto(&kernel, &request, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
    let mut answer = [0; 512];
    // The answer is there when the question has been sent.
    let (_, length) = recv(&kernel, &mut answer, RecvFlags::DONTWAIT)?;
    let kind = u16::from_ne_bytes([answer[4], answer[5]]);
    if kind == NO_SOCKET {
        return Ok(None);
    }
    if kind != BY_FAMILY || length < INODE + 4 {
        return Err(rustix::io::Errno::PROTO);
    }
    let inode = u32::from_ne_bytes([answer[INODE], answer[INODE + 1], answer[INODE + 2], answer[INODE + 3]]);
    // A socket that nobody has open any more has none.
    Ok(Some(inode).filter(|inode| *inode != 0))
}

/// Looks for the socket's inode in the kernel's tables. A runtime may use IPv6 sockets for IPv4 addresses; those are in the second.
fn listed(from: u16, to: u16) -> Option<u32> {
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().find_map(|table| find(&fs::read_to_string(table).ok()?, from, to))
}

/// A row is `sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …`, ports in
/// hexadecimal.
fn find(table: &str, from: u16, to: u16) -> Option<u32> {
    let (from, to) = (format!(":{from:04X}"), format!(":{to:04X}"));
    let inode = table.lines().find_map(|row| {
        let mut fields = row.split_ascii_whitespace().skip(1);
        let (own, other) = (fields.next()?, fields.next()?);
        (own.ends_with(&from) && other.ends_with(&to)).then(|| fields.nth(6)).flatten()
    })?;
    inode.parse().ok().filter(|inode| *inode != 0)
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsRawFd;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_row_is_found_by_both_ports_and_one_without_a_holder_is_none() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 41 1 0 20 4 30 10 -1
   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 42 1 0 20 4 30 10 -1
   2: 0100007F:C351 0100007F:1F90 06 00000000:00000000 03:00000C00 00000000     0        0 0 3 0
";
        assert_eq!(find(table, 50_000, 8_080), Some(42));
        assert_eq!(find(table, 8_080, 50_000), Some(41));
        assert_eq!(find(table, 50_001, 8_080), None);
        assert_eq!(find(table, 50_000, 8_081), None);
    }

    #[test]
    fn the_kernel_and_its_table_say_the_same() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let made = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, from) = listener.accept().unwrap();
        let to = accepted.local_addr().unwrap();
        let link = fs::read_link(format!("/proc/self/fd/{}", made.as_raw_fd())).unwrap();
        assert_eq!(name(from, to).map(Into::into), Some(link));
        let asked = asked_for(from, to).unwrap_or_else(|_| listed(from.port(), to.port()));
        assert_eq!(asked, listed(from.port(), to.port()));
        drop(made);
        // A program that another test is starting holds a copy of it for an instant.
        let began = Instant::now();
        while name(from, to).is_some() {
            assert!(began.elapsed() < Duration::from_secs(10), "nobody has it open any more");
            std::thread::yield_now();
        }
    }
}
