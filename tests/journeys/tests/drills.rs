//! A drill as a learner goes through it: a complaint, a look, a repair that is saved, a judgement, and nothing left behind.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use journeys::processes::{children_of, runs, until};
use journeys::{Ask, ask, executable, root};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

/// How long what was ended may still be there.
const SOON: Duration = Duration::from_secs(3);

type Output = Lines<BufReader<ChildStdout>>;

/// `drill 04` with files and results in `kept`.
async fn drill(kept: &Path, step: &[&str]) -> Command {
    let mut command = Command::new(executable().await);
    command.args(["drill", "04", "--folder"]).arg(kept).args(step).current_dir(root()).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
    command
}

/// How a step ended, and what it said.
async fn said(kept: &Path, step: &[&str]) -> (bool, String) {
    let output = drill(kept, step).await.output().await.expect("it runs");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Everything up to the line that ends so.
async fn until_line(output: &mut Output, end: &str) -> String {
    let mut text = String::new();
    loop {
        let line = output.next_line().await.expect("its output is text").expect("it runs");
        text.push_str(&line);
        text.push('\n');
        if line.ends_with(end) {
            return text;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_is_seen_repaired_judged_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = folder.path();
    let mut child = drill(kept, &[]).await.spawn().expect("it starts");
    let id = child.id().expect("it runs");
    let mut output = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
    let opening = until_line(&mut output, "Ctrl-C stops it.").await;
    assert!(opening.contains("every call is a 403") && !opening.contains("StageName"), "{opening}");
    let line = opening.lines().find(|line| line.trim().starts_with("API")).expect("it says where the API is");
    let board = format!("{}/board", line.split_whitespace().last().expect("an address"));
    assert_eq!(ask(Ask::get(&board)).await.status, 403);

    let (holds, text) = said(kept, &["check"]).await;
    assert!(!holds && text.contains("The address that callers have is not there"), "{text}");
    let record = std::fs::read_to_string(kept.join("drills.toml")).expect("it is noted");
    assert!(
        record.contains("number = \"04\"") && record.contains("state = \"failed\"") && record.contains("repair"),
        "{record}"
    );

    // Saving the template deploys it.
    let template = kept.join("drills/04/template.yaml");
    let broken = std::fs::read_to_string(&template).expect("it is there to be repaired");
    std::fs::write(&template, broken.replace("!Sub '${Stage}-2'", "!Ref Stage")).expect("it can be written");
    until_line(&mut output, "UPDATE_COMPLETE       AWS::CloudFormation::Stack          board").await;
    assert_eq!(ask(Ask::get(&board)).await.status, 200);

    let wrong = ["check", "--answers", "1,1,2", "--evidence", "x-amzn-ErrorType: ForbiddenException"];
    let (solved, text) = said(kept, &wrong).await;
    assert!(!solved && text.contains("Not yet: hop."), "{text}");
    let right = ["check", "--answers", "1,3,2", "--evidence", "x-amzn-ErrorType: ForbiddenException"];
    let (solved, text) = said(kept, &right).await;
    assert!(solved && text.contains("Solved."), "{text}");

    let functions = children_of(id);
    assert!(!functions.is_empty(), "its function runs");
    let kill = Command::new("kill").args(["-INT", &id.to_string()]).status().await.expect("kill runs");
    assert!(kill.success());
    assert!(child.wait().await.expect("it ends").success());
    until(SOON, "its functions end", || functions.iter().filter(|id| runs(**id)).count(), |left| *left == 0).await;
    assert!(!kept.join("drills/04/data/running.json").exists());

    let (done, text) = said(kept, &["reset"]).await;
    assert!(done && text.contains("template.yaml.before"), "{text}");
    assert_eq!(std::fs::read_to_string(&template).expect("it is there"), broken);
}
