//! The Runtime API over sockets: who is served, and how many may wait.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::*;

const NEXT: &str = "GET /2018-06-01/runtime/invocation/next";

/// The Runtime API of the process `owner`, and where it is.
async fn serve(owner: u32) -> (RuntimeApi, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let api = RuntimeApi::new(Clock::real(), owner, "arn".to_string(), Duration::from_secs(3));
    tokio::spawn(api.clone().serve(listener));
    (api, address)
}

/// Offers an event. The first channel says that it was taken, the second how it was answered.
fn offered(api: &RuntimeApi, id: &str) -> (oneshot::Receiver<std::time::Instant>, oneshot::Receiver<Answer>) {
    let (taken_to, taken) = oneshot::channel();
    let (answer_to, answer) = oneshot::channel();
    let request = InvokeRequest::with("{}");
    api.offer(PendingInvocation { request_id: id.to_string(), request, taken: taken_to, answer: answer_to });
    (taken, answer)
}

async fn send(address: SocketAddr, request: &str, body: &str) -> BufReader<TcpStream> {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let head = format!("{request} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    connection.write_all(head.as_bytes()).await.unwrap();
    BufReader::new(connection)
}

/// Status and body of an answer.
async fn answer(mut connection: BufReader<TcpStream>) -> (u16, String) {
    let (mut status, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        connection.read_line(&mut line).await.unwrap();
        status = status.or_else(|| line.split(' ').nth(1)?.parse().ok());
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            let mut body = vec![0; length];
            connection.read_exact(&mut body).await.unwrap();
            return (status.unwrap(), String::from_utf8(body).unwrap());
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_stranger_is_refused_and_changes_nothing() {
    let mut owner = std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
    let (api, address) = serve(owner.id()).await;
    let (mut taken, mut answered) = offered(&api, "a");
    for request in [
        NEXT,
        "POST /2018-06-01/runtime/invocation/a/response",
        "POST /2018-06-01/runtime/invocation/a/error",
        "POST /2018-06-01/runtime/init/error",
        "GET /",
    ] {
        let (status, body) = answer(send(address, request, "").await).await;
        assert_eq!(status, 403, "{request}");
        assert!(body.contains("\"Forbidden\"") && !body.contains("{}"), "{body}");
    }
    assert_eq!(*api.phase().borrow(), Phase::Starting, "nobody has asked, nobody has failed");
    assert!(taken.try_recv().is_err() && answered.try_recv().is_err());
    assert!(api.event_for_next().is_some(), "the event is there for its process");
    drop(owner.stdin.take());
    owner.wait().unwrap();
}

#[tokio::test]
async fn one_next_waits_at_a_time_and_another_may_when_its_connection_is_gone() {
    let (api, address) = serve(std::process::id()).await;
    let mut ready = api.phase();
    let first = send(address, NEXT, "").await;
    ready.wait_for(|phase| *phase == Phase::Ready).await.unwrap();
    let (status, body) = answer(send(address, NEXT, "").await).await;
    assert_eq!(status, 403);
    let message = "State transition from Started to Ready failed for runtime. Error: ErrGateIntegrity";
    assert_eq!(body, format!(r#"{{"errorMessage":"{message}","errorType":"InvalidStateTransition"}}"#));
    // Its connection breaks, and it asks again over another.
    drop(first);
    let second = send(address, NEXT, "").await;
    let (_taken, answered) = offered(&api, "a");
    assert_eq!(answer(second).await, (200, "{}".to_string()));
    assert_eq!(answer(send(address, NEXT, "").await).await.0, 200, "the same event once more");
    let response = "POST /2018-06-01/runtime/invocation/a/response";
    assert_eq!(answer(send(address, response, "\"done\"").await).await.0, 202);
    assert_eq!(answered.await.unwrap(), Answer::Response(Bytes::from_static(b"\"done\"")));
}
