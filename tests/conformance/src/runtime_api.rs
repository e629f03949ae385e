//! The harness for the Runtime API: the runner stands in for the function's process.
//!
//! A Runtime API answers its environment's process only. So the function's program makes no calls of its own. It names a port in its
//! log and passes on, byte for byte, what is sent there; the harness makes the case's call at that port. So the calls of a case are
//! the only ones that the environment hears, and they come from the process that may make them.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use local::cloud::Cloud;
use local::lambda::{InvokeRequest, Outcome, Refusal};
use serde_json::{Value, json};
use stack::Stack;
use tokio::task::JoinHandle;
use tokio::time;

use crate::case::{Case, Inexpressible, only_known};
use crate::ground::{self, FUNCTION, Ground};
use crate::invoke;
use crate::observed::{Answer, Observed};
use crate::socket::Ask;

/// How long the process may take to say where its Runtime API is.
const PATIENCE: Duration = Duration::from_secs(10);
/// Where a runtime asks for its next invocation.
pub const NEXT: &str = "/2018-06-01/runtime/invocation/next";

/// Sets `case` up and says what was observed.
pub async fn observe(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    only_known("given", &case.given, &["pending_invocation", "running", "already_responded", "phase"])?;
    let setup = ground::function(FUNCTION, Some(&json!({ "tells_runtime_api": true })), false)?;
    let group = setup.function.log_group.clone();
    let stack = Stack { name: "case".to_string(), functions: vec![setup.function], ..Stack::default() };
    let cloud = ground.boot(stack).await?;
    let invocation = invoked(&cloud);
    let address = address_told(&cloud, &group).await?;
    let observed = asked(case, address).await;
    invocation.abort();
    cloud.shutdown().await;
    observed
}

/// Brings the environment where the case wants it, and makes the case's call.
async fn asked(case: &Case, address: SocketAddr) -> Result<Observed, Inexpressible> {
    let mut call = invoke::request(case)?;
    if let Some(placeholder) = case.given.get("running") {
        let placeholder = placeholder.as_str().ok_or_else(|| Inexpressible::new("given.running"))?;
        let id = take(address).await?;
        if case.given.get("already_responded") == Some(&Value::Bool(true)) {
            let path = format!("/2018-06-01/runtime/invocation/{id}/response");
            send(address, "POST", &path, "{}").await?;
        }
        call.path = call.path.replace(placeholder, &id);
    }
    let answer = call.send(address).await.map_err(Inexpressible::new)?;
    Ok(Observed::of_answer(answer))
}

/// Asks for the invocation that waits; returns its id.
async fn take(address: SocketAddr) -> Result<String, Inexpressible> {
    let next = send(address, "GET", NEXT, "").await?;
    let id = next.values("lambda-runtime-aws-request-id").first().map(|id| (*id).to_string());
    id.ok_or_else(|| Inexpressible::new("an invocation without an id"))
}

async fn send(address: SocketAddr, method: &str, path: &str, body: &'static str) -> Result<Answer, Inexpressible> {
    let ask = Ask {
        method: method.to_string(),
        path: path.to_string(),
        headers: Vec::new(),
        body: Bytes::from_static(body.as_bytes()),
    };
    ask.send(address).await.map_err(Inexpressible::new)
}

/// An invocation, which starts the environment and waits for its answer.
fn invoked(cloud: &Cloud) -> JoinHandle<Result<Outcome, Refusal>> {
    let lambda = cloud.lambda().clone();
    tokio::spawn(async move { lambda.invoke(FUNCTION, InvokeRequest::with("{}")).await })
}

/// The port from which the environment's process passes calls on to its Runtime API, as it says in the log group `group`. Its lines are read while its init
/// phase lasts.
pub async fn address_told(cloud: &Cloud, group: &str) -> Result<SocketAddr, Inexpressible> {
    let mut changed = cloud.logs().changed();
    let told = async {
        loop {
            let lines = ground::lines(cloud, group);
            if let Some(address) = lines.iter().find_map(|line| line.strip_prefix("RUNTIME_API ")?.parse().ok()) {
                return address;
            }
            if changed.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    time::timeout(PATIENCE, told).await.map_err(|_| Inexpressible::new("an environment that does not start"))
}
