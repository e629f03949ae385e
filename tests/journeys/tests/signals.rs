//! However the command ends, nothing of it stays: not its functions, not what they started, not even what left their group.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::time::{Duration, Instant};

use journeys::Board;
use journeys::processes::{carrying, children_of, runs, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long anything may still be there.
const SOON: Duration = Duration::from_secs(3);

/// Two functions: one that does what its path says, and one in a VPC from which no service can be reached.
fn template(folder: &Path, mark: &str) -> std::path::PathBuf {
    let function = |name: &str, more: &str| {
        let environment = format!("      Environment: {{Variables: {{JOURNEY: {mark}}}}}\n{more}");
        journeys::guest_resource(name, 28, &environment)
    };
    let text = format!(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  Network: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
  Private: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}}}}
  Group: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: The function's, VpcId: !Ref Network}}}}
{}{}",
        function(
            "Guest",
            "      Events:
        Hello: {Type: Api, Properties: {Path: /hello, Method: GET}}
        Words: {Type: Api, Properties: {Path: '/{words}', Method: GET}}
"
        ),
        function(
            "Secluded",
            "      VpcConfig: {SubnetIds: [!Ref Private], SecurityGroupIds: [!Ref Group]}
      Events:
        Calls: {Type: Api, Properties: {Path: /calls, Method: GET}}
"
        )
    );
    let file = folder.join("template.yaml");
    std::fs::write(&file, text).expect("a file");
    file
}

/// A connection over which `url` was asked for, and which stays open.
async fn asked(url: &str) -> TcpStream {
    let (address, path) = url.trim_start_matches("http://").split_once('/').expect("a URL with a path");
    let mut connection = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    connection.write_all(request.as_bytes()).await.expect("it reads");
    connection
}

/// Sends `signal` to a board that is as busy as can be, and asserts that nothing is left. Returns its exit code and how long it took.
async fn after(signal: &str) -> (Option<i32>, Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    let mark = format!("{signal}-{}", std::process::id());
    let board = Board::of(&folder.path().join("data"), &template(folder.path(), &mark)).await;
    assert_eq!(board.get("/grandchildren").await.status, 200);
    let mut connections = Vec::new();
    for path in ["/grandchildren-hangs", "/spins", "/calls"] {
        connections.push(asked(&board.url("api", path)).await);
    }
    for which in ["book", "api", "aws"] {
        let mut kept_alive = asked(&board.url(which, "/")).await;
        assert_ne!(kept_alive.read(&mut [0; 16]).await.expect("it answers"), 0);
        connections.push(kept_alive);
    }
    let variable = format!("JOURNEY={mark}");
    // Three functions that do not answer, one of them warm before; twice two grandchildren.
    until(Duration::from_secs(20), "all are busy", || carrying(&variable).len(), |there| *there >= 7).await;
    let children = children_of(board.pid());
    assert!(children.len() >= 4, "three functions and the watchdog: {children:?}");
    let began = Instant::now();
    let sent = std::process::Command::new("kill").args([&format!("-{signal}"), &board.pid().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    let (code, _) = tokio::time::timeout(SOON, board.ended()).await.expect("the command ends");
    let took = began.elapsed();
    let left = SOON.saturating_sub(took);
    until(left, "nothing is left", || carrying(&variable), Vec::is_empty).await;
    let still = || children.iter().copied().filter(|child| runs(*child)).collect::<Vec<_>>();
    until(SOON, "the watchdog has gone too", still, Vec::is_empty).await;
    (code, took)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_after_a_signal_that_asks_for_the_end() {
    for signal in ["INT", "TERM", "HUP", "QUIT"] {
        let (code, took) = after(signal).await;
        assert_eq!(code, Some(0), "after {signal}");
        assert!(took < Duration::from_millis(2_500), "after {signal}: {took:?}");
        eprintln!("after SIG{signal}: {took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_after_a_signal_that_nobody_can_handle() {
    let (code, _) = after("KILL").await;
    assert_eq!(code, None, "it was killed");
}
