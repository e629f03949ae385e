//! Nobody else reaches the engine, and it outlives what breaks a connection.

use std::sync::Arc;

use tokio::io::AsyncReadExt;

use super::*;

fn database() -> Database {
    Database::memory().unwrap()
}

fn health() -> Request<Full<Bytes>> {
    Request::get("/").body(Full::default()).unwrap()
}

/// More headers than an HTTP server takes, which answers that by hanging up.
fn breaking() -> Request<Full<Bytes>> {
    let mut request = health();
    for name in 0..150 {
        let name = http::HeaderName::from_bytes(format!("x-{name}").as_bytes()).unwrap();
        request.headers_mut().insert(name, http::HeaderValue::from_static("1"));
    }
    request
}

#[tokio::test]
async fn nobody_is_let_in_later() {
    let mut connection = open(&database()).await.unwrap();
    match TcpStream::connect(connection.address).await {
        Err(refused) => assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused),
        Ok(_) if cfg!(target_os = "linux") => panic!("somebody listens at {}", connection.address),
        // In line, and there for ever: what is asked is not read.
        Ok(stranger) => {
            assert!(stranger.try_write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap() > 0);
            assert_eq!(connection.send(health()).await.unwrap().status(), StatusCode::OK);
            assert_eq!(stranger.try_read(&mut [0]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        }
    }
    assert_eq!(connection.send(health()).await.unwrap().status(), StatusCode::OK);
}

/// The system's own list: no socket of this process listens (0A) at the connection's port.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn no_listening_socket_is_left() {
    let connection = open(&database()).await.unwrap();
    let port = format!(":{:04X}", connection.address.port());
    let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let states = |end: usize| -> Vec<&str> {
        let fields = sockets.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        fields.filter(|fields| fields[end].ends_with(&port)).map(|fields| fields[3]).collect()
    };
    assert!(!states(1).contains(&"0A"), "{sockets}");
    // The list is the right one: both ends of the connection stand in it.
    assert!(states(1).contains(&"01") && states(2).contains(&"01"), "{sockets}");
}

#[tokio::test]
async fn other_clients_in_the_queue_are_hung_up_on_before_a_byte_is_read() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut stranger = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    assert!(stranger.try_write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap() > 0);
    let failed = thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(connect(listener, &database())).map(drop).unwrap_err().to_string()
    });
    assert_eq!(failed.join().unwrap(), "somebody else connected at the same time");
    let mut answer = Vec::new();
    // A reset is a hang-up as well.
    drop(stranger.read_to_end(&mut answer).await);
    assert_eq!(String::from_utf8_lossy(&answer), "");
}

#[tokio::test]
async fn a_broken_connection_is_replaced() {
    let engine = Engine::new(database(), STACK);
    for _ in 0..2 * THREADS {
        let broken = engine.call(breaking()).await;
        assert!(broken.as_ref().map_or(true, |answer| answer.status() != StatusCode::OK), "{broken:?}");
        assert_eq!(engine.call(health()).await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn calls_wait_for_their_turn() {
    let engine = Arc::new(Engine::new(database(), STACK));
    for _ in 0..3 {
        engine.call(health()).await.unwrap();
        assert_eq!(engine.idle().len(), 1, "one caller needs one thread");
    }
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..500 {
        let engine = engine.clone();
        calls.spawn(async move { engine.call(health()).await.unwrap().status() });
    }
    let answered = calls.join_all().await;
    assert!(answered.iter().all(|status| *status == StatusCode::OK));
    assert_eq!(answered.len(), 500);
    assert_eq!(engine.idle().len(), THREADS);
}

/// A caller that goes away leaves its thread to the next one.
#[tokio::test]
async fn a_caller_that_goes_away_blocks_nobody() {
    let engine = Engine::new(database(), STACK);
    for _ in 0..4 * THREADS {
        let mut call = Box::pin(engine.call(health()));
        // Polled once, so that the call is on its way; as a rule its answer is not there yet.
        std::future::poll_fn(|context| {
            drop(call.as_mut().poll(context));
            Poll::Ready(())
        })
        .await;
        drop(call);
    }
    assert_eq!(engine.call(health()).await.unwrap().status(), StatusCode::OK);
    assert!((1..=THREADS).contains(&engine.idle().len()), "{} threads", engine.idle().len());
}
