//! Templates without a fault, of which nothing may be said, and the same with one fault each, which must be found.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::{Judgement, PreflightInput, PreflightReport, preflight};
use stack::policy::{AuthorizationRequest, Decision, PolicyKind, PolicyRefusal, check, decide, many};

fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/preflight/templates")
}

/// The template called `name`; `board` is the board's own.
fn file(name: &str) -> PathBuf {
    match name {
        "board" => Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml"),
        name => templates().join(name),
    }
}

fn look(path: &Path, text: &str) -> PreflightReport {
    preflight(text, path, &PreflightInput { models: Some(models::compile), ..PreflightInput::default() })
}

fn looked(name: &str) -> PreflightReport {
    let path = file(name);
    look(&path, &std::fs::read_to_string(&path).unwrap())
}

#[test]
fn templates_without_a_fault_raise_no_alarm() {
    let mut names: Vec<String> = std::fs::read_dir(templates())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(names.len() >= 20, "{names:?}");
    names.push("board".to_string());
    for name in names {
        let report = looked(&name);
        assert!(report.is_clear(), "{name}: {:#?} {:#?}", report.refused, report.failing);
        assert!(report.deployer.is_some(), "{name}");
    }
}

#[test]
fn what_only_aws_can_look_up_is_not_judged() {
    let report = looked("looked-up.yaml");
    let said: Vec<&str> = report.not_judged.iter().map(|judgement| judgement.message.as_str()).collect();
    for words in ["Parameter Store", "has no value", "exports belong to other stacks", "dynamic references"] {
        assert!(said.iter().any(|message| message.contains(words)), "{words}: {said:?}");
    }
    let given =
        PreflightInput { parameters: [("Owner".to_string(), "us".to_string())].into(), ..PreflightInput::default() };
    let path = file("looked-up.yaml");
    let report = preflight(&std::fs::read_to_string(&path).unwrap(), &path, &given);
    assert!(report.not_judged.iter().all(|judgement| !judgement.message.contains("has no value")));
}

