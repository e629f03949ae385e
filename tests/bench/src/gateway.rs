//! The way of a request through the local cloud: cold, warm, and from many clients at once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use local::cloud::{Boot, Cloud};
use local::programs::{Program, Programs};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Figure, median, millis, runtime};

/// How many cold starts are measured.
const COLD: usize = 9;
/// Requests of one kept-alive client.
const WARM: usize = 5_000;
/// Clients at once, and the requests of each.
const CLIENTS: usize = 16;
const EACH: usize = 500;

pub(crate) fn figures() -> Vec<Figure> {
    let runtime = runtime();
    let executable = runtime.block_on(journeys::executable());
    let binaries = executable.parent().expect("a folder").to_path_buf();
    let profile = binaries.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let cold: Vec<Duration> = (0..COLD).map(|_| runtime.block_on(first_reply(&binaries))).collect();
    let (one, many) = runtime.block_on(warm(&binaries));
    let label = |what: &str| format!("{what} ({profile} build)");
    vec![
        Figure::new(label("board-api: first cold reply through the API"), millis(median(cold)), "150 ms debug"),
        Figure::new(label("hello function: one kept-alive client"), format!("{one:.0} req/s"), "2,000 req/s release"),
        Figure::new(label("hello function: 16 clients"), format!("{many:.0} req/s"), "no error"),
    ]
}

async fn cloud(binaries: &std::path::Path, lab: &str) -> Cloud {
    let binary = binaries.join(format!("solution-{lab}{}", std::env::consts::EXE_SUFFIX));
    assert!(binary.is_file(), "build it first: cargo build -p solution-{lab}");
    let template: PathBuf = journeys::root().join(format!("solutions/solution-{lab}/template.yaml"));
    let boot = Boot { parameters: BTreeMap::new(), ..Boot::new(template, Programs::Given(Program::at(binary))) };
    Cloud::boot(boot).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn first_reply(binaries: &std::path::Path) -> Duration {
    let cloud = cloud(binaries, "05").await;
    let url = cloud.api_url().expect("the lab has an API");
    let mut client = Client::connect(&url, "/board").await;
    let began = Instant::now();
    client.get().await;
    let took = began.elapsed();
    cloud.shutdown().await;
    took
}

/// Requests a second of one client and of many.
async fn warm(binaries: &std::path::Path) -> (f64, f64) {
    let cloud = cloud(binaries, "01").await;
    let url = cloud.api_url().expect("the lab has an API");
    let mut client = Client::connect(&url, "/hello?name=Ada").await;
    client.get().await;
    let one = rate(WARM, async {
        for _ in 0..WARM {
            client.get().await;
        }
    })
    .await;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = Client::connect(&url, "/hello?name=Ada").await;
        client.get().await;
        clients.push(client);
    }
    let many = rate(CLIENTS * EACH, async {
        let tasks: Vec<_> = clients
            .into_iter()
            .map(|mut client| {
                tokio::spawn(async move {
                    for _ in 0..EACH {
                        client.get().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no request fails");
        }
    })
    .await;
    cloud.shutdown().await;
    (one, many)
}

async fn rate(requests: usize, work: impl Future<Output = ()>) -> f64 {
    let began = Instant::now();
    work.await;
    f64::from(u32::try_from(requests).unwrap_or(u32::MAX)) / began.elapsed().as_secs_f64()
}

/// One kept-alive connection that sends the same `GET` again and again, and stops at any answer but 200.
struct Client {
    stream: TcpStream,
    request: String,
    buffer: Vec<u8>,
}

impl Client {
    async fn connect(url: &str, path: &str) -> Client {
        let rest = url.strip_prefix("http://").expect("a local address");
        let (host, stage) = rest.split_once('/').expect("a stage");
        let address: SocketAddr = host.parse().expect("an address");
        let stream = TcpStream::connect(address).await.expect("the API listens");
        stream.set_nodelay(true).expect("an option that exists");
        let request = format!("GET /{stage}{path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        Client { stream, request, buffer: Vec::new() }
    }

    async fn get(&mut self) {
        self.stream.write_all(self.request.as_bytes()).await.expect("the connection holds");
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("the connection holds");
            assert_ne!(read, 0, "the connection was closed");
            let Some(head) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(&self.buffer[..head]);
            assert!(text.starts_with("HTTP/1.1 200"), "{text}");
            let length = text
                .lines()
                .find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("content-length")));
            let length: usize = length.and_then(|(_, value)| value.parse().ok()).expect("a length");
            if self.buffer.len() >= head + 4 + length {
                return;
            }
        }
    }
}
