//! The board's own template with one fault each: what other tools let through, and AWS does not.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may stop it too")]

use std::path::Path;

use cloudformation::{StackOptions, parse};
use local::clock::Clock;
use local::deployment::check;
use time::macros::datetime;

/// A network for functions, without any way out of it.
const NETWORK: &str = "Resources:
  NetworkOfItsOwn: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref NetworkOfItsOwn, CidrBlock: 10.0.1.0/24}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: functions, VpcId: !Ref NetworkOfItsOwn}}
";
const IN_THE_NETWORK: &str = "      Timeout: 6
      VpcConfig: {SubnetIds: [!Ref Subnet], SecurityGroupIds: [!Ref Group]}
";
const INTERFACES: &str = "              - Sid: JoinTheNetwork
                Effect: Allow
                Action: ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface']
                Resource: '*'
              - Sid: WriteItsLog
                Effect: Allow
                Action: ['logs:CreateLogStream', 'logs:PutLogEvents']
                Resource: !GetAtt BoardApiLogs.Arn
";
const LOG: &str = "              - Sid: WriteItsLog
                Effect: Allow
                Action: ['logs:CreateLogStream', 'logs:PutLogEvents']
                Resource: !GetAtt BoardApiLogs.Arn
";

/// The failures of the board's template after `changes`, each a text of it and what stands there instead.
fn failures(changes: &[(&str, &str)]) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/template.yaml");
    let mut text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    for (old, new) in changes {
        assert!(text.contains(old), "infra/template.yaml does not hold {old:?} any more: change it here, too");
        text = text.replacen(old, new, 1);
    }
    let stack = parse(&text, &path, &StackOptions::default()).unwrap_or_else(|error| panic!("{error}"));
    let clock = Clock::frozen(datetime!(2026-01-01 0:00 UTC));
    let of_services = [s3::SERVICE, dynamodb::SERVICE].map(|service| (service.check)(&stack, &clock));
    let of_services = of_services.into_iter().flatten();
    check(&stack, None, false, &clock).into_iter().chain(of_services).map(|failure| failure.to_string()).collect()
}

/// One fault, and the one resource that cannot be created because of it.
#[track_caller]
fn refused(changes: &[(&str, &str)], resource: &str, service: &str, reason: &str) {
    let status = if service == "S3" { 403 } else { 400 };
    let found = failures(changes);
    assert_eq!(found.len(), 1, "{found:#?}");
    let prefix =
        if resource.starts_with("AWS::Lambda::EventSourceMapping") { "Invalid request provided: " } else { "" };
    let expected = format!(
        "CREATE_FAILED  {resource}  Resource handler returned message: \"{prefix}{reason} (Service: {service}, Status Code: {status}, Request ID: "
    );
    assert!(found[0].starts_with(&expected), "{}\n  does not start with\n{expected}", found[0]);
    let handler = if status == 403 { "AccessDenied" } else { "InvalidRequest" };
    assert!(found[0].ends_with(&format!("HandlerErrorCode: {handler})")), "{}", found[0]);
}

#[test]
fn the_board_itself_is_created() {
    assert_eq!(failures(&[]), [] as [&str; 0]);
}

#[test]
fn a_stream_needs_four_permissions_of_the_function() {
    let reason = "Cannot access stream arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/2026-01-01T00:00:00.000. \
                  Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions \
                  on your stream in IAM.";
    let mapping = "AWS::Lambda::EventSourceMapping  BoardFeedFunctionPosts";
    refused(&[("'dynamodb:GetRecords', ", "")], mapping, "Lambda", reason);
    refused(&[("'dynamodb:DescribeStream', ", "")], mapping, "Lambda", reason);
    refused(&[(", 'dynamodb:GetShardIterator'", "")], mapping, "Lambda", reason);
    refused(&[("Action: 'dynamodb:ListStreams'", "Action: 'dynamodb:ListTables'")], mapping, "Lambda", reason);
    // The right actions on the table instead of its stream.
    refused(
        &[("Resource: !GetAtt BoardTable.StreamArn", "Resource: !GetAtt BoardTable.Arn")],
        mapping,
        "Lambda",
        reason,
    );
}

#[test]
fn a_filter_has_a_list_at_every_leaf() {
    let mapping = "AWS::Lambda::EventSourceMapping  BoardFeedFunctionPosts";
    refused(&[("[\"BOARD\"]", "\"BOARD\"")], mapping, "Lambda", "Invalid filter pattern definition.");
}

