//! The way to production, held to what it says of itself: the workflow and the roles that readers copy, and the tests that the page on
//! threats names.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read has found its fault")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The page that says which test shows what.
const THREATS: &str = "book/src/concepts/threats.md";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// The jobs of the workflow, each with its text.
fn jobs(workflow: &str) -> Vec<(&str, String)> {
    let (_, jobs) = workflow.split_once("\njobs:\n").expect("the workflow has jobs");
    let mut found: Vec<(&str, String)> = Vec::new();
    for line in jobs.lines() {
        let below = line.strip_prefix("  ").filter(|rest| !rest.starts_with([' ', '#']));
        match (below.and_then(|rest| rest.strip_suffix(':')), found.last_mut()) {
            (Some(name), _) => found.push((name, String::new())),
            (None, Some((_, text))) => text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    found
}

#[test]
fn every_action_is_pinned_to_a_commit() {
    let workflow = read("infra/production/deploy.yml");
    let actions: Vec<&str> = workflow.lines().filter_map(|line| line.trim().strip_prefix("- uses: ")).collect();
    assert!(actions.len() > 5, "{actions:?}");
    for action in actions {
        let (_, commit) = action.split_once('@').unwrap_or_default();
        let (commit, version) = commit.split_once(" # v").unwrap_or_default();
        assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action} can be moved");
        assert!(!version.is_empty(), "{action} does not say which version it is");
    }
}

/// A build script of a dependency may do what its job may do.
#[test]
fn what_has_rights_in_aws_builds_nothing() {
    let workflow = read("infra/production/deploy.yml");
    assert!(workflow.contains("\npermissions: {}\n"), "a job has what it asks for, and nothing else");
    let jobs = jobs(&workflow);
    let names: Vec<&str> = jobs.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["build", "plan", "deploy", "contract"]);
    for (name, job) in jobs {
        let has_rights = job.contains("id-token: write");
        assert_eq!(has_rights, ["plan", "deploy"].contains(&name), "{name}");
        assert_eq!(
            has_rights,
            job.contains("\n    environment: production"),
            "{name} has no environment that guards it"
        );
        for builds in ["cargo ", "sam build", "rustup "].iter().filter(|_| has_rights) {
            assert!(!job.contains(builds), "{name} builds with `{builds}`, and has rights");
        }
    }
    assert!(!workflow.contains("secrets."), "there is no key that could be lost");
}

#[test]
fn only_one_environment_of_one_repository_may_be_each_role() {
    let deployer = read("infra/production/deployer.yaml");
    let parts: Vec<&str> = deployer.split("Action: sts:AssumeRoleWithWebIdentity\n").skip(1).collect();
    assert_eq!(parts.len(), 2, "the planner and the deployer");
    for (part, environment) in parts.iter().zip(["PlanEnvironment", "Environment"]) {
        let conditions = part.split("      Policies:").next().unwrap();
        let lines: Vec<&str> = conditions.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let subject = format!(
            "token.actions.githubusercontent.com:sub: !Sub 'repo:${{Repository}}:environment:${{{environment}}}'"
        );
        assert_eq!(
            lines,
            [
                "Condition:",
                "StringEquals:",
                "token.actions.githubusercontent.com:aud: sts.amazonaws.com",
                subject.as_str()
            ]
        );
    }
}

#[test]
fn who_plans_cannot_execute_and_who_executes_cannot_plan() {
    let deployer = read("infra/production/deployer.yaml");
    let role = |name: &str| {
        let (_, rest) = deployer.split_once(&format!("\n  {name}:\n")).unwrap_or_else(|| panic!("there is no {name}"));
        rest.split("\n  # ----").next().unwrap().to_string()
    };
    let (planner, deployer) = (role("Planner"), role("Deployer"));
    assert!(planner.contains("CreateChangeSet") && !planner.contains("ExecuteChangeSet"), "{planner}");
    assert!(deployer.contains("ExecuteChangeSet") && !deployer.contains("CreateChangeSet"), "{deployer}");
    for name in ["dynamodb:", "lambda:", "iam:CreateRole", "DeleteStack"] {
        assert!(!planner.contains(name) && !deployer.contains(name), "{name} belongs to CloudFormation alone");
    }
}

/// Test files and the tests that a page names, each with its line: `path.rs` and, after it in the same cell, `a_test`.
fn named(page: &str) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(page.lines()) {
        let mut file: Option<&str> = None;
        for word in line.split('`').skip(1).step_by(2) {
            let is_test = word.contains('_')
                && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit());
            if word.ends_with(".rs") {
                file = Some(word);
            } else if let Some(file) = file.filter(|_| is_test) {
                found.push((number, file.to_string(), word.to_string()));
            }
        }
    }
    found
}

/// What is wrong with the tests that a page names.
fn faults(page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (line, file, test) in named(page) {
        let Ok(text) = fs::read_to_string(root().join(&file)) else {
            faults.push(format!("{THREATS}:{line}: there is no {file}"));
            continue;
        };
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let is_test = lines.iter().enumerate().any(|(number, line)| {
            let signature = line.strip_prefix("async ").unwrap_or(line);
            signature.starts_with(&format!("fn {test}("))
                && lines[..number]
                    .iter()
                    .rev()
                    .take_while(|above| above.starts_with('#'))
                    .any(|above| above.contains("test"))
        });
        if !is_test {
            faults.push(format!("{THREATS}:{line}: {file} has no test {test}"));
        }
    }
    faults
}

#[test]
fn every_test_that_the_page_on_threats_names_is_there() {
    let page = read(THREATS);
    let found = faults(&page);
    assert!(found.is_empty(), "{}", found.join("\n"));
    let files: BTreeSet<String> = named(&page).into_iter().map(|(_, file, _)| file).collect();
    assert!(files.len() >= 8, "the page names tests of only {files:?}");
}

#[test]
fn a_test_that_is_gone_is_named_with_its_line() {
    let page = "text\n| x | `tests/course/tests/production.rs` `a_test_that_is_gone_is_named_with_its_line`, `not_a_test` |\n\
        | y | `tests/course/tests/gone.rs` `never_there` |\n| z | `tests/course/tests/production.rs` `faults` and `jobs_of` |\n";
    assert_eq!(
        faults(page),
        [
            format!("{THREATS}:2: tests/course/tests/production.rs has no test not_a_test"),
            format!("{THREATS}:3: there is no tests/course/tests/gone.rs"),
            format!("{THREATS}:4: tests/course/tests/production.rs has no test jobs_of"),
        ]
    );
}
