//! CloudFormation's API around a deployment that fails: what is asked for, in which state, and what is refused.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may stop it too")]

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use cloudformation::{PreflightInput, preflight};
use conformance::ground::{Ground, socket_of};
use conformance::socket::Ask;
use local::cloud::Cloud;
use local::deployment::Stacks;
use local::signature::Credentials;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

const BASE: &str = "Resources:\n  Taken: {Type: AWS::SQS::Queue, Properties: {QueueName: taken}}\n";
const GOOD: &str = "Resources:\n  Made: {Type: AWS::SQS::Queue}\n";
const BAD: &str = "Resources:\n  Made: {Type: AWS::SQS::Queue}\n  \
                   Bad: {Type: AWS::SQS::Queue, DependsOn: Made, Properties: {QueueName: taken}}\n";

/// Longer than any of these deployments takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A cloud that carries out what is asked of it, and who asks.
struct Fixture {
    address: SocketAddr,
    credentials: Credentials,
    stacks: Stacks,
    running: tokio::task::JoinHandle<()>,
}

impl Fixture {
    async fn start(folder: &Path) -> Fixture {
        let file = folder.join("template.yaml");
        std::fs::write(&file, BASE).unwrap();
        let mut cloud = Cloud::boot(Ground::new("never-started").with_services(file)).await.unwrap();
        Fixture {
            address: socket_of(&cloud.aws_url()).unwrap(),
            credentials: cloud.credentials().clone(),
            stacks: cloud.stacks().clone(),
            running: tokio::spawn(async move {
                loop {
                    let request = cloud.deployment_request().await;
                    cloud.answer(request).await;
                }
            }),
        }
    }