#[test]
fn a_vpc_needs_permission_for_network_interfaces() {
    let inside = [("Resources:\n", NETWORK), ("      Timeout: 6\n", IN_THE_NETWORK)];
    let function = "AWS::Lambda::Function  BoardApiFunction";
    let lacks = |action: &str| format!("The provided execution role does not have permissions to call {action} on EC2");
    refused(&inside, function, "Lambda", &lacks("CreateNetworkInterface"));
    let allowed = [&inside[..], &[(LOG, INTERFACES)]].concat();
    assert_eq!(failures(&allowed), [] as [&str; 0]);
    let without = INTERFACES.replace(", 'ec2:DeleteNetworkInterface'", "");
    refused(&[&inside[..], &[(LOG, without.as_str())]].concat(), function, "Lambda", &lacks("DeleteNetworkInterface"));

    let elsewhere = IN_THE_NETWORK.replace("!Ref Subnet", "subnet-x");
    let reason = "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID 'subnet-x' does not exist";
    refused(
        &[("      Timeout: 6\n", elsewhere.as_str()), ("Resources:\n", NETWORK), (LOG, INTERFACES)],
        function,
        "Lambda",
        reason,
    );
    let strangers = IN_THE_NETWORK.replace("!Ref Group", "sg-x");
    let reason = "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group 'sg-x' does not exist";
    refused(
        &[("      Timeout: 6\n", strangers.as_str()), ("Resources:\n", NETWORK), (LOG, INTERFACES)],
        function,
        "Lambda",
        reason,
    );
}

#[test]
fn a_traced_function_needs_permission_to_send_traces() {
    let traced = ("    Default: 'false'\n", "    Default: 'true'\n");
    assert_eq!(failures(&[traced]), [] as [&str; 0]);
    let reason = "The provided execution role does not have permissions to call PutTraceSegments on XRAY";
    let without = ("Action: 'xray:PutTraceSegments'", "Action: 'xray:PutTelemetryRecords'");
    refused(&[traced, without], "AWS::Lambda::Function  BoardApiFunction", "Lambda", reason);
}

#[test]
fn logs_of_the_api_need_the_accounts_role() {
    let logging = |value: &str| failures(&[("Default: OwnRole", &format!("Default: {value}"))]);
    assert_eq!(logging("NoLogs"), [] as [&str; 0]);
    let without = logging("AccountRole");
    let reason = "CloudWatch Logs role ARN must be set in account settings to enable logging";
    assert!(
        matches!(&without[..], [stage] if stage.contains("BoardApiStage") && stage.contains(reason)),
        "{without:?}"
    );
}

#[test]
fn lambda_must_be_trusted() {
    let reason = "The role defined for the function cannot be assumed by Lambda.";
    let ec2 = [("Service: lambda.amazonaws.com", "Service: ec2.amazonaws.com")];
    refused(&ec2, "AWS::Lambda::Function  BoardApiFunction", "Lambda", reason);
}

#[test]
fn an_on_failure_queue_needs_permission_to_send() {
    let reason = "The function execution role does not have permissions to call SendMessage on SQS";
    let mapping = "AWS::Lambda::EventSourceMapping  BoardFeedFunctionPosts";
    refused(&[("Action: 'sqs:SendMessage'", "Action: 'sqs:ReceiveMessage'")], mapping, "Lambda", reason);
    refused(
        &[("Resource: !GetAtt FeedFailures.Arn}", "Resource: 'arn:aws:sqs:*:*:another'}")],
        mapping,
        "Lambda",
        reason,
    );
}

#[test]
fn a_blocked_bucket_takes_no_public_policy() {
    let anybody = ("Principal:\n              Service: cloudfront.amazonaws.com", "Principal: '*'");
    let policy = "AWS::S3::BucketPolicy  SiteBucketPolicy";
    // For anybody who comes from one distribution is not for anybody.
    assert_eq!(failures(&[anybody]), [] as [&str; 0]);
    let condition = (
        "              StringEquals:\n                AWS:SourceArn:",
        "              StringNotEquals:\n                AWS:SourceArn:",
    );
    refused(&[anybody, condition], policy, "S3", "Access Denied");
    let open = ("\n        BlockPublicPolicy: true", "\n        BlockPublicPolicy: false");
    assert_eq!(failures(&[anybody, condition, open]), [] as [&str; 0]);
}
