//! Nothing that a function started outlives it, and idle environments do not stay for ever.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::time::{Duration, Instant};

use journeys::processes::{carrying, until};
use local::cloud::{Boot, Cloud};
use local::lambda::InvokeRequest;
use local::programs::{Program, Programs};
use tempfile::TempDir;

/// How long what was ended may still be there.
const SOON: Duration = Duration::from_secs(3);

/// A cloud with one function, `guest`, which stops after `timeout` seconds and carries a variable of this test's.
struct Guest {
    cloud: Cloud,
    variable: String,
    folder: TempDir,
}

impl Guest {
    async fn boot(name: &str, timeout: u32) -> Guest {
        let folder = tempfile::tempdir().expect("a folder");
        let mark = format!("{name}-{}", std::process::id());
        let file = folder.path().join("template.yaml");
        std::fs::write(&file, template(&mark, &folder.path().join("go"), timeout)).expect("a file");
        let program = Program::at(journeys::guest().await);
        let cloud = Cloud::boot(Boot::new(file, Programs::Given(program))).await.expect("it boots");
        Guest { cloud, variable: format!("JOURNEY={mark}"), folder }
    }

    async fn invoke(&self, event: &str) -> Option<&'static str> {
        self.cloud
            .lambda()
            .invoke("guest", InvokeRequest::with(format!("\"{event}\"")))
            .await
            .expect("it is run")
            .function_error
    }

    /// The function's processes and what they started.
    fn processes(&self) -> Vec<u32> {
        carrying(&self.variable)
    }

    /// Waits for the function, its child, and the one in a session of its own: what replaces its program carries nothing meanwhile.
    async fn all_three(&self) {
        until(SOON, "all three are there", || self.processes().len(), |there| *there == 3).await;
    }
}

fn template(mark: &str, holds: &Path, timeout: u32) -> String {
    let properties = format!(
        "      FunctionName: guest
      Environment: {{Variables: {{JOURNEY: {mark}, GUEST_HOLDS: {}}}}}
",
        holds.display()
    );
    let guest = journeys::guest_resource("Guest", timeout, &properties);
    format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{guest}")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_started_ends_with_an_invocation_that_fails() {
    for (event, why) in [("grandchildren exits", "it exits"), ("grandchildren spins", "it times out")] {
        let guest = Guest::boot("fails", 1).await;
        assert_eq!(guest.invoke(event).await, Some("Unhandled"), "{why}");
        until(SOON, why, || guest.processes(), Vec::is_empty).await;
        guest.cloud.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_started_stays_while_it_is_idle_and_ends_with_the_cloud() {
    let guest = Guest::boot("shutdown", 30).await;
    assert_eq!(guest.invoke("grandchildren").await, None);
    guest.all_three().await;
    let variable = guest.variable.clone();
    guest.cloud.shutdown().await;
    assert_eq!(carrying(&variable), [0; 0], "the end is waited for");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_started_ends_with_a_cloud_that_is_dropped() {
    let guest = Guest::boot("dropped", 30).await;
    assert_eq!(guest.invoke("grandchildren").await, None);
    guest.all_three().await;
    let variable = guest.variable.clone();
    drop(guest);
    until(SOON, "they end", || carrying(&variable), Vec::is_empty).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_between_two_invocations_takes_along_what_it_started() {
    let guest = Guest::boot("dies", 30).await;
    assert_eq!(guest.invoke("grandchildren").await, None);
    let id = guest.cloud.lambda().process_ids("guest")[0];
    let killed = std::process::Command::new("kill").args(["-KILL", &id.to_string()]).status();
    assert!(killed.expect("kill runs").success());
    // An event that is sent while the process dies is lost with it, as on AWS.
    until(SOON, "it is gone", || guest.cloud.lambda().idle_environments("guest"), |idle| *idle == 0).await;
    assert_eq!(guest.invoke("again").await, None, "another process serves it");
    until(SOON, "only that one is there", || guest.processes().len(), |there| *there == 1).await;
    guest.cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn most_environments_of_a_burst_go_after_a_minute_and_the_last_after_seven() {
    const BURST: usize = 12;
    let guest = Guest::boot("burst", 60).await;
    let lambda = guest.cloud.lambda().clone();
    let call =
        |lambda: local::lambda::Lambda| async move { lambda.invoke("guest", InvokeRequest::with("\"holds\"")).await };
    let burst: Vec<_> = (0..BURST).map(|_| tokio::spawn(call(lambda.clone()))).collect();
    until(Duration::from_secs(20), "all run at once", || lambda.process_ids("guest").len(), |ids| *ids == BURST).await;
    std::fs::write(guest.folder.path().join("go"), "").expect("a file");
    for invocation in burst {
        assert_eq!(invocation.await.expect("it ends").expect("it is run").function_error, None);
    }
    let now = Instant::now();
    let idle_after = async |seconds| {
        lambda.retire_idle(now + Duration::from_secs(seconds)).await;
        (lambda.idle_environments("guest"), lambda.process_ids("guest").len(), guest.processes().len())
    };
    assert_eq!(idle_after(30).await, (BURST, BURST, BURST));
    let last = lambda.process_ids("guest");
    assert_eq!(idle_after(61).await, (4, 4, 4), "their processes are gone when it returns");
    assert!(lambda.process_ids("guest").iter().all(|id| last.contains(id)));
    assert_eq!(guest.invoke("again").await, None, "and those that are left serve");
    assert_eq!(lambda.process_ids("guest").len(), 4);
    assert_eq!(idle_after(8 * 60).await, (0, 0, 0));
    assert_eq!(guest.invoke("again").await, None, "a cold start, and nothing else");
    guest.cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_with_invocations_that_never_end_shuts_down_at_once() {
    let guest = Guest::boot("never", 600).await;
    for event in ["grandchildren hangs", "grandchildren spins"] {
        let lambda = guest.cloud.lambda().clone();
        tokio::spawn(async move { lambda.invoke("guest", InvokeRequest::with(format!("\"{event}\""))).await });
    }
    until(Duration::from_secs(20), "both run", || guest.processes().len(), |there| *there == 6).await;
    let (variable, began) = (guest.variable.clone(), Instant::now());
    guest.cloud.shutdown().await;
    assert!(began.elapsed() < Duration::from_millis(2_500), "{:?}", began.elapsed());
    assert_eq!(carrying(&variable), [0; 0]);
}