#[test]
fn what_stands_elsewhere_may_have_a_policy_of_its_own() {
    let report = looked("queues-of-others.yaml");
    let open = |words: &str| report.not_judged.iter().any(|one| one.message.contains(words));
    for arn in [
        "arn:aws:sqs:ap-northeast-2:123456789012:dead-letters",
        "arn:aws:sqs:ap-northeast-2:123456789012:orders",
        "arn:aws:dynamodb:ap-northeast-2:123456789012:table/theirs/stream/2026-01-01T00:00:00.000",
        "arn:aws:sns:ap-northeast-2:123456789012:lost",
        "arn:aws:kinesis:ap-northeast-2:123456789012:stream/clicks",
        "arn:aws:sqs:ap-northeast-2:123456789012:done",
    ] {
        assert!(open(&format!("whether Role may do what it needs with {arn}")), "{arn}: {:#?}", report.not_judged);
    }
    let path = file("queues-of-others.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let refused = |text: &str| look(&path, text).refused.iter().map(|one| one.message.clone()).collect::<Vec<_>>();
    // Nobody's policy helps against a Deny, and the template's own queue has the policies that the template gives it.
    let denies = "      Policies: [{PolicyName: no, PolicyDocument: {Version: \"2012-10-17\", Statement: [{Effect: Deny, Action: \
                  \"sqs:SendMessage\", Resource: \"*\"}]}}]\n  Handler:\n";
    let own = "  Mine: {Type: AWS::SQS::Queue, Properties: {QueueName: dead-letters}}\n  Handler:\n";
    for inserted in [denies, own] {
        let said = refused(&text.replacen("  Handler:\n", inserted, 1));
        assert!(said.iter().any(|message| message.contains("permissions to call SendMessage on SQS")), "{said:#?}");
    }
    // Also where only the template knows the name.
    let stream = "  Mine: {Type: AWS::Kinesis::Stream, Properties: {Name: clicks, ShardCount: 1}}\n  Handler:\n";
    let report = look(&path, &text.replacen("  Handler:\n", stream, 1));
    let words = "Role may not call GetRecords on the stream";
    assert!(report.failing.iter().any(|one| one.message.contains(words)), "{:#?}", report.failing);
}

#[test]
fn what_is_not_made_here_is_not_judged_and_the_rest_is() {
    let report = looked("other-hands.yaml");
    let all =
        |list: &[Judgement]| list.iter().map(|one| (one.resource.clone(), one.message.clone())).collect::<Vec<_>>();
    let (not_judged, warnings) = (all(&report.not_judged), all(&report.warnings));
    for (resource, words) in [
        ("Graph", "makes of resources of type AWS::Serverless::GraphQLApi"),
        ("GraphToHello", "makes of a connector from AWS::Serverless::GraphQLApi to AWS::Lambda::Function"),
        ("After", "whether there is a resource called GraphSchema"),
        ("Included", "what Fn::Transform brings into it"),
        ("Answers", "AWS does not have the type AWS::Kendra::Index in every region"),
    ] {
        assert!(
            not_judged.iter().any(|(of, said)| of == resource && said.contains(words)),
            "{resource}: {not_judged:?}"
        );
    }
    let twice = "the key Timeout stands here a second time; the AWS and the SAM CLI take the last one";
    assert!(warnings.iter().any(|(_, said)| said == twice), "{warnings:?}");
    let path = file("other-hands.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    for (old, new, place, words) in [
        (
            "\"Action\": \"sqs:SendMessage\"",
            "\"Action\": \"SendMessage\"",
            (16, 53),
            "Actions/Conditions must be prefaced by a vendor",
        ),
        ("!GetAtt Hello.Arn", "!GetAtt Hullo.Arn", (29, 51), "undefined resource Hullo"),
    ] {
        let report = look(&path, &text.replacen(old, new, 1));
        let found = report.refused.iter().find(|one| one.message.contains(words));
        let found = found.unwrap_or_else(|| panic!("{words}: {:#?}", report.refused));
        assert_eq!(found.line.zip(found.column), Some(place), "{words}");
    }
}

/// Where a fault must be found.
#[derive(Debug, Clone, Copy)]
enum List {
    Refused,
    Failing,
    Warning,
    NotJudged,
}

use List::{Failing, NotJudged, Refused, Warning};

/// One fault each: the template, what is written in place of what, and what must be said of which resource.
const FAULTS: &[(&str, &str, &str, List, &str, &str)] = &[
    // ---- the matrix of faults that other tools miss
    (
        "board",
        "'dynamodb:GetRecords', 'dynamodb:GetShardIterator']",
        "'dynamodb:GetShardIterator']",
        Refused,
        "BoardFeedFunctionPosts",
        "\"Invalid request provided: Cannot access stream arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/",
    ),
    (
        "vpc-function.yaml",
        "AWSLambdaVPCAccessExecutionRole",
        "AWSLambdaBasicExecutionRole",
        Refused,
        "Inside",
        "\"The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
    ),
    (
        "board",
        "!If [HasTracing, Active, PassThrough]",
        "Active",
        Refused,
        "BoardApiFunction",
        "\"The provided execution role does not have permissions to call PutTraceSegments on XRAY",
    ),
    (
        "board",
        "{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}",
        "{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}",
        Refused,
        "BoardApiFunction",
        "The role defined for the function cannot be assumed by Lambda.",
    ),
    (
        "board",
        "Action: 'sqs:SendMessage', Resource: !GetAtt FeedFailures.Arn",
        "Action: 'sqs:ReceiveMessage', Resource: !GetAtt FeedFailures.Arn",
        Refused,
        "BoardFeedFunctionPosts",
        "\"Invalid request provided: The function execution role does not have permissions to call SendMessage on SQS",
    ),
    (
        "board",
        "Principal:\n              Service: cloudfront.amazonaws.com\n            Action: s3:GetObject\n            Resource: !Sub '${SiteBucket.Arn}/*'\n            Condition:\n              StringEquals:\n                AWS:SourceArn: !Sub arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${SiteDistribution}\n",
        "Principal: '*'\n            Action: s3:GetObject\n            Resource: !Sub '${SiteBucket.Arn}/*'\n",
        Refused,
        "SiteBucketPolicy",
        "Access Denied",
    ),
    (
        "board",
        "      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}\n",
        "",
        Refused,
        "BoardFeedFunctionPosts",
        "BoardTable has no stream, so there is no StreamArn",
    ),
    (
        "board",
        "SiteBucket.RegionalDomainName",
        "SiteBucket.RegionalDomain",
        Refused,
        "SiteDistribution",
        "Template error: resource SiteBucket does not support attribute type RegionalDomain in Fn::GetAtt",
    ),
    (
        "board",
        "Runtime: provided.al2023",
        "Runtime: provided.al2023023",
        Refused,
        "BoardApiFunction",
        "#/Runtime: failed validation constraint for keyword [enum]",
    ),
    (
        "board",
        "      TableName: board",
        "      TableName: board\n      Nmae: board",
        Refused,
        "BoardTable",
        "#: extraneous key [Nmae] is not permitted",
    ),
    (
        "board",
        "StartingPosition: TRIM_HORIZON",
        "StartingPosition: NOWHERE",
        Refused,
        "BoardFeedFunctionPosts",
        "#/StartingPosition: ",
    ),
    (
        "board",
        "        - {AttributeName: sk, AttributeType: S}\n",
        "",
        Refused,
        "BoardTable",
        "Keys: [pk, sk], AttributeDefinitions: [pk]",
    ),
    (
        "stream-consumer.yaml",
        "S3Bucket: !Sub 'code-${AWS::AccountId}'",
        "S3Bucket: no-such-bucket",
        NotJudged,
        "Consumer",
        "S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist",
    ),
    (
        "board",
        "Type: AWS::SQS::Queue",
        "Type: AWS::SQS::Queu",
        Refused,
        "FeedFailures",
        "Template format error: Unrecognized resource types: [AWS::SQS::Queu]",
    ),
    // ---- what is made too early, and what an account does not have
    (
        "rest-api-methods.json",
        "\"DependsOn\": [\"GetOrder\", \"Preflight\"],",
        "",
        Refused,
        "Deployment",
        "\"The REST API doesn't contain any methods (Service: ApiGateway, Status Code: 400)\" (HandlerErrorCode: InvalidRequest)",
    ),
    ("rest-api-methods.json", "\"DependsOn\": \"Stage\",", "", Refused, "Plan", "\"API Stage not found: "),
    (
        "http-api.yaml",
        "Timeout: 10",
        "Timeout: 1801",
        Refused,
        "Notes",
        "Lambda takes a Timeout of at most 1800 seconds, and this is 1801",
    ),
    (
        "schedule.yaml",
        "ReservedConcurrentExecutions: 1",
        "ReservedConcurrentExecutions: 901",
        Refused,
        "Sweep",
        "decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    ),
    (
        "mappings.json",
        "{ \"Fn::Sub\": \"/aws/lambda/${Function}\" }",
        "\"a log\"",
        Refused,
        "Logs",
        "#/LogGroupName: failed validation constraint for keyword [pattern]",
    ),
    // ---- deployed, and failing afterwards
    (
        "rest-api-methods.json",
        "\"Principal\": \"apigateway.amazonaws.com\"",
        "\"Principal\": \"events.amazonaws.com\"",
        Failing,
        "Api",
        "GET /orders/{orderId}: the API has no permission to invoke Orders",
    ),
    (
        "rest-api-methods.json",
        "${Api}/${Stage}/GET/orders/*",
        "${Api}/${Stage}/GET/orders",
        Failing,
        "Api",
        "the SourceArn of Permission",
    ),
    ("http-api.yaml", "${Api}/*/*", "${Integration}/*/*", Failing, "Api", "GET /notes: the SourceArn of MayInvoke"),
    (
        "alias-behind-cognito.yaml",
        "FunctionName: !Ref Live\n      Principal",
        "FunctionName: !Ref Me\n      Principal",
        Failing,
        "Api",
        "ANY /me: the API has no permission to invoke Me:live",
    ),
    (
        "topic-fanout.yaml",
        "Principal: \"sns.amazonaws.com\"\n      SourceArn: !Ref Topic",
        "Principal: \"sns.amazonaws.com\"\n      SourceArn: !Sub \"${Topic}-other\"",
        Failing,
        "ToFunction",
        "the permission MayInvoke lets sns.amazonaws.com invoke Reader",
    ),
    (
        "schedule.yaml",
        "SourceArn: !GetAtt Nightly.Arn",
        "SourceArn: !GetAtt Bus.Arn",
        Failing,
        "Nightly",
        "so its events do not reach it",
    ),
    (
        "schedule.yaml",
        "NotAction: ['iam:*']",
        "NotAction: ['iam:*', 'sqs:*']",
        Refused,
        "Retry",
        "\"The function's execution role does not have permissions to call SendMessage on arn:aws:sqs:",
    ),
    (
        "kinesis.yaml",
        "AWSLambdaKinesisExecutionRole\n      - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        "AWSLambdaSQSQueueExecutionRole",
        Failing,
        "Reading",
        "may not call GetRecords on the stream",
    ),
    // ---- refused when it is made
    (
        "queue-worker.yaml",
        "'sqs:ReceiveMessage', ",
        "",
        Refused,
        "Polling",
        "\"Invalid request provided: The function execution role does not have permissions to call ReceiveMessage on SQS",
    ),
    (
        "queue-worker.yaml",
        "Action: 'sqs:SendMessage'",
        "Action: 'sqs:ListQueues'",
        Refused,
        "Worker",
        "\"The provided execution role does not have permissions to call SendMessage on SQS",
    ),
    (
        "queue-worker.yaml",
        "VisibilityTimeout: 180",
        "VisibilityTimeout: 20",
        Refused,
        "Polling",
        "\"Invalid request provided: Queue visibility timeout: 20 seconds is less than Function timeout: 30 seconds",
    ),
    (
        "bucket-events.yaml",
        "Principal: s3.amazonaws.com",
        "Principal: sns.amazonaws.com",
        Refused,
        "Uploads",
        "Unable to validate the following destination configurations",
    ),
    (
        "mappings.json",
        "\"KEY\": {",
        "\"AWS_REGION\": {",
        Refused,
        "Function",
        "Reserved keys used in this request: AWS_REGION",
    ),
    (
        "schedule.yaml",
        "Code: {ZipFile: 'handler = print'}",
        "Code: {S3Bucket: !Ref Own, S3Key: a.zip}\n  Own: {Type: AWS::S3::Bucket}",
        Refused,
        "Sweep",
        "S3 Error Code: NoSuchKey",
    ),
    (
        "custom-resource.yaml",
        "Runtime: python3.13",
        "Runtime: python3.7",
        Refused,
        "Seeder",
        "The runtime parameter of python3.7 is no longer supported for creating or updating AWS Lambda functions.",
    ),
    (
        "http-api.yaml",
        "Runtime: python3.13",
        "Runtime: go1.x",
        Refused,
        "Notes",
        "The runtime parameter of go1.x is no longer supported for creating or updating AWS Lambda functions.",
    ),
    (
        "http-api.yaml",
        "Runtime: python3.13",
        "Runtime: dotnet7",
        Refused,
        "Notes",
        "#/Runtime: failed validation constraint for keyword [enum]",
    ),
    (
        "static-site.json",
        "\"cloudfront.amazonaws.com\"",
        "\"cloudfrnt.amazonaws.com\"",
        Refused,
        "EdgeMayRead",
        "Invalid principal in policy",
    ),
    // ---- kinds of cases from the field
    (
        "board",
        "TABLE_NAME: !Ref BoardTable\n",
        "TABLE_NAME: !Ref BoardTable.Arn\n",
        Refused,
        "BoardApiFunction",
        "Template format error: Unresolved resource dependencies [BoardTable.Arn] in the Resources block of the template",
    ),
    (
        "board",
        "Board: {Type: Api, ",
        "Board: {Typ: Api, ",
        Refused,
        "BoardApiFunction",
        "Event with id [Board] is invalid",
    ),
    (
        "stream-consumer.yaml",
        "Resource: !Sub '${Orders.Arn}/stream/*'",
        "Resource: !Ref Orders",
        Refused,
        "StreamPolicy",
        "must be in ARN format or \"*\".",
    ),
    ("narrow-roles.yaml", "'dynamodb:Get*'", "'*:GetRecords'", Refused, "Role", "must not contain wildcards"),
    ("narrow-roles.yaml", "'dynamodb:Describe*'", "'Describe'", Refused, "Role", "must be prefaced by a vendor"),
    (
        "static-site.json",
        "{ \"Fn::Join\": [\"\", [{ \"Fn::GetAtt\": [\"Pages\", \"Arn\"] }, \"/*\"]] }",
        "\"arn:aws:s3:::somebody-elses/*\"",
        Refused,
        "EdgeMayRead",
        "Policy has invalid resource",
    ),
    (
        "bucket-events.yaml",
        "      BucketName: !Ref BucketName\n",
        "      BucketName: !Ref BucketName\n      AccessControl: PublicRead\n",
        Refused,
        "Uploads",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    ),
    // ---- the template itself
    (
        "rest-api-methods.json",
        "\"DependsOn\": [\"GetOrder\", \"Preflight\"]",
        "\"DependsOn\": [\"GetOrders\"]",
        Refused,
        "Deployment",
        "Unresolved resource dependencies [GetOrders]",
    ),
    (
        "bucket-events.yaml",
        "SourceArn: !Sub arn:aws:s3:::${BucketName}",
        "SourceArn: !GetAtt Uploads.Arn",
        Refused,
        "MayInvoke",
        "Circular dependency between resources: [MayInvoke, Uploads]",
    ),
    (
        "nested-conditions.yaml",
        "{Condition: WantsAlarms, Value: !GetAtt Alarm.Arn}",
        "{Value: !GetAtt Alarm.Arn}",
        Refused,
        "Outputs.Alarm",
        "Unresolved resource dependencies [Alarm] in the Outputs block",
    ),
    (
        "vpc-function.yaml",
        "[10.20.0.0/16, 2, 8]",
        "[10.20.0.0/24, 2, 8]",
        Refused,
        "SubnetB",
        "Fn::Cidr: 10.20.0.0/24 has room for 1 ranges",
    ),
    ("mappings.json", "\"Default\": \"small\"", "\"Default\": \"tiny\"", Refused, "Parameters.Size", "small or large"),
    (
        "nested-conditions.yaml",
        "AWSTemplateFormatVersion: '2010-09-09'",
        "AWSTemplateFormatVersion: '2010-09-10'",
        Refused,
        "AWSTemplateFormatVersion",
        "Template format error: 2010-09-10 is not a supported value for AWSTemplateFormatVersion",
    ),
    // ---- warnings
    (
        "stream-consumer.yaml",
        "      MaximumRetryAttempts: 3\n",
        "",
        Warning,
        "Mapping",
        "is tried again until the stream drops it",
    ),
    (
        "narrow-roles.yaml",
        "KmsKeyArn: !GetAtt Key.Arn",
        "Environment: {Variables: {TABLE_NAME: items}}",
        Warning,
        "Consumer",
        "names the table by its name",
    ),
    (
        "sam-short.yaml",
        "Variables: {TABLE: !Ref Guestbook}",
        "Variables: {TABLE: guests}",
        Warning,
        "Reader",
        "no table of the template has that name",
    ),
    (
        "stream-consumer.yaml",
        "Action: ['logs:CreateLogStream', 'logs:PutLogEvents']",
        "Action: ['logs:CreateLogStream']",
        Warning,
        "Consumer",
        "may not write to its log group",
    ),
    (
        "queue-worker.yaml",
        "Role: !GetAtt WorkerRole.Arn",
        "Role: !Ref WorkerRole",
        Refused,
        "Worker",
        "#/Role: failed validation constraint for keyword [pattern]",
    ),
    (
        "schedule.yaml",
        "OnFailure: {Destination: !GetAtt Failed.Arn}",
        "OnFailure: {Destination: !Ref Failed}",
        Refused,
        "Retry",
        "#/DestinationConfig/OnFailure/Destination: failed validation constraint for keyword [pattern]",
    ),
];

#[test]
fn every_fault_is_found() {
    let mut missed = Vec::new();
    for (name, from, to, list, resource, words) in FAULTS {
        let path = file(name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        let report = look(&path, &text.replacen(from, to, 1));
        let found = match list {
            Refused => &report.refused,
            Failing => &report.failing,
            Warning => &report.warnings,
            NotJudged => &report.not_judged,
        };
        let is_it = |judgement: &Judgement| judgement.resource == *resource && judgement.message.contains(words);
        // What is refused, or will fail, leads to its line.
        let has_line = |judgement: &Judgement| judgement.line.is_some() || matches!(list, Warning | NotJudged);
        if !found.iter().any(|judgement| is_it(judgement) && has_line(judgement)) {
            missed.push(format!("{name}, {to}: {list:?} of {resource}: {words}\n{report:#?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

#[test]
fn everything_is_said_at_once() {
    let path = file("board");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text
        .replacen("TABLE_NAME: !Ref BoardTable\n", "TABLE_NAME: !Ref BoardTable.Arn\n", 1)
        .replacen("        - {AttributeName: sk, AttributeType: S}\n", "", 1)
        .replacen("Service: lambda.amazonaws.com", "Service: ec2.amazonaws.com", 1);
    let report = look(&path, &text);
    let of = |resource: &str| report.refused.iter().filter(|judgement| judgement.resource == resource).count();
    assert_eq!((of("BoardTable"), of("BoardApiFunction")), (1, 2), "{:#?}", report.refused);
}

#[test]
fn a_part_of_a_template_is_judged_as_sam() {
    let part = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {InlineCode: x, Handler: i.h, Runtime: python3.13}\n";
    let report = look(Path::new("part.yaml"), part);
    assert!(report.is_clear() && report.warnings.len() == 1, "{report:#?}");
    let whole = format!("AWSTemplateFormatVersion: '2010-09-09'\n{part}");
    let report = look(Path::new("whole.yaml"), &whole);
    let [refused] = &report.refused[..] else { panic!("{report:#?}") };
    assert_eq!(refused.message, "Template format error: Unrecognized resource types: [AWS::Serverless::Function]");
    assert!(refused.repair.as_ref().is_some_and(|repair| repair.contains("`Transform: ")), "{report:#?}");
}

/// What a deployment to the local cloud is refused, whichever reader of the template refuses it: what is written, and the line, the resource,
/// the property and the words of what is said.
const LACKS: &[(&str, usize, &str, Option<&str>, &str)] = &[
    ("Rule: {Type: AWS::Events::Rule, Properties: {}}", 3, "Rule", None, "no resources of type AWS::Events::Rule"),
    (
        "Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: a.fifo, FifoQueue: true}}",
        3,
        "Queue",
        Some("FifoQueue"),
        "standard queues only",
    ),
    (
        "Queue: {Type: AWS::SQS::Queue, Properties: {RedriveAllowPolicy: {redrivePermission: denyAll}}}",
        3,
        "Queue",
        Some("RedriveAllowPolicy"),
        "does not know this property of AWS::SQS::Queue",
    ),
    (
        "Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: '*', Action: 'sts:AssumeRole'}}, PermissionsBoundary: 'arn:aws:iam::123456789012:policy/p'}}",
        3,
        "Role",
        Some("PermissionsBoundary"),
        "does not evaluate permissions boundaries",
    ),
    (
        "F: {Type: AWS::Serverless::Function, Properties: {InlineCode: x, Handler: i.h, Runtime: python3.13}}",
        3,
        "F",
        Some("Runtime"),
        "is not supported",
    ),
    (
        "T:\n    Type: AWS::SNS::Topic\n    CreationPolicy: {}\n    Properties: {TopicName: a}",
        5,
        "T",
        Some("CreationPolicy"),
        "does not know this property of a resource",
    ),
    (
        "Table:\n    Type: AWS::DynamoDB::Table\n    Type: AWS::DynamoDB::Table",
        5,
        "",
        None,
        "the key Type stands here a second time",
    ),
];

#[test]
fn what_only_the_local_cloud_refuses_is_foreseen() {
    let mut missed = Vec::new();
    for (resource, line, id, property, words) in LACKS {
        let text = format!("Transform: AWS::Serverless-2016-10-31\nResources:\n  {resource}\n");
        let report = look(Path::new("t.yaml"), &text);
        let is_it = |one: &Judgement| {
            (one.line, one.resource.as_str(), one.property.as_deref()) == (Some(*line), *id, *property)
                && one.message.contains(words)
        };
        if !report.lacking.iter().chain(&report.not_judged).any(is_it) {
            missed.push(format!("{resource}: {words}\n{report:#?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

#[test]
fn whatever_a_deployment_refuses_is_foreseen() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cases/bad");
    let (mut refused, mut missed) = (0, Vec::new());
    for entry in [templates(), folder].into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let Err(error) = crate::parse(&text, &path, &crate::StackOptions::default()) else { continue };
        refused += 1;
        let report = look(&path, &text);
        // Where the resources cannot be read, there is more to say afterwards.
        if report.deployer.is_none() {
            assert!(!report.refused.is_empty() || !report.not_judged.is_empty(), "{}", path.display());
            continue;
        }
        let said: Vec<_> = [&report.refused, &report.failing, &report.not_judged, &report.lacking, &report.warnings]
            .into_iter()
            .flatten()
            .map(|one| one.line)
            .collect();
        let unsaid = error.findings.iter().filter(|finding| !said.contains(&finding.position.map(|at| at.line)));
        missed.extend(unsaid.map(|finding| format!("{}: {finding:?}", path.display())));
    }
    assert!(refused > 20 && missed.is_empty(), "{refused} {}", missed.join("\n"));
}

#[test]
fn what_only_begins_as_json_is_warned_of() {
    let text = "{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\",}}}";
    let report = look(Path::new("t.json"), text);
    assert!(report.is_clear(), "{report:#?}");
    assert!(report.warnings[0].message.ends_with("JSON not well-formed. (line 1, column 48)"), "{report:#?}");
    assert!(look(Path::new("t.json"), &text.replace(",}", "}")).warnings.is_empty());
}

#[test]
fn what_another_transform_takes_is_not_refused() {
    let text = "Transform: AWS::LanguageExtensions\nConditions: {Never: !Equals [a, b]}\nResources:\n  \
        'Fn::ForEach::Queues': [Name, [A, B], {'Queue${Name}': {Type: AWS::SQS::Queue}}]\n  \
        Q: {Type: AWS::SQS::Queue, DeletionPolicy: !If [Never, Retain, Delete]}\nOutputs:\n  \
        O: {Value: !ToJsonString {a: !Length [1, 2]}}\n";
    let report = look(Path::new("t.yaml"), text);
    assert!(report.is_clear() && report.not_judged.len() == 1, "{report:#?}");
}

#[test]
fn what_refers_to_something_that_could_not_be_read_is_not_blamed() {
    let text = "Resources:\n  Rule: {Type: AWS::Events::Rule}\n  Queue: {Type: AWS::SQS::Queue, DependsOn: Rule, Properties: {QueueName: !Ref Rule}}\n";
    let report = look(Path::new("t.yaml"), text);
    assert_eq!((report.refused.len(), report.lacking.len()), (0, 1), "{report:#?}");
}

#[test]
fn code_in_the_template_is_not_missing_where_sam_refuses_something_else() {
    let text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: AWS::Serverless::Function, \
        Properties: {InlineCode: pass, Handler: index.f, Runtime: python3.13, TimeOut: 3}}\n";
    let report = look(Path::new("t.yaml"), text);
    assert!(matches!(&report.refused[..], [one] if one.message.contains("property TimeOut")), "{report:#?}");
    assert!(report.lacking.iter().any(|lack| lack.property.as_deref() == Some("InlineCode")), "{report:#?}");
}

#[test]
fn what_is_wrong_in_globals_is_said_of_each_resource_that_gets_it() {
    let text = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {MemorySize: 64}}\nResources:\n  \
        A: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://code/a, Handler: a, Runtime: provided.al2023}}\n  \
        B: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://code/b, Handler: b, Runtime: provided.al2023}}\n";
    let report = look(Path::new("t.yaml"), text);
    let said: Vec<_> = report.refused.iter().map(|refused| (&*refused.resource, refused.repair.is_none())).collect();
    assert_eq!(said, [("A", true), ("B", true)], "{report:#?}");
    for Judgement { resource, message, .. } in &report.refused {
        assert!(message.starts_with(&format!("Properties validation failed for resource {resource} ")), "{message}");
    }
}

#[test]
fn what_the_schema_refuses_of_a_value_is_said_once() {
    for properties in [
        "MessageRetentionPeriod: 10",
        "VisibilityTimeout: soon",
        "RedrivePolicy: {deadLetterTargetArn: 'arn:aws:sqs:ap-northeast-2:123456789012:dead', maxReceiveCount: often}",
    ] {
        let text = format!("Resources:\n  Queue: {{Type: AWS::SQS::Queue, Properties: {{{properties}}}}}\n");
        let report = look(Path::new("t.yaml"), &text);
        assert_eq!(report.refused.len(), 1, "{properties}: {:#?}", report.refused);
        assert!(report.refused[0].message.starts_with("Properties validation failed"), "{:#?}", report.refused);
    }
}

#[test]
fn a_macro_hides_everything() {
    let report = look(Path::new("t.yaml"), "Transform: Ours\nResources: {A: {Type: AWS::SQS::Queu}}\n");
    assert!(report.is_clear() && report.not_judged[0].message.contains("the transform Ours"), "{report:#?}");
}

#[test]
fn a_deployer_may_do_what_the_template_needs_and_little_else() {
    for name in ["board", "stream-consumer.yaml", "queue-worker.yaml", "rest-api-methods.json", "schedule.yaml"] {
        let policy = looked(name).deployer.unwrap().document;
        let refused = check(&policy, PolicyKind::Identity);
        assert!(refused.iter().all(PolicyRefusal::is_lack), "{name}: {refused:?}");
        let pass = policy["Statement"].as_array().unwrap().iter().find(|statement| statement["Sid"] == "PassRoles");
        assert!(pass.is_some_and(|pass| pass["Condition"]["StringEquals"]["iam:PassedToService"].is_array()), "{name}");
    }
    let policy = looked("board").deployer.unwrap().document;
    let may = |action: &str, resource: &str| {
        let context = [("iam:PassedToService", "lambda.amazonaws.com")];
        let question = AuthorizationRequest { action, resource, context: &context, ..AuthorizationRequest::default() };
        decide([&policy], &question) == Decision::Allowed
    };
    for (action, resource, allowed) in [
        ("lambda:CreateFunction", "arn:aws:lambda:ap-northeast-2:123456789012:function:board-api", true),
        ("lambda:CreateFunction", "arn:aws:lambda:ap-northeast-2:123456789012:function:other", false),
        ("dynamodb:CreateTable", "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board", true),
        ("dynamodb:DeleteTable", "arn:aws:dynamodb:ap-northeast-2:123456789012:table/people", false),
        ("iam:CreateRole", "arn:aws:iam::123456789012:role/board-BoardApiRole-1ABC", true),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/board-BoardApiRole-1ABC", true),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/admin", false),
        ("cloudformation:CreateChangeSet", "arn:aws:cloudformation:ap-northeast-2:123456789012:stack/board/1", true),
        ("cloudformation:DeleteStack", "arn:aws:cloudformation:ap-northeast-2:123456789012:stack/other/1", false),
        ("iam:CreateUser", "arn:aws:iam::123456789012:user/me", false),
        ("ec2:RunInstances", "*", false),
    ] {
        assert_eq!(may(action, resource), allowed, "{action} {resource}");
    }
    let unknown = looked("custom-resource.yaml").deployer.unwrap().unknown;
    assert!(unknown.contains(&"Custom::Seed".to_string()), "{unknown:?}");
}

/// The board's deployer, for this network and an address that gets the alarms.
fn deployer_with(network: &str) -> Json {
    let path = file("board");
    let parameters = [("AlarmAddress", "somebody@example.com"), ("Network", network)];
    let parameters = parameters.map(|(name, value)| (name.to_string(), value.to_string())).into();
    let report = preflight(
        &std::fs::read_to_string(&path).unwrap(),
        &path,
        &PreflightInput { parameters, ..PreflightInput::default() },
    );
    report.deployer.unwrap().document
}

fn allows(policy: &Json, action: &str, resource: &str) -> bool {
    let context = [("iam:PassedToService", "lambda.amazonaws.com")];
    let question = AuthorizationRequest { action, resource, context: &context, ..AuthorizationRequest::default() };
    decide([policy], &question) == Decision::Allowed
}

/// Calls that nobody gets round who deploys the board: by the service's own words, the only one that makes such a resource.
const CALLS: &[(&str, &str)] = &[
    ("cloudformation:ExecuteChangeSet", "arn:aws:cloudformation:ap-northeast-2:123456789012:stack/board/1"),
    ("cloudformation:CreateChangeSet", "arn:aws:cloudformation:ap-northeast-2:aws:transform/Serverless-2016-10-31"),
    ("cloudformation:ValidateTemplate", "*"),
    ("s3:PutObject", "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-1/board/1"),
    ("iam:PassRole", "arn:aws:iam::123456789012:role/board-BoardApiRole-1"),
    ("apigateway:POST", "arn:aws:apigateway:ap-northeast-2::/restapis"),
    ("budgets:ModifyBudget", "arn:aws:budgets::123456789012:budget/board-1"),
    ("cloudfront:CreateDistribution", "arn:aws:cloudfront::123456789012:distribution/E1"),
    ("cloudwatch:PutMetricAlarm", "arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:board-Errors-1"),
    ("dynamodb:CreateTable", "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board"),
    ("dynamodb:DescribeTable", "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board"),
    ("iam:CreateRole", "arn:aws:iam::123456789012:role/board-BoardApiRole-1"),
    ("lambda:CreateFunction", "arn:aws:lambda:ap-northeast-2:123456789012:function:board-feed"),
    ("lambda:AddPermission", "arn:aws:lambda:ap-northeast-2:123456789012:function:board-api"),
    ("lambda:CreateEventSourceMapping", "*"),
    ("logs:CreateLogGroup", "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/lambda/board-api:log-stream:"),
    ("s3:CreateBucket", "arn:aws:s3:::board-sitebucket-1"),
    ("s3:CreateBucket", "arn:aws:s3:::board-uploads-123456789012-ap-northeast-2"),
    ("s3:PutBucketPolicy", "arn:aws:s3:::board-sitebucket-1"),
    ("sns:CreateTopic", "arn:aws:sns:ap-northeast-2:123456789012:board-AlarmTopic-1"),
    ("sqs:CreateQueue", "arn:aws:sqs:ap-northeast-2:123456789012:board-feed-failures"),
];
/// And those for its networks.
const ENDPOINTS: &[(&str, &str)] = &[
    ("ec2:CreateVpc", "arn:aws:ec2:ap-northeast-2:123456789012:vpc/*"),
    ("ec2:CreateVpcEndpoint", "arn:aws:ec2:ap-northeast-2:123456789012:vpc-endpoint/*"),
];
const NAT: &[(&str, &str)] = &[
    ("ec2:CreateVpc", "arn:aws:ec2:ap-northeast-2:123456789012:vpc/*"),
    ("ec2:AllocateAddress", "arn:aws:ec2:ap-northeast-2:123456789012:elastic-ip/*"),
    ("ec2:CreateNatGateway", "arn:aws:ec2:ap-northeast-2:123456789012:natgateway/*"),
];

#[test]
fn a_deployer_has_enough_and_each_statement_is_needed() {
    for (network, more) in [("none", [].as_slice()), ("endpoints", ENDPOINTS), ("nat", NAT)] {
        let policy = deployer_with(network);
        let refused = |policy: &Json| {
            let calls = CALLS.iter().chain(more);
            calls.filter(|(action, resource)| !allows(policy, action, resource)).collect::<Vec<_>>()
        };
        assert_eq!(refused(&policy), Vec::<&(&str, &str)>::new(), "{network}: not enough");
        let statements = policy["Statement"].as_array().unwrap();
        for number in 0..statements.len() {
            let mut less = policy.clone();
            let gone = less["Statement"].as_array_mut().unwrap().remove(number);
            assert!(!refused(&less).is_empty(), "{network}: the board is deployed without {gone}");
        }
        let names: std::collections::BTreeSet<&str> =
            statements.iter().map(|statement| statement["Sid"].as_str().unwrap()).collect();
        assert_eq!(names.len(), statements.len(), "{network}: two statements of one name");
        assert_eq!(allows(&policy, "ec2:CreateVpc", "*"), network != "none", "{network}");
        assert_eq!(allows(&policy, "ec2:CreateNatGateway", "*"), network == "nat", "{network}");
        // Uploads are read by their function, and code is fetched from its own bucket.
        assert!(!allows(&policy, "s3:GetObject", "arn:aws:s3:::somebodys/file"), "{network}");
    }
}

/// Which actions of a handler's CloudFormation really calls, AWS does not say; that none is allowed twice can be seen here.
#[test]
fn a_deployer_that_loses_an_action_may_not_do_it_any_more() {
    for network in ["none", "endpoints", "nat"] {
        let policy = deployer_with(network);
        let mut tried = 0;
        for (number, statement) in policy["Statement"].as_array().unwrap().iter().enumerate() {
            let actions: Vec<&str> = many(&statement["Action"]).filter_map(Json::as_str).collect();
            let resources: Vec<String> =
                many(&statement["Resource"]).filter_map(Json::as_str).map(|arn| arn.replace('*', "x")).collect();
            for action in &actions {
                let mut less = policy.clone();
                let left: Vec<&&str> = actions.iter().filter(|other| *other != action).collect();
                less["Statement"][number]["Action"] =
                    if left.is_empty() { "none:None".into() } else { serde_json::to_value(left).unwrap() };
                let lost = |arn: &String| allows(&policy, action, arn) && !allows(&less, action, arn);
                assert!(
                    resources.iter().any(lost),
                    "{network}: {action} is allowed twice, also in {}",
                    statement["Sid"]
                );
                tried += 1;
            }
        }
        assert!(tried > 150, "{network}: {tried}");
    }
}

#[test]
fn code_is_fetched_from_the_bucket_that_the_template_names() {
    let template = |bucket: &str| {
        format!(
            "Resources:\n  F: {{Type: AWS::Lambda::Function, Properties: {{FunctionName: f, Handler: bootstrap, Runtime: provided.al2023, \
             Role: 'arn:aws:iam::123456789012:role/f', Code: {{S3Bucket: {bucket}, S3Key: f.zip}}}}}}\n"
        )
    };
    let policy = look(Path::new("t.yaml"), &template("our-code")).deployer.unwrap().document;
    assert!(allows(&policy, "s3:GetObject", "arn:aws:s3:::our-code/f.zip"), "{policy:#}");
    assert!(!allows(&policy, "s3:GetObject", "arn:aws:s3:::other/f.zip"), "{policy:#}");
}

#[test]
fn another_region_is_another_region_everywhere() {
    for name in ["stream-consumer.yaml", "rest-api-methods.json", "queue-worker.yaml"] {
        let path = file(name);
        let input = PreflightInput { region: "eu-west-1".to_string(), ..PreflightInput::default() };
        let report = preflight(&std::fs::read_to_string(&path).unwrap(), &path, &input);
        assert!(report.is_clear(), "{name}: {report:#?}");
        let policy = report.deployer.unwrap().document.to_string();
        assert!(policy.contains(":eu-west-1:") && !policy.contains("ap-northeast-2"), "{name}");
    }
    let path = file("vpc-function.yaml");
    let input = PreflightInput { region: "eu-west-1".to_string(), ..PreflightInput::default() };
    let report = preflight(&std::fs::read_to_string(&path).unwrap(), &path, &input);
    let zones: Vec<&str> =
        report.not_judged.iter().map(|judgement| &*judgement.message).filter(|text| text.contains("zones")).collect();
    assert!(!zones.is_empty() && zones.iter().all(|text| text.ends_with("not of eu-west-1")), "{report:#?}");
}

#[test]
fn the_report_is_data() {
    let report = look(Path::new("t.yaml"), "Resources: {A: {Type: AWS::SQS::Queu}}\n");
    let json: Json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["refused"][0]["resource"], "A");
    assert_eq!(json["refused"][0]["line"], 1);
    assert_eq!(json["not_judged"], Json::Array(Vec::new()));
}

#[test]
fn a_finding_is_a_line_that_leads_to_the_place() {
    let finding = Judgement {
        line: Some(3),
        column: Some(5),
        resource: "Table".to_string(),
        property: None,
        message: "no".to_string(),
        repair: Some("yes".to_string()),
    };
    let whole = Judgement { line: None, column: None, resource: String::new(), repair: None, ..finding.clone() };
    let report = PreflightReport { refused: vec![finding], warnings: vec![whole], ..PreflightReport::default() };
    let expected = "AWS would refuse:\n  t.yaml:3:5 Table: no\n    Repair: yes\n\nWarnings:\n  t.yaml: no\n\n\
                    t.yaml: 1 finding, 1 warning, 0 not judged\n";
    assert_eq!(report.text("t.yaml"), expected);
}
