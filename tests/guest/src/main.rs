//! A function that misbehaves as its event says, for tests that look at what is left of it.
//!
//! It speaks the Runtime API by hand, so that it is one small program. Words in the event make it do things, in this order:
//! `grandchildren` starts two processes that stay, one of them in a session of its own; `flood` prints 600 MB without a newline;
//! `calls` asks AWS for something and waits for the answer; `holds` waits for the file in `GUEST_HOLDS`; `spins` and `hangs` never
//! answer; `exits` exits. Otherwise it replies.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

/// One piece of what it prints.
const PIECE: usize = 1024 * 1024;

fn main() -> io::Result<()> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API").map_err(io::Error::other)?;
    let mut connection = BufReader::new(TcpStream::connect(&address)?);
    loop {
        let next = exchange(&mut connection, "GET /2018-06-01/runtime/invocation/next", "")?;
        behave(&next.body)?;
        let path = format!("POST /2018-06-01/runtime/invocation/{}/response", next.request_id);
        exchange(&mut connection, &path, r#"{"statusCode":200,"body":"ok"}"#)?;
    }
}

fn behave(event: &str) -> io::Result<()> {
    let asks = |word: &str| event.contains(word);
    if asks("grandchildren") {
        let quiet = |program: &str| {
            let mut command = Command::new(program);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        quiet("sleep").arg("600").spawn()?;
        quiet("setsid").args(["sleep", "600"]).spawn()?;
    }
    if asks("flood") {
        let (piece, mut out) = (vec![b'x'; PIECE], io::stdout().lock());
        for _ in 0..600 {
            out.write_all(&piece)?;
        }
        out.flush()?;
    }
    if asks("calls") {
        let endpoint = std::env::var("AWS_ENDPOINT_URL").map_err(io::Error::other)?;
        let mut service = TcpStream::connect(endpoint.trim_start_matches("http://"))?;
        service.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")?;
        service.read_to_end(&mut Vec::new())?;
    }
    if asks("holds") {
        let file = std::env::var("GUEST_HOLDS").map_err(io::Error::other)?;
        while !std::path::Path::new(&file).exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    if asks("spins") {
        loop {
            std::hint::spin_loop();
        }
    }
    if asks("hangs") {
        loop {
            std::thread::park();
        }
    }
    if asks("exits") {
        std::process::exit(3);
    }
    Ok(())
}

struct Answer {
    request_id: String,
    body: String,
}

fn exchange(connection: &mut BufReader<TcpStream>, request: &str, body: &str) -> io::Result<Answer> {
    let head = format!("{request} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n", body.len());
    connection.get_mut().write_all(format!("{head}{body}").as_bytes())?;
    let (mut request_id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        connection.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("lambda-runtime-aws-request-id") => {
                request_id = value.to_string();
            }
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().map_err(io::Error::other)?;
            }
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok(Answer { request_id, body: String::from_utf8_lossy(&body).into_owned() })
}
