//! The way of a request through the local cloud: cold, warm, and from many clients at once; and through another emulator.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use local::cloud::{Boot, Cloud};
use local::programs::{Program, Programs};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::ministack::{self, Ministack};
use crate::{Figure, median, millis, runtime};

/// How many cold starts are measured.
const COLD: usize = 9;
/// Requests of one kept-alive client.
const WARM: usize = 5_000;
/// Clients at once, and the requests of each.
const CLIENTS: usize = 16;
const EACH: usize = 500;
/// A slower server is asked less: its rate shows all the same.
const FEWER: usize = 10;
/// How much faster than the other emulator the local cloud promises to be.
const TIMES: f64 = 10.0;

/// Requests a second.
struct Rates {
    /// Of one kept-alive client.
    one: f64,
    /// Of [`CLIENTS`] at once.
    many: f64,
}

pub(crate) fn figures() -> Vec<Figure> {
    let runtime = runtime();
    let own = std::env::current_exe().expect("a program knows its own path");
    // Cargo puts all programs of a profile side by side.
    let binaries = own.parent().expect("a folder").to_path_buf();
    let profile = binaries.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    build(profile == "release");
    let cold: Vec<Duration> = (0..COLD).map(|_| runtime.block_on(first_reply(&binaries))).collect();
    let own = runtime.block_on(warm(&binaries));
    let label = |what: &str| format!("{what} ({profile} build)");
    let version = env!("CARGO_PKG_VERSION");
    let mut figures = vec![
        Figure::new(label("board-api: first cold reply through the API"), millis(median(cold)), "150 ms debug"),
        Figure::new(
            label(&format!("local {version}: one client, kept alive")),
            rate_of(own.one),
            "2,000 req/s release",
        ),
        Figure::new(label(&format!("local {version}: {CLIENTS} clients")), rate_of(own.many), "no error"),
    ];
    figures.extend(compared(&runtime, &binaries.join(executable_of("01")), &own));
    figures
}

/// The same program behind ministack, and how the two compare.
fn compared(runtime: &tokio::runtime::Runtime, program: &Path, own: &Rates) -> Vec<Figure> {
    let other = match Ministack::start(program) {
        Ok(other) => other,
        Err(why) => return vec![Figure::new(format!("ministack {}", ministack::VERSION), why, "to compare with")],
    };
    let Ministack { url, version, .. } = &other;
    // Its own language is what it serves fastest, so the comparison is made with that too.
    let functions = [("the same program", "/hello?name=Ada"), ("the same in Python", "/python?name=Ada")];
    let compared = functions.map(|(function, path)| {
        let rates = runtime.block_on(measured(url, path, FEWER));
        let name = |what: &str| format!("ministack {version}, {function}: {what}");
        let times = own.one / rates.one;
        let bar = if times >= TIMES { "10, held" } else { "10, MISSED" };
        [
            Figure::new(name("one client, kept alive"), rate_of(rates.one), "to compare with"),
            Figure::new(name(&format!("{CLIENTS} clients")), rate_of(rates.many), "to compare with"),
            Figure::new(format!("local is N times as fast, one client ({function})"), format!("{times:.1}"), bar),
        ]
    });
    compared.into_iter().flatten().collect()
}

fn rate_of(requests: f64) -> String {
    format!("{requests:.0} req/s")
}

fn executable_of(lab: &str) -> String {
    format!("solution-{lab}{}", std::env::consts::EXE_SUFFIX)
}

/// Builds the functions that are measured, in the profile that measures.
fn build(release: bool) {
    let mut command = course::run::cargo();
    command.args(["build", "--quiet", "--package", "solution-01", "--package", "solution-05"]);
    command.current_dir(journeys::root()).args(release.then_some("--release"));
    assert!(command.status().expect("cargo runs").success(), "the functions build");
}

async fn cloud(binaries: &Path, lab: &str) -> Cloud {
    let binary = binaries.join(executable_of(lab));
    assert!(binary.is_file(), "{} is built", binary.display());
    let template = journeys::root().join(format!("solutions/solution-{lab}/template.yaml"));
    let boot = Boot::new(template, Programs::Given(Program::at(binary)));
    let boot = Boot { services: vec![dynamodb::SERVICE], ..boot };
    Cloud::boot(boot).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn first_reply(binaries: &Path) -> Duration {
    let cloud = cloud(binaries, "05").await;
    let url = cloud.api_url().expect("the lab has an API");
    let mut client = Client::connect(&url, "/board").await;
    let began = Instant::now();
    client.get().await;
    let took = began.elapsed();
    cloud.shutdown().await;
    took
}

/// The hello function of lab 01, warm.
async fn warm(binaries: &Path) -> Rates {
    let cloud = cloud(binaries, "01").await;
    let rates = measured(&cloud.api_url().expect("the lab has an API"), "/hello?name=Ada", 1).await;
    cloud.shutdown().await;
    rates
}

/// What the API at `url` gives one client of `path`, and what many; with `fewer` times as few requests.
async fn measured(url: &str, path: &str, fewer: usize) -> Rates {
    let mut client = Client::connect(url, path).await;
    client.get().await;
    let (warm, each) = (WARM / fewer, EACH / fewer);
    let one = rate(warm, async {
        for _ in 0..warm {
            client.get().await;
        }
    })
    .await;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = Client::connect(url, path).await;
        client.get().await;
        clients.push(client);
    }
    let many = rate(CLIENTS * each, async {
        let tasks: Vec<_> = clients
            .into_iter()
            .map(|mut client| {
                tokio::spawn(async move {
                    for _ in 0..each {
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
    Rates { one, many }
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
