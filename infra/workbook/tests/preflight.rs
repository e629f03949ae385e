//! The command `preflight`: what it prints, and how it ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot run something has found its fault")]

use std::path::Path;
use std::process::{Command, Output};

fn preflight(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Command::new(env!("CARGO_BIN_EXE_workbook")).current_dir(root).arg("preflight").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn it_fails_on_a_finding_and_not_on_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let board = preflight(&["infra/template.yaml"]);
    assert_eq!((board.status.code(), said(&board).lines().count()), (Some(0), 1), "{}", said(&board));

    let wrong = write("wrong.yaml", "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {Nmae: a}}}\n");
    let output = preflight(&["infra/template.yaml", &wrong]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("wrong.yaml:1:57 Queue: "), "{}", said(&output));
    assert!(said(&output).contains("extraneous key [Nmae] is not permitted"), "{}", said(&output));

    let part = "Resources: {F: {Type: AWS::Serverless::Function, Properties: {InlineCode: x, Handler: i.h, Runtime: python3.13}}}\n";
    let output = preflight(&[&write("part.yaml", part)]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("0 findings, 1 warning"), "{}", said(&output));
}

#[test]
fn it_says_what_a_deployment_here_would_refuse_and_one_to_aws_would_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.yaml");
    let site = |id: &str| {
        format!(
            "  {id}Access:\n    Type: AWS::CloudFront::OriginAccessControl\n    Properties:\n      \
             OriginAccessControlConfig: {{Name: {id}, OriginAccessControlOriginType: s3, SigningBehavior: always, SigningProtocol: sigv4}}\n  \
             {id}:\n    Type: AWS::CloudFront::Distribution\n    Properties:\n      DistributionConfig:\n        Enabled: true\n        \
             Origins: [{{Id: a, DomainName: !GetAtt Pages.RegionalDomainName, OriginAccessControlId: !Ref {id}Access, S3OriginConfig: {{}}}}]\n        \
             DefaultCacheBehavior: {{TargetOriginId: a, ViewerProtocolPolicy: allow-all, CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6}}\n"
        )
    };
    let text = format!("Resources:\n  Pages: {{Type: AWS::S3::Bucket}}\n{}{}", site("One"), site("Two"));
    std::fs::write(&path, text).unwrap();
    let output = preflight(&[&path.to_string_lossy()]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("two.yaml:18:3 Two: The template has 2 resources of type AWS::CloudFront::Distribution"),
        "{said}"
    );
    assert!(said.ends_with("0 findings, 0 warnings, 0 not judged, 1 not deployed locally\n"), "{said}");
}

#[test]
fn it_says_the_same_as_data_and_knows_what_a_deployer_needs() {
    let output = preflight(&["--json", "infra/template.yaml"]);
    let reports: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(reports[0]["template"], "infra/template.yaml");
    assert_eq!(reports[0]["report"]["refused"], serde_json::json!([]));

    let output = preflight(&["--deployer", "--stack-name", "mine", "infra/template.yaml"]);
    let policy: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(policy["Statement"].as_array().unwrap().iter().any(|statement| statement["Sid"] == "PassRoles"));
    assert!(said(&output).contains("stack/mine/*"));
    let notes = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(notes.contains("derived from the permissions that AWS publishes"), "{notes}");
}
