//! A server for the loopback interface that costs next to nothing: one thread a connection, one write an answer.
//!
//! It stands in for what a function meets on Lambda. A real one would be a part of what is measured.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request, whole.
#[derive(Debug)]
pub(crate) struct Request {
    /// From the method to the empty line.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The method and the path.
    pub(crate) fn line(&self) -> (&str, &str) {
        let mut words = self.head.split(' ');
        (words.next().unwrap_or_default(), words.next().unwrap_or_default())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

/// A server that answers each request with the bytes that `answer` gives, and closes the connection where it gives none. Dropping it
/// ends it; connections end with their clients.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(Request) -> Option<Vec<u8>> + Send + Sync + 'static) -> io::Result<Server> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let is_over = Arc::new(AtomicBool::new(false));
        let (answer, over) = (Arc::new(answer), is_over.clone());
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(connection) = connection else { continue };
                let answer = answer.clone();
                // A client that goes away ends its connection, which is all that can go wrong with it.
                std::thread::spawn(move || drop(serve(connection, &*answer)));
            }
        });
        Ok(Server { address, is_over })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes it, so that it sees that it is over. It may be gone already.
        drop(TcpStream::connect(self.address));
    }
}

/// An answer as it is sent.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        bytes.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    bytes
}

fn serve(mut connection: TcpStream, answer: &dyn Fn(Request) -> Option<Vec<u8>>) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = Buffer::default();
    while let Some(head) = buffer.until(&mut connection, b"\r\n\r\n")? {
        let head = String::from_utf8_lossy(&head).into_owned();
        let is_chunked = header(&head, "transfer-encoding").is_some_and(|how| how.eq_ignore_ascii_case("chunked"));
        let body = if is_chunked {
            buffer.chunks(&mut connection)?
        } else {
            let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            buffer.exactly(&mut connection, length)?
        };
        let Some(bytes) = answer(Request { head, body }) else { break };
        connection.write_all(&bytes)?;
    }
    Ok(())
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// What was read of a connection and not yet used.
#[derive(Default)]
struct Buffer(Vec<u8>);

impl Buffer {
    fn more(&mut self, from: &mut TcpStream) -> io::Result<bool> {
        let mut bytes = [0; 16 * 1024];
        let read = from.read(&mut bytes)?;
        self.0.extend(&bytes[..read]);
        Ok(read > 0)
    }

    /// The bytes up to `end`, with it; nothing if the connection ends before they begin.
    fn until(&mut self, from: &mut TcpStream, end: &[u8]) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(at) = self.0.windows(end.len()).position(|bytes| bytes == end) {
                return Ok(Some(self.0.drain(..at + end.len()).collect()));
            }
            if !self.more(from)? {
                return if self.0.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
        }
    }

    fn exactly(&mut self, from: &mut TcpStream, length: usize) -> io::Result<Vec<u8>> {
        while self.0.len() < length {
            if !self.more(from)? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.0.drain(..length).collect())
    }

    fn chunks(&mut self, from: &mut TcpStream) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.until(from, b"\r\n")?.ok_or(io::ErrorKind::UnexpectedEof)?;
            let size = String::from_utf8_lossy(&line);
            let size = size.trim().split(';').next().unwrap_or_default();
            let size = usize::from_str_radix(size, 16).map_err(|_| io::ErrorKind::InvalidData)?;
            let chunk = self.exactly(from, size + 2)?;
            if size == 0 {
                return Ok(body);
            }
            body.extend(&chunk[..size]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_on_one_connection_are_answered_in_their_order_whatever_says_how_long_they_are() {
        let server = Server::start(|request| {
            let (method, path) = request.line();
            let said = format!("{method} {path} {:?} {}", request.header("a"), String::from_utf8_lossy(&request.body));
            Some(answer("200 OK", &[("B", "c")], said.as_bytes()))
        })
        .unwrap();
        let mut client = TcpStream::connect(server.address()).unwrap();
        client.write_all(b"GET /x HTTP/1.1\r\nA: 1\r\n\r\nPOST /y HTTP/1.1\r\nContent-Length: 2\r\n\r\nab").unwrap();
        client
            .write_all(b"POST /z HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ncd\r\n1\r\ne\r\n0\r\n\r\n")
            .unwrap();
        client.shutdown(std::net::Shutdown::Write).unwrap();
        let mut said = String::new();
        client.read_to_string(&mut said).unwrap();
        let bodies: Vec<&str> = said.split("\r\n\r\n").skip(1).collect();
        let bodies: Vec<&str> = bodies.iter().map(|body| body.split("HTTP/1.1").next().unwrap()).collect();
        assert_eq!(bodies, ["GET /x Some(\"1\") ", "POST /y None ab", "POST /z None cde"]);
    }
}