    /// The answer to `operation`; of a refusal, its code and message.
    async fn ask(&self, operation: &str, parameters: &[(&str, &str)]) -> Result<String, String> {
        let pairs = [("Action", operation), ("Version", "2010-05-15")];
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pair = |(name, value): &(&str, &str)| format!("{}={}", encoded(name), encoded(value));
        let form: Vec<String> = pairs.iter().chain(parameters).map(pair).collect();
        let headers = vec![("Content-Type".to_string(), "application/x-www-form-urlencoded".to_string())];
        let ask = Ask { method: "POST".into(), path: "/".into(), headers, body: Bytes::from(form.join("&")) };
        let answer = ask.signed(&self.credentials, "cloudformation", self.address).send(self.address).await.unwrap();
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        let element = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            Some(rest.split_once(&format!("</{name}>"))?.0.replace("&quot;", "\"").replace("&apos;", "'"))
        };
        match answer.status {
            200 => Ok(text),
            _ => Err(format!("{}: {}", element("Code").unwrap(), element("Message").unwrap())),
        }
    }

    /// Waits until nothing happens to the stack, and gives its statuses, the oldest first.
    async fn statuses(&self, stack: &str) -> Vec<String> {
        let settled = async {
            loop {
                let record = self.stacks.all().into_iter().find(|record| record.name == stack).unwrap();
                if !record.is_in_progress() {
                    break record;
                }
                tokio::task::yield_now().await;
            }
        };
        let record = tokio::time::timeout(PATIENCE, settled).await.unwrap();
        let own = record.events.into_iter().filter(|recorded| recorded.event.logical_id == stack);
        own.map(|recorded| recorded.event.resource_status).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_says_what_becomes_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    let create =
        |stack, more: &[(&'static str, &'static str)]| [&[("StackName", stack), ("TemplateBody", BAD)], more].concat();
    for (stack, how, ends) in [
        ("rolls", ("OnFailure", "ROLLBACK"), vec!["ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]),
        ("goes", ("OnFailure", "DELETE"), vec!["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]),
        ("stays", ("OnFailure", "DO_NOTHING"), vec!["CREATE_FAILED"]),
        ("kept", ("DisableRollback", "true"), vec!["CREATE_FAILED"]),
    ] {
        cloud.ask("CreateStack", &create(stack, &[how])).await.unwrap();
        assert_eq!(cloud.statuses(stack).await[1..], ends, "{stack}");
    }
    let described = cloud.ask("DescribeStacks", &[("StackName", "kept")]).await.unwrap();
    assert!(described.contains("<DisableRollback>true</DisableRollback>"), "{described}");

    // What SAM asks before it makes another change set, and is refused that.
    let declared = cloud.ask("GetTemplateSummary", &[("StackName", "rolls")]).await.unwrap();
    assert!(declared.contains("<member>AWS::SQS::Queue</member>"), "{declared}");

    let validation = |message: &str| format!("ValidationError: {message}");
    let both = cloud.ask("CreateStack", &create("both", &[("OnFailure", "DELETE"), ("DisableRollback", "true")])).await;
    let either = "Either DisableRollback or OnFailure can be specified, not both.";
    assert_eq!(both.unwrap_err(), validation(either));
    let unknown = cloud.ask("CreateStack", &create("new", &[("OnFailure", "RETRY")])).await.unwrap_err();
    assert!(unknown.contains("Value 'RETRY' at 'onFailure' failed to satisfy constraint"), "{unknown}");

    let update =
        |stack, more: &[(&'static str, &'static str)]| [&[("StackName", stack), ("TemplateBody", GOOD)], more].concat();
    let non_terminal = "This stack is currently in a non-terminal [CREATE_FAILED] state. To update the stack from this state, please use \
                        the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the \
                        rollback-stack API";
    assert_eq!(cloud.ask("UpdateStack", &update("kept", &[])).await.unwrap_err(), validation(non_terminal));
    let on_failure = "This stack cannot be updated from [CREATE_FAILED] state because it contains [on-failure: DO_NOTHING]. Please use \
                      disable-rollback option instead during stack creation.";
    let keeping = [("DisableRollback", "true")];
    assert_eq!(cloud.ask("UpdateStack", &update("stays", &keeping)).await.unwrap_err(), validation(on_failure));
    cloud.ask("RollbackStack", &[("StackName", "stays")]).await.unwrap();
    assert_eq!(cloud.statuses("stays").await[2..], ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]);
    let gone = cloud.ask("DescribeStacks", &[("StackName", "stays")]).await.unwrap_err();
    assert_eq!(gone, validation("Stack with id stays does not exist"));
    cloud.ask("UpdateStack", &update("kept", &keeping)).await.unwrap();
    assert_eq!(cloud.statuses("kept").await.last().unwrap(), "UPDATE_COMPLETE");
    cloud.running.abort();
}

/// What a service refuses when it is to make a resource: the rest of the template, the resource that fails, and the service's words.
const REFUSED_CREATIONS: &[(&str, &str, &str)] = &[
    (
        "Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: \
         lambda.amazonaws.com}}}, Policies: [{PolicyName: a, PolicyDocument: {Version: 2012-10-17, Statement: {Effect: Allow, Action: \
         'sqs:SendMessage', Resource: made}}}]}",
        "Bad",
        "Resource made must be in ARN format or \"*\". (Service: Iam, Status Code: 400, ",
    ),
    (
        "Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Action: 'sts:AssumeRole'}}}",
        "Bad",
        "Missing required field Principal (Service: Iam, Status Code: 400, ",
    ),
    (
        "Type: AWS::Serverless::Function, Properties: {CodeUri: 's3://code/a.zip', Handler: bootstrap, Runtime: provided.al2023, Policies: \
         [{Statement: {Effect: Allow, Action: SendMessage, Resource: '*'}}]}",
        "BadRole",
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. (Service: Iam, Status Code: 400, ",
    ),
    (
        "Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Made.Arn, maxReceiveCount: 0}}",
        "Bad",
        "Reason: Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive. (Service: Sqs, ",
    ),
    (
        "Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !Sub '${Made.Arn}-dead', maxReceiveCount: 3}}",
        "Bad",
        "for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist. (Service: Sqs, Status Code: 400, ",
    ),
    (
        "Type: AWS::SQS::Queue, Properties: {FifoQueue: false}",
        "Bad",
        "Unknown Attribute FifoQueue. (Service: Sqs, Status Code: 400, ",
    ),
    (
        "Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Made], PolicyDocument: {Statement: {Effect: Allow, Principal: '*', Action: \
         's3:GetObject', Resource: '*'}}}",
        "Bad",
        "Invalid value for the parameter Policy. (Service: Sqs, Status Code: 400, ",
    ),
    // CloudFormation's own check of the properties, each violation on a line of its own.
    (
        "Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, Foo: 1}",
        "Bad",
        "Properties validation failed for resource Bad with message:\n#: required key [KeySchema] not found\n#: extraneous key [Foo] is not \
         permitted",
    ),
    (
        "Type: AWS::Logs::LogGroup, Properties: {LogGroupName: {of: [names]}}",
        "Bad",
        "#/LogGroupName: expected type: String, found: JSONObject",
    ),
    // Two of one name.
    (
        "Type: AWS::SQS::Queue, Properties: {QueueName: taken}",
        "Bad",
        "Resource of type 'AWS::SQS::Queue' with identifier 'taken' already exists.",
    ),
    (
        "Type: AWS::DynamoDB::Table, Properties: {TableName: nc orders, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: \
         [{AttributeName: pk, AttributeType: S}], KeySchema: [{AttributeName: pk, KeyType: HASH}]}",
        "Bad",
        "Value 'nc orders' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+ \
         (Service: DynamoDb, Status Code: 400, ",
    ),
    (
        "Type: AWS::DynamoDB::Table, Properties: {TableName: ab, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: \
         [{AttributeName: pk, AttributeType: S}], KeySchema: [{AttributeName: pk, KeyType: HASH}]}",
        "Bad",
        "Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3 (Service: DynamoDb, ",
    ),
    (
        "Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: pk, \
         AttributeType: S}], KeySchema: [{AttributeName: pk, KeyType: HASH}], GlobalSecondaryIndexes: [{IndexName: all, KeySchema: \
         [{AttributeName: pk, KeyType: HASH}], Projection: {ProjectionType: ALL, NonKeyAttributes: [a]}}]}",
        "Bad",
        "ProjectionType is ALL, but NonKeyAttributes is specified (Service: DynamoDb, ",
    ),
    (
        "Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: pk, \
         AttributeType: S}, {AttributeName: at, AttributeType: S}], KeySchema: [{AttributeName: pk, KeyType: HASH}], \
         LocalSecondaryIndexes: [{IndexName: by-at, KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: at, KeyType: RANGE}], \
         Projection: {ProjectionType: KEYS_ONLY}}]}",
        "Bad",
        "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex (Service: DynamoDb, ",
    ),
    (
        "Type: AWS::Serverless::Function, Properties: {CodeUri: 's3://code/a.zip', Handler: bootstrap, Runtime: provided.al2023, MemorySize: 100}",
        "Bad",
        "Properties validation failed for resource Bad with message:\n#/MemorySize: failed validation constraint for keyword [minimum]",
    ),
    (
        "Type: AWS::Serverless::Function, Properties: {CodeUri: 's3://code/a.zip', Handler: bootstrap, Runtime: provided.al2023, MemorySize: \
         20000}",
        "Bad",
        "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240 (Service: Lambda, ",
    ),
    (
        "Type: AWS::Serverless::Function, Properties: {CodeUri: 's3://code/a.zip', Handler: bootstrap, Runtime: provided.al2023, \
         FunctionName: 'bad name!'}",
        "Bad",
        "#/FunctionName: failed validation constraint for keyword [pattern]",
    ),
    (
        "Type: AWS::Serverless::Function, Properties: {CodeUri: 's3://code/a.zip', Handler: bootstrap, Runtime: provided.al2023, Environment: \
         {Variables: {AWS_REGION: here}}}",
        "Bad",
        "Reserved keys used in this request: AWS_REGION (Service: Lambda, Status Code: 400, ",
    ),
    (
        "Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: code, S3Key: a.zip}, Runtime: provided.al2023, Role: !GetAtt Role.Arn}",
        "Bad",
        "Runtime and Handler are mandatory parameters for functions created with deployment packages. (Service: Lambda, Status Code: 400, ",
    ),
    (
        "Type: AWS::SQS::Queue, Properties: {QueueName: letters.fifo}",
        "Bad",
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length (Service: Sqs, Status Code: 400, ",
    ),
    (
        "Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId, HttpMethod: FETCH, \
         AuthorizationType: NONE, Integration: {Type: MOCK}}",
        "Bad",
        "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY (Service: ApiGateway, Status Code: 400, ",
    ),
    // What AWS says is not known, so the words are ours.
    (
        "Type: AWS::CloudWatch::Alarm, Properties: {ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1, Threshold: 1, MetricName: \
         Errors, Namespace: AWS/Lambda, Period: 61, Statistic: Sum}",
        "Bad",
        "Period: Period must be 10, 20, 30 or a multiple of 60",
    ),
];

/// What CloudFormation refuses before anything begins, with a resource that would be refused later: the template and its words.
const REFUSED_AT_ONCE: &[(&str, &str)] = &[
    (
        "Value: !Ref Nothing",
        "Template format error: Unresolved resource dependencies [Nothing] in the Outputs block of the template",
    ),
    (
        "Value: !GetAtt Bad.Nothing",
        "Template error: resource Bad does not support attribute type Nothing in Fn::GetAtt",
    ),
    (
        "Value: !Ref Bad, Condition: Never",
        "Template format error: Unresolved condition dependency Never in the Outputs block of the template",
    ),
    (
        "Value: !Select [a]",
        "Template error: Fn::Select requires a list argument with two elements: an integer index and a list",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_template_is_refused_at_once_and_without_what_comes_later() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    for (output, sentence) in REFUSED_AT_ONCE {
        let text = format!(
            "Resources:\n  Bad: {{Type: AWS::SQS::Queue, Properties: {{QueueName: 'a b', VisibilityTimeout: soon}}}}\nOutputs:\n  O: {{{output}}}\n"
        );
        let given = [("StackName", "none"), ("TemplateBody", text.as_str())];
        let refused = cloud.ask("CreateStack", &given).await.unwrap_err();
        assert_eq!(refused, format!("ValidationError: {sentence}"));
        let set = [&given[..], &[("ChangeSetName", "first"), ("ChangeSetType", "CREATE")]].concat();
        let refused = cloud.ask("CreateChangeSet", &set).await.unwrap_err();
        assert_eq!(refused, format!("ValidationError: {sentence}"));
    }
    // What the local cloud cannot run is in nobody's words but its own, and at once.
    let lacking = "Resources:\n  Bad: {Type: AWS::SQS::Queue, Properties: {QueueName: a.fifo, FifoQueue: true, VisibilityTimeout: soon}}\n";
    let refused = cloud.ask("CreateStack", &[("StackName", "none"), ("TemplateBody", lacking)]).await.unwrap_err();
    assert!(
        refused.contains("the local cloud has standard queues only") && !refused.contains("CREATE_FAILED"),
        "{refused}"
    );
    assert!(!refused.contains("VisibilityTimeout"), "{refused}");
    let unknown = cloud.ask("DescribeStacks", &[("StackName", "none")]).await.unwrap_err();
    assert_eq!(unknown, "ValidationError: Stack with id none does not exist");
    cloud.running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_set_says_which_properties_change_and_what_that_does() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    let template = |seconds: u32, value: &str, more: &str| {
        format!(
            "Resources:\n  Q: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: {seconds}}}}}\n  K: {{Type: \
             AWS::ApiGateway::ApiKey, Properties: {{Name: named, Value: {value}}}}}\n{more}"
        )
    };
    let first = template(30, "twenty-characters-one", "");
    cloud.ask("CreateStack", &[("StackName", "s"), ("TemplateBody", &first)]).await.unwrap();
    assert_eq!(cloud.statuses("s").await.last().unwrap(), "CREATE_COMPLETE");
    let second = template(60, "twenty-characters-two", "  New: {Type: AWS::SQS::Queue}\n");
    let set = [("StackName", "s"), ("ChangeSetName", "c"), ("TemplateBody", second.as_str())];
    cloud.ask("CreateChangeSet", &set).await.unwrap();
    let described = cloud.ask("DescribeChangeSet", &[("StackName", "s"), ("ChangeSetName", "c")]).await.unwrap();
    let detail = |name: &str, recreation: &str| {
        format!(
            "<Details><member><Target><Attribute>Properties</Attribute><Name>{name}</Name><RequiresRecreation>{recreation}</RequiresRecreation>\
             </Target><Evaluation>Static</Evaluation><ChangeSource>DirectModification</ChangeSource></member></Details>"
        )
    };
    for expected in
        [detail("VisibilityTimeout", "Never"), detail("Value", "Always"), "<Scope></Scope><Details></Details>".into()]
    {
        assert!(described.contains(&expected), "no {expected} in {described}");
    }
    // A key has its name as long as it is there, and another one would be made first.
    cloud.ask("ExecuteChangeSet", &[("StackName", "s"), ("ChangeSetName", "c")]).await.unwrap();
    assert_eq!(cloud.statuses("s").await.last().unwrap(), "UPDATE_ROLLBACK_COMPLETE");
    let events = cloud.stacks.find("s").unwrap().events;
    let failed = events.iter().find(|recorded| recorded.event.resource_status == "UPDATE_FAILED").unwrap();
    let said = "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename named and update the stack again.";
    assert_eq!((failed.event.logical_id.as_str(), failed.event.reason.as_deref()), ("K", Some(said)));
    cloud.running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_has_its_id_when_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    let body =
        format!("{BASE}  Bad: {{Type: AWS::SQS::Queue, DependsOn: [Made, Taken], Properties: {{QueueName: made}}}}\n");
    let body = body.replace("QueueName: taken", "QueueName: made") + "  Made: {Type: AWS::SQS::Queue}\n";
    cloud.ask("CreateStack", &[("StackName", "s"), ("TemplateBody", &body)]).await.unwrap();
    assert_eq!(cloud.statuses("s").await.last().unwrap(), "ROLLBACK_COMPLETE");
    let record = cloud.stacks.find("s").unwrap();
    let of = |id: &str| -> Vec<(String, String, Option<String>)> {
        let events = record.events.iter().map(|recorded| &recorded.event).filter(|event| event.logical_id == id);
        let reason = |reason: &Option<String>| reason.clone().filter(|reason| !reason.contains("already exists"));
        events.map(|event| (event.resource_status.clone(), event.physical_id.clone(), reason(&event.reason))).collect()
    };
    let event =
        |status: &str, id: &str, reason: Option<&str>| (status.to_string(), id.to_string(), reason.map(str::to_string));
    assert_eq!(
        of("Made"),
        [
            event("CREATE_IN_PROGRESS", "", None),
            event("CREATE_IN_PROGRESS", "s-Made", Some("Resource creation Initiated")),
            event("CREATE_COMPLETE", "s-Made", None),
            event("DELETE_IN_PROGRESS", "s-Made", None),
            event("DELETE_COMPLETE", "s-Made", None),
        ]
    );
    let of_bad =
        [event("CREATE_IN_PROGRESS", "", None), event("CREATE_FAILED", "", None), event("DELETE_COMPLETE", "", None)];
    assert_eq!(of("Bad"), of_bad);
    cloud.running.abort();
}

/// What some of them name.
const GIVEN: &[(&str, &str)] = &[
    ("!Ref Api", "  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: api}}\n"),
    (
        "!GetAtt Role.Arn",
        "  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, \
         Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}]}}}\n",
    ),
];

/// Looks at the template before it is deployed, which says the same once. What other stacks have is not looked at.
fn seen_before(text: &str, bad: &str, reason: &str) {
    if ["Dead letter target does not exist", "already exists"].iter().any(|words| reason.contains(words)) {
        return;
    }
    let report = preflight(text, Path::new("template.yaml"), &PreflightInput::default());
    let said =
        |words: &str| report.refused.iter().filter(|one| one.message.contains(words.trim_end_matches(", "))).count();
    let (property, words) = reason.split_once(": ").unwrap_or(("", reason));
    let is_ours =
        report.refused.iter().any(|one| one.property.as_deref() == Some(property) && one.message.starts_with(words));
    // Violations of a schema stand at their own lines.
    let violations = reason.split_once("with message:\n").map_or(vec![reason], |(_, all)| all.split('\n').collect());
    assert!(is_ours || violations.iter().all(|words| said(words) == 1), "{bad}: {:#?}", report.refused);
    assert_eq!(report.refused.len(), violations.len(), "{bad}: {:#?}", report.refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_refuses_fails_its_resource_and_rolls_the_stack_back() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    for (at, (bad, resource, reason)) in REFUSED_CREATIONS.iter().enumerate() {
        let stack = format!("s{at}");
        let text = format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  Made: {{Type: AWS::SQS::Queue}}\n  Bad: {{DependsOn: Made, {bad}}}\n{}",
            GIVEN.iter().filter(|(id, _)| bad.contains(id)).map(|(_, text)| *text).collect::<String>()
        );
        seen_before(&text, bad, reason);
        let create = [
            ("StackName", stack.as_str()),
            ("ChangeSetName", "first"),
            ("ChangeSetType", "CREATE"),
            ("TemplateBody", &text),
            ("Capabilities.member.1", "CAPABILITY_IAM"),
            ("Capabilities.member.2", "CAPABILITY_AUTO_EXPAND"),
        ];
        cloud.ask("CreateChangeSet", &create).await.unwrap();
        let named = [("StackName", stack.as_str()), ("ChangeSetName", "first")];
        let described = cloud.ask("DescribeChangeSet", &named).await.unwrap();
        assert!(described.contains("<Status>CREATE_COMPLETE</Status>"), "{bad}: {described}");
        cloud.ask("ExecuteChangeSet", &named).await.unwrap();
        assert_eq!(cloud.statuses(&stack).await.last().unwrap(), "ROLLBACK_COMPLETE", "{bad}");
        let record = cloud.stacks.all().into_iter().find(|record| record.name == stack).unwrap();
        let event = |id: &str, status: &str| {
            let mut events = record.events.iter().map(|recorded| &recorded.event);
            events.find(|event| event.logical_id == id && event.resource_status == status).cloned()
        };
        let failed = event(resource, "CREATE_FAILED").unwrap_or_else(|| panic!("{bad}: {:#?}", record.events));
        assert!(failed.reason.as_ref().is_some_and(|said| said.contains(reason)), "{failed:?}");
        assert!(event("Made", "CREATE_COMPLETE").is_some() && event("Made", "DELETE_COMPLETE").is_some(), "{bad}");
    }
    cloud.running.abort();
}

/// No folder comes with a template that is sent, so nothing is built from one.
#[tokio::test(flavor = "multi_thread")]
async fn code_that_nobody_has_uploaded_fails_its_function() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    let sam =
        "Type: AWS::Serverless::Function, Properties: {CodeUri: hello, Handler: bootstrap, Runtime: provided.al2023}";
    let plain = "Type: AWS::Lambda::Function, Properties: {Code: hello, Handler: bootstrap, Runtime: provided.al2023, Role: !GetAtt \
                 Role.Arn}";
    let not_uploaded =
        "CodeUri: must name an object in a bucket: no folder comes with this template, and `sam deploy` uploads one";
    let no_object = "#/Code: expected type: JSONObject, found: String";
    for (stack, function, reason) in [("sam", sam, not_uploaded), ("plain", plain, no_object)] {
        let role = GIVEN.iter().filter(|(id, _)| function.contains(id)).map(|(_, text)| *text).collect::<String>();
        let text = format!("Transform: AWS::Serverless-2016-10-31\nResources:\n  Bad: {{{function}}}\n{role}");
        let create = [
            ("StackName", stack),
            ("TemplateBody", text.as_str()),
            ("Capabilities.member.1", "CAPABILITY_IAM"),
            ("Capabilities.member.2", "CAPABILITY_AUTO_EXPAND"),
        ];
        cloud.ask("CreateStack", &create).await.unwrap();
        assert_eq!(cloud.statuses(stack).await.last().unwrap(), "ROLLBACK_COMPLETE");
        let record = cloud.stacks.all().into_iter().find(|record| record.name == stack).unwrap();
        let reasons: Vec<&String> =
            record.events.iter().filter_map(|recorded| recorded.event.reason.as_ref()).collect();
        assert!(reasons.iter().any(|said| said.contains(reason)), "{reasons:?}");
    }
    cloud.running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_set_says_it_or_who_executes_it() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    let set = |stack, name, template, kind, more: &[(&'static str, &'static str)]| {
        let given =
            [("StackName", stack), ("ChangeSetName", name), ("TemplateBody", template), ("ChangeSetType", kind)];
        [&given, more].concat()
    };
    let named = |stack, name| [("StackName", stack), ("ChangeSetName", name)];
    let kept = [named("one", "first").as_slice(), &[("DisableRollback", "true")]].concat();
    cloud.ask("CreateChangeSet", &set("one", "first", BAD, "CREATE", &[])).await.unwrap();
    cloud.ask("ExecuteChangeSet", &kept).await.unwrap();
    assert_eq!(cloud.statuses("one").await[1..], ["CREATE_IN_PROGRESS", "CREATE_FAILED"]);

    // A change set is made for a stack in this state, and only its execution asks how it goes on.
    cloud.ask("CreateChangeSet", &set("one", "second", GOOD, "UPDATE", &[])).await.unwrap();
    let refused = cloud.ask("ExecuteChangeSet", &named("one", "second")).await.unwrap_err();
    assert!(
        refused.starts_with("ValidationError: This stack is currently in a non-terminal [CREATE_FAILED] state."),
        "{refused}"
    );
    let going_on = [named("one", "second").as_slice(), &[("DisableRollback", "true")]].concat();
    cloud.ask("ExecuteChangeSet", &going_on).await.unwrap();
    assert_eq!(cloud.statuses("one").await.last().unwrap(), "UPDATE_COMPLETE");

    cloud.ask("CreateChangeSet", &set("two", "set", BAD, "CREATE", &[("OnStackFailure", "DELETE")])).await.unwrap();
    let described = cloud.ask("DescribeChangeSet", &named("two", "set")).await.unwrap();
    assert!(described.contains("<OnStackFailure>DELETE</OnStackFailure>"), "{described}");
    let twice = [named("two", "set").as_slice(), &[("DisableRollback", "true")]].concat();
    assert!(cloud.ask("ExecuteChangeSet", &twice).await.unwrap_err().starts_with("ValidationError: DisableRollback"));
    cloud.ask("ExecuteChangeSet", &named("two", "set")).await.unwrap();
    assert_eq!(cloud.statuses("two").await[2..], ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]);
    let update = set("one", "third", GOOD, "UPDATE", &[("OnStackFailure", "DELETE")]);
    assert!(cloud.ask("CreateChangeSet", &update).await.unwrap_err().starts_with("ValidationError: OnStackFailure"));
    cloud.running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_half_way_can_go_back() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    for operation in ["RollbackStack", "ContinueUpdateRollback"] {
        let refused = cloud.ask(operation, &[("StackName", "board")]).await.unwrap_err();
        assert!(refused.ends_with("is in CREATE_COMPLETE state and can not be rolled back."), "{operation}: {refused}");
        let nobodys = cloud.ask(operation, &[("StackName", "nobody")]).await.unwrap_err();
        assert_eq!(nobodys, "ValidationError: Stack with id nobody does not exist", "{operation}");
    }
    // The stack with which the cloud was started is no other than the rest.
    let other = [
        ("StackName", "other"),
        ("TemplateBody", "Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: others}}\n"),
    ];
    cloud.ask("CreateStack", &other).await.unwrap();
    assert_eq!(cloud.statuses("other").await.last().unwrap(), "CREATE_COMPLETE");
    let both = format!(
        "{BASE}  Made: {{Type: AWS::SQS::Queue}}\n  Bad: {{Type: AWS::SQS::Queue, DependsOn: Made, Properties: {{QueueName: others}}}}\n"
    );
    let update = [("StackName", "board"), ("TemplateBody", both.as_str()), ("DisableRollback", "true")];
    cloud.ask("UpdateStack", &update).await.unwrap();
    assert_eq!(cloud.statuses("board").await.last().unwrap(), "UPDATE_FAILED");
    cloud.ask("RollbackStack", &[("StackName", "board")]).await.unwrap();
    assert_eq!(cloud.statuses("board").await.last().unwrap(), "UPDATE_ROLLBACK_COMPLETE");
    cloud.running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_breaks_a_rule_is_refused_before_there_is_a_stack() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    let template = format!("Parameters:\n  Stage: {{Type: String, Default: dev, AllowedValues: [dev, prod]}}\n{GOOD}");
    let given = |value| {
        let value = [("Parameters.member.1.ParameterKey", "Stage"), ("Parameters.member.1.ParameterValue", value)];
        [[("StackName", "new"), ("TemplateBody", template.as_str())], value].concat()
    };
    let set = [given("test").as_slice(), &[("ChangeSetName", "set"), ("ChangeSetType", "CREATE")]].concat();
    for (operation, asked) in [("CreateStack", given("test")), ("CreateChangeSet", set)] {
        let refused = cloud.ask(operation, &asked).await.unwrap_err();
        assert_eq!(refused, "ValidationError: Parameter 'Stage' must be one of AllowedValues", "{operation}");
    }
    assert!(cloud.stacks.find("new").is_none(), "nothing was made");
    cloud.ask("CreateStack", &given("prod")).await.unwrap();
    assert_eq!(cloud.statuses("new").await.last().unwrap(), "CREATE_COMPLETE");
    cloud.running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_stack_exports_another_imports() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    let exporting = |name: &str, exports: &str| {
        format!(
            "Resources:\n  Q: {{Type: AWS::SQS::Queue}}\nOutputs:\n  O: {{Value: {name}, Export: {{Name: {exports}}}}}\n"
        )
    };
    let importing = "Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue shared-name}}\n";
    fn template<'t>(stack: &'t str, text: &'t str) -> [(&'static str, &'t str); 2] {
        [("StackName", stack), ("TemplateBody", text)]
    }
    let last = |statuses: Vec<String>, count: usize| statuses[statuses.len() - count..].to_vec();
    let reason = |stack: &str, status: &str| {
        let record = cloud.stacks.all().into_iter().find(|record| record.name == stack).unwrap();
        let mut events = record.events.into_iter().rev().map(|recorded| recorded.event);
        events.find(|event| event.resource_status == status && event.logical_id == stack).unwrap().reason.unwrap()
    };

    cloud.ask("CreateStack", &template("early", importing)).await.unwrap();
    assert_eq!(last(cloud.statuses("early").await, 2), ["ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]);
    let missing = "No export named shared-name found. Rollback requested by user.";
    assert_eq!(reason("early", "ROLLBACK_IN_PROGRESS"), missing);

    let own = exporting("'shared'", "!Sub 'shared-${X}'")
        .replace("Resources", "Parameters: {X: {Type: String, Default: name}}\nResources");
    cloud.ask("CreateStack", &template("exporter", &own)).await.unwrap();
    assert_eq!(cloud.statuses("exporter").await.last().unwrap(), "CREATE_COMPLETE");
    let listed = cloud.ask("ListExports", &[]).await.unwrap();
    assert!(listed.contains("<Name>shared-name</Name><Value>shared</Value>"), "{listed}");
    let described = cloud.ask("DescribeStacks", &[("StackName", "exporter")]).await.unwrap();
    assert!(described.contains("<ExportName>shared-name</ExportName>"), "as it was worked out: {described}");
    let imports = [("ExportName", "shared-name")];
    let unused = cloud.ask("ListImports", &imports).await.unwrap_err();
    assert_eq!(unused, "ValidationError: Export 'shared-name' is not imported by any stack.");
    cloud.ask("CreateStack", &template("importer", importing)).await.unwrap();
    assert_eq!(cloud.statuses("importer").await.last().unwrap(), "CREATE_COMPLETE");
    assert_eq!(cloud.stacks.find("importer").unwrap().resources[0].physical_id, "shared");
    assert!(cloud.ask("ListImports", &imports).await.unwrap().contains("<member>importer</member>"));

    let twin = exporting("b", "shared-name");
    cloud.ask("CreateStack", &template("twin", &twin)).await.unwrap();
    assert_eq!(cloud.statuses("twin").await.last().unwrap(), "ROLLBACK_COMPLETE");
    let taken = "Export with name shared-name is already exported by stack exporter. Rollback requested by user.";
    assert_eq!(reason("twin", "ROLLBACK_IN_PROGRESS"), taken);

    for (text, what) in [(exporting("other", "shared-name"), "updated"), (exporting("shared", "new-name"), "deleted")] {
        cloud.ask("UpdateStack", &template("exporter", &text)).await.unwrap();
        assert_eq!(cloud.statuses("exporter").await.last().unwrap(), "UPDATE_ROLLBACK_COMPLETE");
        let in_use = format!("Export shared-name cannot be {what} as it is in use by importer.");
        assert_eq!(reason("exporter", "UPDATE_ROLLBACK_IN_PROGRESS"), in_use);
    }
    cloud.ask("DeleteStack", &[("StackName", "exporter")]).await.unwrap();
    let deleted = last(cloud.statuses("exporter").await, 2);
    assert_eq!(deleted, ["DELETE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"], "as it was before");
    let in_use = "Export shared-name cannot be deleted as it is in use by importer";
    assert_eq!(reason("exporter", "UPDATE_ROLLBACK_COMPLETE"), in_use);

    cloud.ask("DeleteStack", &[("StackName", "importer")]).await.unwrap();
    assert_eq!(cloud.statuses("importer").await.last().unwrap(), "DELETE_COMPLETE");
    cloud.ask("DeleteStack", &[("StackName", "exporter")]).await.unwrap();
    assert_eq!(cloud.statuses("exporter").await.last().unwrap(), "DELETE_COMPLETE");
    cloud.running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_at_first_sight_is_refused_by_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    for (template, said) in [
        (format!("{GOOD}Outputs:\n"), "[/Outputs] 'null' values are not allowed in templates"),
        (
            "Resources:\n  A: &queue {Type: AWS::SQS::Queue}\n  B: *queue\n".to_string(),
            "Template error: YAML aliases are not allowed in CloudFormation templates.",
        ),
        (format!("{GOOD}Extra: {{}}\n"), "Invalid template property or properties [Extra]"),
        (
            format!("{GOOD}  A_b: {{Type: AWS::SQS::Queue}}\n"),
            "Template format error: Resource name A_b is non alphanumeric.",
        ),
    ] {
        for operation in ["ValidateTemplate", "CreateStack"] {
            let asked = [("StackName", "new"), ("TemplateBody", template.as_str())];
            assert_eq!(cloud.ask(operation, &asked).await.unwrap_err(), format!("ValidationError: {said}"));
        }
    }
    let nobodys = |more: &str| format!("{GOOD}  Other: {{Type: AWS::SQS::Queue, {more}}}\n");
    for (template, said) in [
        (nobodys("DependsOn: [Made, Nobody]"), "[Nobody] in the Resources block"),
        (nobodys("Properties: {QueueName: !Sub '${Made}-${Nobody}-${!Text}'}"), "[Nobody] in the Resources block"),
        (format!("{GOOD}Outputs: {{O: {{Value: !Ref Nobody}}}}\n"), "[Nobody] in the Outputs block"),
    ] {
        let refused = cloud.ask("ValidateTemplate", &[("TemplateBody", template.as_str())]).await.unwrap_err();
        let sentence = "ValidationError: Template format error: Unresolved resource dependencies";
        assert_eq!(refused, format!("{sentence} {said} of the template"));
    }
    let named =
        nobodys("Condition: Nothing, Properties: {QueueName: !Sub ['${AWS::Region}-${Own}', {Own: !Ref Made}]}");
    cloud.ask("ValidateTemplate", &[("TemplateBody", named.as_str())]).await.unwrap();
    let role = "arn:aws:iam::123456789012:role/nobodys";
    let asked = [("StackName", "new"), ("TemplateBody", GOOD), ("RoleARN", role)];
    let refused = cloud.ask("CreateStack", &asked).await.unwrap_err();
    assert_eq!(refused, format!("ValidationError: Role {role} is invalid or cannot be assumed"));
    assert!(cloud.stacks.find("new").is_none(), "nothing was made");
    cloud.running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_knows_its_id_and_may_begin_with_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    let template = "Parameters: {Made: {Type: String, Default: no}}\nConditions: {Made: !Equals [!Ref Made, 'yes']}\n\
        Resources:\n  Queue: {Type: AWS::SQS::Queue, Condition: Made}\nOutputs:\n  Id: {Value: !Ref AWS::StackId}\n";
    cloud.ask("CreateStack", &[("StackName", "empty"), ("TemplateBody", template)]).await.unwrap();
    assert_eq!(cloud.statuses("empty").await.last().unwrap(), "CREATE_COMPLETE");
    let record = cloud.stacks.find("empty").unwrap();
    assert_eq!(record.outputs["Id"], record.id);
    let made = [
        ("StackName", "empty"),
        ("TemplateBody", template),
        ("Parameters.member.1.ParameterKey", "Made"),
        ("Parameters.member.1.ParameterValue", "yes"),
    ];
    cloud.ask("UpdateStack", &made).await.unwrap();
    assert_eq!(cloud.statuses("empty").await.last().unwrap(), "UPDATE_COMPLETE");
    let record = cloud.stacks.find("empty").unwrap();
    assert_eq!((record.outputs["Id"].as_str(), record.resources.len()), (record.id.as_str(), 1));
    let again = cloud.ask("UpdateStack", &made).await.unwrap_err();
    assert_eq!(again, "ValidationError: No updates are to be performed.");
    cloud.running.abort();
}

/// The parameters of a call.
type Asked = &'static [(&'static str, &'static str)];

/// What does not keep to the service's model: the operation, what is asked besides a stack's name, and the answer.
const OUTSIDE_OF_THE_MODEL: &[(&str, Asked, &str)] = &[
    (
        "CreateStack",
        &[("Capabilities.member.1", "CAPABILITY_IAM"), ("Capabilities.member.2", "CAPABILITY_ADMIN")],
        "ValidationError: 1 validation error detected: Value '[CAPABILITY_IAM, CAPABILITY_ADMIN]' at 'capabilities' failed to satisfy \
         constraint: Member must satisfy constraint: [Member must satisfy enum value set: [CAPABILITY_AUTO_EXPAND, CAPABILITY_NAMED_IAM, \
         CAPABILITY_IAM]]",
    ),
    ("CreateStack", &[("DisableRollback", "maybe")], "MalformedInput: boolean must follow xsd1.1 definition"),
    ("UpdateStack", &[("UsePreviousTemplate", "True")], "MalformedInput: boolean must follow xsd1.1 definition"),
    ("ExecuteChangeSet", &[("DisableRollback", "")], "MalformedInput: missing value for boolean type"),
    (
        "CreateChangeSet",
        &[("Parameters.member.1.ParameterKey", "P"), ("Parameters.member.1.UsePreviousValue", "yes")],
        "MalformedInput: boolean must follow xsd1.1 definition",
    ),
    (
        "UpdateTerminationProtection",
        &[],
        "ValidationError: 1 validation error detected: Value null at 'enableTerminationProtection' failed to satisfy constraint: Member \
         must not be null",
    ),
    ("CreateStack", &[("TimeoutInMinutes", "soon")], "MalformedInput: 'soon' is not a whole number"),
    (
        "CreateStack",
        &[("TimeoutInMinutes", "0")],
        "ValidationError: 1 validation error detected: Value '0' at 'timeoutInMinutes' failed to satisfy constraint: Member must have \
         value greater than or equal to 1",
    ),
    (
        "ListStacks",
        &[("StackStatusFilter.member.1", "DONE")],
        "ValidationError: 1 validation error detected: Value '[DONE]' at 'stackStatusFilter' failed to satisfy constraint: Member must \
         satisfy constraint: [Member must satisfy enum value set: [CREATE_IN_PROGRESS, ",
    ),
    (
        "GetTemplate",
        &[("TemplateStage", "Raw")],
        "ValidationError: 1 validation error detected: Value 'Raw' at 'templateStage' failed to satisfy constraint: Member must satisfy \
         enum value set: [Original, Processed]",
    ),
    (
        "CreateChangeSet",
        &[("ChangeSetName", "a_b"), ("ChangeSetType", "NEW")],
        "ValidationError: 2 validation errors detected: Value 'a_b' at 'changeSetName' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*; Value 'NEW' at 'changeSetType' failed to satisfy constraint: Member must \
         satisfy enum value set: [CREATE, UPDATE, IMPORT]",
    ),
    (
        "DeleteStack",
        &[("DeletionMode", "FORCE")],
        "ValidationError: 1 validation error detected: Value 'FORCE' at 'deletionMode' failed to satisfy constraint: Member must satisfy \
         enum value set: [STANDARD, FORCE_DELETE_STACK]",
    ),
    (
        "DeleteStack",
        &[("DeletionMode", "FORCE_DELETE_STACK")],
        "ValidationError: DeletionMode is not supported: the local cloud deletes a stack only with all that is in it; leave it out",
    ),
    ("DescribeStacks", &[("NextToken", "page-2")], "ValidationError: page-2 is not a valid NextToken"),
    ("ListStacks", &[("NextToken", "page-2")], "ValidationError: page-2 is not a valid NextToken"),
    ("ListStackResources", &[("NextToken", "page-2")], "ValidationError: page-2 is not a valid NextToken"),
    ("DescribeStackEvents", &[("NextToken", "page-2")], "ValidationError: page-2 is not a valid NextToken"),
    ("ListExports", &[("NextToken", "page-2")], "ValidationError: page-2 is not a valid NextToken"),
    (
        "DescribeStacks",
        &[("StackName", "a_b")],
        "ValidationError: 1 validation error detected: Value 'a_b' at 'stackName' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_outside_of_the_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    cloud.ask("CreateStack", &[("StackName", "s"), ("TemplateBody", GOOD), ("DisableRollback", "1")]).await.unwrap();
    assert_eq!(cloud.statuses("s").await.last().unwrap(), "CREATE_COMPLETE");
    for (operation, asked, expected) in OUTSIDE_OF_THE_MODEL {
        let rest = [("ChangeSetName", "c"), ("TemplateBody", GOOD)];
        let named = if asked.iter().any(|(name, _)| *name == "StackName") { vec![] } else { vec![("StackName", "s")] };
        let refused = cloud.ask(operation, &[asked, &named[..], &rest].concat()).await.unwrap_err();
        assert!(refused.starts_with(expected), "{operation}: {refused}");
    }
    assert!(cloud.stacks.find("s").unwrap().on_failure == local::deployment::OnFailure::DoNothing, "1 is true");
    for (asked, expected) in [
        (vec![], "StackName is required if ChangeSetName is not specified."),
        (vec![("ChangeSetName", "c")], "StackName is a required parameter."),
    ] {
        let refused = cloud.ask("GetTemplate", &asked).await.unwrap_err();
        assert_eq!(refused, format!("ValidationError: {expected}"));
    }
    let set = [("StackName", "new"), ("ChangeSetName", "c"), ("ChangeSetType", "CREATE"), ("TemplateBody", GOOD)];
    cloud.ask("CreateChangeSet", &set).await.unwrap();
    let refused = cloud.ask("GetTemplateSummary", &[("StackName", "new")]).await.unwrap_err();
    assert_eq!(refused, "ValidationError: GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.");
    cloud.running.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_set_says_for_what_a_property_changes() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Fixture::start(folder.path()).await;
    // The last queue refers to one that is only modified, and the second to one that is replaced.
    let template = |seconds: u32, fifth: &str| {
        format!(
            "Parameters: {{P: {{Type: Number, Default: 1200}}}}\nResources:\n  A: {{Type: AWS::SQS::Queue, Properties: {{QueueName: \
             {fifth}}}}}\n  B: {{Type: AWS::SQS::Queue, Properties: {{Tags: [{{Key: k, Value: !Ref A}}], RedrivePolicy: \
             {{deadLetterTargetArn: !GetAtt A.Arn, maxReceiveCount: 3}}}}}}\n  C: {{Type: AWS::SQS::Queue, DeletionPolicy: Retain, \
             Properties: {{MessageRetentionPeriod: !Ref P, VisibilityTimeout: {seconds}}}}}\n  D: {{Type: AWS::SQS::Queue, Properties: \
             {{RedrivePolicy: {{deadLetterTargetArn: !GetAtt C.Arn, maxReceiveCount: 3}}}}}}\n"
        )
    };
    let gone = "  Gone: {Type: AWS::SQS::Queue, DeletionPolicy: Retain}\n";
    let first = template(30, "one") + gone;
    cloud.ask("CreateStack", &[("StackName", "s"), ("TemplateBody", &first)]).await.unwrap();
    assert_eq!(cloud.statuses("s").await.last().unwrap(), "CREATE_COMPLETE");
    let second = template(60, "two");
    let set = [
        ("StackName", "s"),
        ("ChangeSetName", "c"),
        ("TemplateBody", second.as_str()),
        ("Parameters.member.1.ParameterKey", "P"),
        ("Parameters.member.1.ParameterValue", "1300"),
    ];
    cloud.ask("CreateChangeSet", &set).await.unwrap();
    let described = cloud.ask("DescribeChangeSet", &[("StackName", "s"), ("ChangeSetName", "c")]).await.unwrap();
    let changes: Vec<&str> = described.split("<ResourceChange>").skip(1).collect();
    let change = |id: &str| {
        let named = format!("<LogicalResourceId>{id}</LogicalResourceId>");
        *changes.iter().find(|change| change.contains(&named)).unwrap()
    };
    let detail = |target: &str, evaluation: &str, source: &str, entity: &str| {
        let entity = if entity.is_empty() { String::new() } else { format!("<CausingEntity>{entity}</CausingEntity>") };
        format!(
            "<Target>{target}<RequiresRecreation>Never</RequiresRecreation></Target><Evaluation>{evaluation}</Evaluation><ChangeSource>{source}\
             </ChangeSource>{entity}"
        )
    };
    let property = |name: &str| format!("<Attribute>Properties</Attribute><Name>{name}</Name>");
    for (id, expected) in [
        ("A", "<PolicyAction>ReplaceAndDelete</PolicyAction><Action>Modify</Action>".to_string()),
        ("A", "<Replacement>True</Replacement>".to_string()),
        ("B", "<Scope><member>Properties</member><member>Tags</member></Scope>".to_string()),
        ("B", detail("<Attribute>Tags</Attribute>", "Static", "ResourceReference", "A")),
        ("B", detail(&property("RedrivePolicy"), "Static", "ResourceAttribute", "A.Arn")),
        ("C", detail(&property("VisibilityTimeout"), "Static", "DirectModification", "")),
        ("C", detail(&property("MessageRetentionPeriod"), "Static", "ParameterReference", "P")),
        ("C", detail(&property("MessageRetentionPeriod"), "Dynamic", "DirectModification", "")),
        ("D", detail(&property("RedrivePolicy"), "Dynamic", "ResourceAttribute", "C.Arn")),
        ("D", "<Replacement>False</Replacement>".to_string()),
        ("Gone", "<PolicyAction>Retain</PolicyAction><Action>Remove</Action>".to_string()),
    ] {
        assert!(change(id).contains(&expected), "no {expected} in {}", change(id));
    }
    assert_eq!((changes.len(), change("D").matches("<CausingEntity>").count()), (5, 1));
    cloud.running.abort();
}
