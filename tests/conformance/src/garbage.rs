//! What nobody should send: one generator for every socket of the local cloud.
//!
//! Each socket gives the requests that it understands; they come back changed, cut, doubled, sent ahead of each other, with
//! headers that are too long and too many, and between them bytes that are not a request at all. The numbers are drawn from
//! a seed, so that what fails today fails tomorrow.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long a socket may take to end with a client that says nothing more.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections at once.
const AT_ONCE: usize = 16;

/// Pieces of HTTP, in no order.
const PIECES: [&str; 22] = [
    "GET ",
    "POST ",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "/",
    "/%zz",
    "/../..",
    " HTTP/1.1\r\n",
    " HTTP/9.9\r\n",
    "\r\n",
    "\n",
    "\r\n\r\n",
    "Host: 127.0.0.1\r\n",
    "Host: rebound.example\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: -1\r\n",
    "Content-Length: 99999999999999999999\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Connection: keep-alive\r\n",
    "Expect: 100-continue\r\n",
    "fffffffffffffffff\r\n",
    "0\r\n\r\n",
    "\u{d55c}\u{ae00}",
];

/// An endless row of requests, most of them broken.
#[derive(Debug)]
pub struct Garbage {
    state: u64,
    understood: Vec<Vec<u8>>,
}

/// What became of requests.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Thrown {
    /// How many were answered with each status, by the first answer of a connection.
    pub answered: BTreeMap<u16, usize>,
    /// How many connections ended without a word, which is a socket's right.
    pub silent: usize,
}

impl Garbage {
    /// From `seed`, around requests that the socket understands.
    pub fn new(seed: u64, understood: &[String]) -> Garbage {
        Garbage { state: seed, understood: understood.iter().map(|text| text.clone().into_bytes()).collect() }
    }

    /// Marsaglia's xorshift, and a number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 11).unwrap_or_default() % end.max(1)
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| u8::try_from(self.below(256)).unwrap_or_default()).collect()
    }

    fn one(&mut self) -> Vec<u8> {
        let at = self.below(self.understood.len());
        self.understood[at].clone()
    }

    /// What one connection is sent.
    pub fn draw(&mut self) -> Vec<u8> {
        match self.below(16) {
            0 => self.bytes(400),
            1..=3 => self.soup(),
            4 => self.oversized(),
            5 => {
                // A body that never ends.
                let mut request = self.one();
                request.truncate(request.len() - self.below(request.len()));
                request
            }
            6 | 7 => (0..2 + self.below(6)).flat_map(|_| self.one()).collect(),
            8 => self.one(),
            _ => self.changed(),
        }
    }

    fn soup(&mut self) -> Vec<u8> {
        let mut soup = Vec::new();
        for _ in 0..self.below(14) {
            match self.below(5) {
                0 => soup.extend(self.bytes(40)),
                _ => soup.extend_from_slice(PIECES[self.below(PIECES.len())].as_bytes()),
            }
        }
        soup
    }

    /// A request with bytes changed, put in, doubled and taken out.
    fn changed(&mut self) -> Vec<u8> {
        let mut bytes = self.one();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len());
            match self.below(6) {
                0 => bytes[at] = u8::try_from(self.below(256)).unwrap_or_default(),
                1 => bytes.insert(at, u8::try_from(self.below(256)).unwrap_or_default()),
                2 => bytes.truncate(at.max(1)),
                3 => bytes.extend_from_within(at..),
                4 => drop(bytes.drain(at / 2..at)),
                _ => drop(bytes.splice(at..at, PIECES[self.below(PIECES.len())].bytes())),
            }
            if bytes.is_empty() {
                bytes.push(b'\n');
            }
        }
        bytes
    }

    /// A request with a header, or a path, that is too long, or with too many headers.
    fn oversized(&mut self) -> Vec<u8> {
        let request = self.one();
        let line = request.iter().position(|byte| *byte == b'\n').map_or(request.len(), |at| at + 1);
        let (first, rest) = request.split_at(line);
        let length = 1 << (10 + self.below(9));
        let (first, more) = match self.below(3) {
            0 => (first.to_vec(), format!("X-Long: {}\r\n", "x".repeat(length))),
            1 => (first.to_vec(), "X-Many: 1\r\n".repeat(length / 128)),
            _ => {
                let long = format!("/{} ", "x".repeat(length));
                (String::from_utf8_lossy(first).replacen("/ ", &long, 1).into_bytes(), String::new())
            }
        };
        [&first, more.as_bytes(), rest].concat()
    }

    /// Throws `count` of them at `address`, many at once.
    ///
    /// # Panics
    ///
    /// A socket that does not end, with what it was sent.
    pub async fn throw(&mut self, address: SocketAddr, count: usize) -> Thrown {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut connections = JoinSet::new();
        for _ in 0..count {
            let bytes = self.draw();
            let place = Arc::clone(&places).acquire_owned().await;
            connections.spawn(async move {
                let status = status_of(address, &bytes).await;
                drop(place);
                status
            });
        }
        let mut thrown = Thrown::default();
        while let Some(status) = connections.join_next().await {
            match status.expect("every connection comes to an end") {
                Some(status) => *thrown.answered.entry(status).or_default() += 1,
                None => thrown.silent += 1,
            }
        }
        thrown
    }
}

/// Sends everything, says that nothing more will come, and reads to the end. The status of the first answer, if there was
/// one.
async fn status_of(address: SocketAddr, bytes: &[u8]) -> Option<u16> {
    let exchange = async {
        let stream = TcpStream::connect(address).await.expect("somebody listens");
        let (mut reading, mut writing) = stream.into_split();
        let mut answer = Vec::new();
        let write = async {
            // The other side may have had enough in the middle of it, which is its right; so may it with what it says.
            let _ = writing.write_all(bytes).await;
            let _ = writing.shutdown().await;
        };
        let (_, _) = tokio::join!(write, reading.read_to_end(&mut answer));
        answer
    };
    let answer = timeout(PATIENCE, exchange).await;
    let answer = answer.unwrap_or_else(|_| panic!("no end after {:?}", String::from_utf8_lossy(bytes)));
    let line = answer.split(|byte| *byte == b'\n').next().unwrap_or_default();
    std::str::from_utf8(line).ok()?.split(' ').nth(1)?.parse().ok()
}
