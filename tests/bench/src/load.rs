//! One request, sent again and again: by one client that keeps its connection, and by many at once.

use std::net::SocketAddr;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::figure::Times;

/// Clients at once.
pub(crate) const CLIENTS: usize = 32;

/// What a server gave.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) times: Times,
    /// Requests a second.
    pub(crate) rate: f64,
}

/// A request, and where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// All of it.
    pub(crate) request: Vec<u8>,
}

impl Target {
    /// A `GET` of `path` below `url`, which is an address of this machine with a path or without.
    pub(crate) fn get(url: &str, path: &str) -> Target {
        let rest = url.strip_prefix("http://").expect("a local address");
        let (host, below) = rest.split_once('/').unwrap_or((rest, ""));
        let below = if below.is_empty() { String::new() } else { format!("/{below}") };
        Target {
            address: host.parse().expect("an address"),
            request: format!("GET {below}{path} HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes(),
        }
    }
}

/// The first answer, on a connection of its own.
///
/// # Errors
///
/// It is not a 200.
pub(crate) async fn first(target: &Target) -> Result<(), String> {
    Client::connect(target).await?.ask().await
}

/// What one client is given for so many requests, after one that is not counted.
///
/// # Errors
///
/// The first answer that is not a 200.
pub(crate) async fn one(target: &Target, requests: usize) -> Result<Load, String> {
    let mut client = Client::connect(target).await?;
    client.ask().await?;
    let began = Instant::now();
    let times = client.times(requests).await?;
    Ok(Load { rate: rate(requests, began), times })
}

/// What [`CLIENTS`] are given that send so many requests each.
///
/// # Errors
///
/// As [`one`].
pub(crate) async fn many(target: &Target, each: usize) -> Result<Load, String> {
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(Client::connect(target).await?);
    }
    // Each has been answered once before any is measured, all at the same time: a server starts as many functions as it wants to.
    let ready = clients.into_iter().map(|mut client| {
        tokio::spawn(async move {
            client.ask().await?;
            Ok::<Client, String>(client)
        })
    });
    let mut clients = Vec::new();
    for client in ready.collect::<Vec<_>>() {
        clients.push(client.await.map_err(|why| why.to_string())??);
    }
    let began = Instant::now();
    let tasks: Vec<_> =
        clients.into_iter().map(|mut client| tokio::spawn(async move { client.times(each).await })).collect();
    let mut times = Times::default();
    for task in tasks {
        times.append(task.await.map_err(|why| why.to_string())??);
    }
    Ok(Load { rate: rate(CLIENTS * each, began), times })
}

fn rate(requests: usize, began: Instant) -> f64 {
    requests as f64 / began.elapsed().as_secs_f64()
}

/// One kept-alive connection that sends the same request again and again, and stops at any answer but 200.
struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl Client {
    async fn connect(target: &Target) -> Result<Client, String> {
        let stream = TcpStream::connect(target.address).await.map_err(|why| format!("{}: {why}", target.address))?;
        stream.set_nodelay(true).map_err(|why| why.to_string())?;
        Ok(Client { stream, request: target.request.clone(), buffer: Vec::new() })
    }

    async fn times(&mut self, requests: usize) -> Result<Times, String> {
        let mut times = Times::default();
        for _ in 0..requests {
            let began = Instant::now();
            self.ask().await?;
            times.add(began.elapsed());
        }
        Ok(times)
    }

    async fn ask(&mut self) -> Result<(), String> {
        self.stream.write_all(&self.request).await.map_err(|why| why.to_string())?;
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.map_err(|why| why.to_string())?;
            if read == 0 {
                return Err("the connection was closed".to_string());
            }
            let Some(head) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(&self.buffer[..head]);
            if !text.starts_with("HTTP/1.1 200") {
                return Err(format!("answered {}", text.lines().next().unwrap_or_default()));
            }
            let length = text
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let length = length.and_then(|(_, value)| value.trim().parse::<usize>().ok());
            if self.buffer.len() >= head + 4 + length.ok_or("an answer without a length")? {
                return Ok(());
            }
        }
    }
}
