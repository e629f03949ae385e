//! Updates that AWS refuses, of every kind, and values that parameters keep. After a refusal everything is as it was.

#![allow(clippy::unwrap_used, reason = "the helpers of a test may stop it too")]

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use conformance::ground::Ground;
use conformance::socket::Ask;
use dynamodb::DynamoDb;
use local::cloud::Cloud;
use local::deployment::Deployment;
use serde_json::json;

const SAM: &str = "Transform: AWS::Serverless-2016-10-31\n";

async fn booted(folder: &Path, text: &str) -> Result<Cloud, String> {
    let file = folder.join("template.yaml");
    std::fs::write(&file, text).unwrap();
    let ground = Ground::new(env!("CARGO_BIN_EXE_conformance"));
    Cloud::boot(ground.with_services(file)).await.map_err(|error| error.to_string())
}

async fn deployed(cloud: &mut Cloud, folder: &Path, text: &str, parameters: &[(&str, &str)]) -> Result<(), String> {
    let template = folder.join("template.yaml");
    std::fs::write(&template, text).unwrap();
    let given = parameters.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    let deployment = Deployment::of_file(template, given.collect::<BTreeMap<_, _>>());
    cloud.deploy(&deployment, &mut |_| {}).await.map_err(|error| error.to_string())
}

/// A table called `posts` with a key of type `kind` and indexes by these attributes.
fn table(kind: &str, indexes: &[&str]) -> String {
    let mut attributes = format!("{{AttributeName: pk, AttributeType: {kind}}}");
    let mut all = String::new();
    for by in indexes {
        attributes += &format!(", {{AttributeName: {by}, AttributeType: S}}");
        all += &format!(
            "        - {{IndexName: by-{by}, KeySchema: [{{AttributeName: {by}, KeyType: HASH}}], Projection: {{ProjectionType: ALL}}}}\n"
        );
    }
    let indexes = if all.is_empty() { String::new() } else { format!("      GlobalSecondaryIndexes:\n{all}") };
    format!(
        "Resources:\n  Posts:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: posts\n      BillingMode: \
         PAY_PER_REQUEST\n      AttributeDefinitions: [{attributes}]\n      KeySchema: [{{AttributeName: pk, KeyType: HASH}}]\n{indexes}"
    )
}

fn function(id: &str, more: &str) -> String {
    format!(
        "  {id}:\n    Type: AWS::Serverless::Function\n    Properties: {{FunctionName: {id}, CodeUri: ., Handler: bootstrap, Runtime: \
         provided.al2023{more}}}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_table_cannot_become_is_refused_and_its_items_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut cloud = booted(folder.path(), &table("S", &["a"])).await.unwrap();
    let item = json!({ "TableName": "posts", "Item": { "pk": { "S": "1" }, "a": { "S": "x" } } });
    DynamoDb::of(&cloud).tables().call("PutItem", &item).await.unwrap();
    let one_index = "Cannot perform more than one GSI creation or deletion in a single update";
    for (next, refusal) in [
        (
            table("N", &["a"]),
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename posts and update the stack \
             again.",
        ),
        (table("S", &["a", "b", "c"]), one_index),
        (table("S", &["b"]), one_index),
        (
            table("S", &["a"]).replace("ProjectionType: ALL", "ProjectionType: KEYS_ONLY"),
            "Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. You can create a \
             new GSI with a different name.",
        ),
    ] {
        let said = deployed(&mut cloud, folder.path(), &next, &[]).await.unwrap_err();
        assert!(said.contains(refusal), "{said}");
        let described = DynamoDb::of(&cloud).tables().call("DescribeTable", &json!({ "TableName": "posts" })).await;
        let described = described.unwrap();
        assert_eq!(described["Table"]["GlobalSecondaryIndexes"][0]["IndexName"], "by-a");
        let found = DynamoDb::of(&cloud).tables().call("Scan", &json!({ "TableName": "posts" })).await.unwrap();
        assert_eq!(found["Count"], 1);
    }
    for next in [table("S", &["a", "b"]), table("S", &["b"]), table("S", &[])] {
        deployed(&mut cloud, folder.path(), &next, &[]).await.unwrap();
    }
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_leaves_the_account_a_hundred() {
    let refusal = "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its \
                   minimum value of [100].";
    let both = |one: u32, two: u32| {
        let of = |id, reserved| function(id, &format!(", ReservedConcurrentExecutions: {reserved}"));
        format!("{SAM}Resources:\n{}{}", of("one", one), of("two", two))
    };
    let folder = tempfile::tempdir().unwrap();
    let said = booted(folder.path(), &both(950, 0)).await.map(drop).unwrap_err();
    assert!(said.contains(refusal) && said.contains("AWS::Lambda::Function  one"), "{said}");
    let mut cloud = booted(folder.path(), &both(500, 400)).await.unwrap();
    let said = deployed(&mut cloud, folder.path(), &both(500, 500), &[]).await.unwrap_err();
    assert!(said.contains(refusal) && said.contains("two"), "{said}");
    assert_eq!(cloud.lambda().reserved_concurrency("two"), Some(400), "nothing was changed");
    deployed(&mut cloud, folder.path(), &both(400, 500), &[]).await.unwrap();
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_usage_plan_waits_for_its_stage_or_comes_too_early() {
    let folder = tempfile::tempdir().unwrap();
    let template = |plan: &str| {
        let event = ", Events: {Get: {Type: Api, Properties: {Path: /, Method: GET, RestApiId: !Ref Api}}}";
        format!(
            "{SAM}Resources:\n{}  Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: dev}}}}\n{plan}",
            function("one", event)
        )
    };
    let plan = |more: &str, stage: &str| {
        let properties = format!("Properties: {{ApiStages: [{{ApiId: !Ref Api, Stage: {stage}}}]}}");
        template(&format!("  Plan: {{Type: AWS::ApiGateway::UsagePlan, {more}{properties}}}\n"))
    };
    let said = booted(folder.path(), &plan("", "dev")).await.map(drop).unwrap_err();
    assert!(said.contains("AWS::ApiGateway::UsagePlan  Plan") && said.contains("API Stage not found: "), "{said}");
    for waiting in [plan("DependsOn: ApidevStage, ", "dev"), plan("", "!Ref ApidevStage"), plan("", "!Ref Api.Stage")] {
        booted(folder.path(), &waiting).await.unwrap().shutdown().await;
    }
    // Where the stage is there already, the plan need not wait.
    let mut cloud = booted(folder.path(), &template("")).await.unwrap();
    deployed(&mut cloud, folder.path(), &plan("", "dev"), &[]).await.unwrap();
    cloud.shutdown().await;
}

/// The account's setting with a role that `service` may assume, and that has this managed policy.
fn log_role(service: &str, policy: &str) -> String {
    format!(
        "  Account: {{Type: AWS::ApiGateway::Account, Properties: {{CloudWatchRoleArn: !GetAtt Writer.Arn}}}}\n{}",
        writer(service, policy)
    )
}

fn writer(service: &str, policy: &str) -> String {
    format!(
        "  Writer:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: writer\n      ManagedPolicyArns: \
         [arn:aws:iam::aws:policy/service-role/{policy}]\n      AssumeRolePolicyDocument: {{Version: '2012-10-17', Statement: \
         [{{Effect: Allow, Principal: {{Service: {service}}}, Action: 'sts:AssumeRole'}}]}}\n"
    )
}

const GATEWAY: &str = "apigateway.amazonaws.com";
const WRITES: &str = "AmazonAPIGatewayPushToCloudWatchLogs";

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_with_a_log_level_waits_for_the_accounts_role() {
    let folder = tempfile::tempdir().unwrap();
    let template = |more: &str, depends: &str, level: &str| {
        let event = ", Events: {Get: {Type: Api, Properties: {Path: /, Method: GET, RestApiId: !Ref Api}}}";
        format!(
            "{SAM}Resources:\n{}{more}  Api: {{Type: AWS::Serverless::Api, {depends}Properties: {{StageName: dev, MethodSettings: \
             [{{ResourcePath: /*, HttpMethod: '*'{level}}}]}}}}\n",
            function("one", event)
        )
    };
    let (info, waits) = (", LoggingLevel: INFO", "DependsOn: Account, ");
    let no_role = "AWS::ApiGateway::Stage  ApidevStage  Resource handler returned message: \"CloudWatch Logs role ARN must be set in \
                   account settings to enable logging";
    let not_fit = "AWS::ApiGateway::Account  Account  Resource handler returned message: \"The role ARN does not have required \
                   permissions configured.";
    for (more, depends, refusal) in [
        (String::new(), "", no_role),
        (log_role(GATEWAY, WRITES), "", no_role),
        // An account without a role is none that logs.
        ("  Account: {Type: AWS::ApiGateway::Account}\n".to_string(), waits, no_role),
        (
            "  Account: {Type: AWS::ApiGateway::Account, Properties: {CloudWatchRoleArn: 'arn:aws:iam::123456789012:role/theirs'}}\n"
                .to_string(),
            waits,
            "the template has no role with the ARN arn:aws:iam::123456789012:role/theirs",
        ),
        (log_role("lambda.amazonaws.com", WRITES), waits, not_fit),
        (log_role(GATEWAY, "AWSLambdaBasicExecutionRole"), waits, not_fit),
    ] {
        let said = booted(folder.path(), &template(&more, depends, info)).await.map(drop).unwrap_err();
        assert!(said.contains(refusal), "{said}");
    }
    // Without a level nobody asks for the role.
    for level in ["", ", LoggingLevel: 'OFF'"] {
        booted(folder.path(), &template("", "", level)).await.unwrap().shutdown().await;
    }
    let mut cloud = booted(folder.path(), &template(&log_role(GATEWAY, WRITES), waits, info)).await.unwrap();
    // The account has its role now.
    deployed(&mut cloud, folder.path(), &template(&log_role(GATEWAY, WRITES), "", ", LoggingLevel: ERROR"), &[])
        .await
        .unwrap();
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_log_is_refused_as_api_gateway_refuses_it() {
    let folder = tempfile::tempdir().unwrap();
    let template = |more: &str, depends: &str, setting: &str| {
        let event = ", Events: {Get: {Type: Api, Properties: {Path: /, Method: GET, RestApiId: !Ref Api}}}";
        format!(
            "{SAM}Resources:\n{}{more}  Lines: {{Type: AWS::Logs::LogGroup, Properties: {{LogGroupName: lines}}}}\n  Api: {{Type: \
             AWS::Serverless::Api, {depends}Properties: {{StageName: dev, AccessLogSetting: {{{setting}}}}}}}\n",
            function("one", event)
        )
    };
    let (role, waits, to) = (log_role(GATEWAY, WRITES), "DependsOn: Account, ", "DestinationArn: !GetAtt Lines.Arn");
    let with = |format: &str| format!("{to}, Format: {format}");
    let stage = "CREATE_FAILED  AWS::ApiGateway::Stage  ApidevStage  Resource handler returned message: ";
    let named = "DestinationArn: 'arn:aws:logs:ap-northeast-2:123456789012:log-group:others'";
    for (more, depends, setting, refusal) in [
        ("", "", with("$context.requestId"), format!("{stage}\"CloudWatch Logs role ARN must be set in account settings to enable logging")),
        (
            &role,
            waits,
            with("$context.status"),
            format!(
                "{stage}\"Access Log format must include either $context.requestId or $context.extendedRequestId : '$context.status'"
            ),
        ),
        (
            &role,
            waits,
            with("'a $context.requestId\n\n  b'"),
            format!("{stage}\"Access Log format must be single line, new line character is allowed only at end of the format: 'a "),
        ),
        (
            &role,
            waits,
            "DestinationArn: lines, Format: $context.requestId".to_string(),
            format!("{stage}\"Invalid ARN specified in the request. ARNs must start with 'arn:': lines"),
        ),
        (
            &role,
            waits,
            "DestinationArn: 'arn:aws:sqs:ap-northeast-2:123456789012:q', Format: $context.requestId".to_string(),
            format!("{stage}\"Invalid ARN specified in the request. The ARN must be a valid CloudWatch Logs log group or Kinesis"),
        ),
        (&role, waits, format!("{named}, Format: $context.requestId"), "the template has no log group with the ARN".into()),
        (
            &role,
            waits,
            "DestinationArn: 'arn:aws:firehose:ap-northeast-2:123456789012:deliverystream/amazon-apigateway-x', Format: \
             $context.requestId"
                .to_string(),
            "Amazon Data Firehose is not supported".into(),
        ),
        (&role, waits, to.to_string(), "DestinationArn and Format belong together".into()),
    ] {
        let said = booted(folder.path(), &template(more, depends, &setting)).await.map(drop).unwrap_err();
        assert!(said.contains(&refusal), "{said}");
    }
    let whole = template(&role, waits, &with("'$context.extendedRequestId $context.status\n\n  '"));
    booted(folder.path(), &whole).await.unwrap().shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_accounts_role_outlives_the_resource_that_set_it_and_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let template = |more: &str| {
        let event = ", Events: {Get: {Type: Api, Properties: {Path: /, Method: GET, RestApiId: !Ref Api}}}";
        format!(
            "{SAM}Resources:\n{}{more}  Lines: {{Type: AWS::Logs::LogGroup, Properties: {{LogGroupName: lines}}}}\n  Api: {{Type: \
             AWS::Serverless::Api, Properties: {{StageName: dev, Cors: \"'*'\", AccessLogSetting: {{DestinationArn: !GetAtt \
             Lines.Arn, Format: $context.requestId}}, MethodSettings: [{{ResourcePath: /*, HttpMethod: '*', LoggingLevel: INFO}}]}}}}\n",
            function("one", event)
        )
    };
    let boot = |text: String| {
        let file = folder.path().join("template.yaml");
        std::fs::write(&file, text).unwrap();
        let mut boot = Ground::new(env!("CARGO_BIN_EXE_conformance")).with_services(file);
        boot.data = Some(data.clone());
        async move { Cloud::boot(boot).await.map_err(|error| error.to_string()) }
    };
    /// How many lines a preflight, which no function sees, has in the execution log and in the access log.
    async fn lines(cloud: &Cloud) -> (usize, usize) {
        let url = cloud.api_url().unwrap();
        let address = url.trim_start_matches("http://").split('/').next().unwrap().parse().unwrap();
        let read = || {
            let groups = cloud.logs().group_names();
            let execution = groups.iter().find(|group| group.starts_with("API-Gateway-Execution-Logs"));
            (execution.map_or(0, |group| cloud.logs().read(group).len()), cloud.logs().read("lines").len())
        };
        let before = read();
        let (method, path) = ("OPTIONS".to_string(), "/dev/".to_string());
        let preflight = Ask { method, path, headers: Vec::new(), body: Bytes::new() };
        preflight.send(address).await.unwrap();
        let after = read();
        (after.0 - before.0, after.1 - before.1)
    }
    let first = template(&log_role(GATEWAY, WRITES)).replace("  Api: {", "  Api: {DependsOn: Account, ");
    let mut cloud = boot(first).await.unwrap();
    assert!(matches!(lines(&cloud).await, (1.., 1)));
    // What is deleted with the resource is the resource: the role is there, and API Gateway goes on with it.
    let without = template(&writer(GATEWAY, WRITES));
    deployed(&mut cloud, folder.path(), &without, &[]).await.unwrap();
    assert!(matches!(lines(&cloud).await, (1.., 1)));
    cloud.shutdown().await;
    let mut cloud = boot(without.clone()).await.unwrap();
    assert!(matches!(lines(&cloud).await, (1.., 1)));
    // A role that is gone can be assumed by nobody; one of the same name can.
    deployed(&mut cloud, folder.path(), &template(""), &[]).await.unwrap();
    assert_eq!(lines(&cloud).await, (0, 0));
    deployed(&mut cloud, folder.path(), &without, &[]).await.unwrap();
    assert!(matches!(lines(&cloud).await, (1.., 1)));
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_keep_their_values_and_are_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let with = |parameters: &str, colour: &str| {
        let variables = format!(", Environment: {{Variables: {{COLOUR: {colour}}}}}");
        format!("{SAM}{parameters}Resources:\n{}", function("one", &variables))
    };
    let choice =
        |default: &str| with(&format!("Parameters: {{Colour: {{Type: String, Default: {default}}}}}\n"), "!Ref Colour");
    let colour = |cloud: &Cloud| cloud.lambda().function("one").unwrap().environment["COLOUR"].clone();
    let mut cloud = booted(folder.path(), &choice("red")).await.unwrap();
    // The default of the first deployment is its value, and a value is kept.
    let touched = choice("blue") + "  Queue: {Type: AWS::SQS::Queue}\n";
    deployed(&mut cloud, folder.path(), &touched, &[]).await.unwrap();
    assert_eq!(colour(&cloud), "red");
    deployed(&mut cloud, folder.path(), &touched, &[("Colour", "green")]).await.unwrap();
    assert_eq!(colour(&cloud), "green");
    deployed(&mut cloud, folder.path(), &choice("blue"), &[]).await.unwrap();
    assert_eq!(colour(&cloud), "green");
    // A template without the parameter lets its value go, and does not miss it.
    deployed(&mut cloud, folder.path(), &with("", "white"), &[]).await.unwrap();
    assert_eq!(colour(&cloud), "white");
    let said = deployed(&mut cloud, folder.path(), &with("", "black"), &[("Colour", "red")]).await.unwrap_err();
    assert!(said.contains("Parameters: [Colour] do not exist in the template"), "{said}");
    deployed(&mut cloud, folder.path(), &choice("blue"), &[]).await.unwrap();
    assert_eq!(colour(&cloud), "blue", "a parameter that comes back begins with its default");
    cloud.shutdown().await;
}

/// Resources of every kind that is alone in an account, each under the logical id that `renamed` makes of its own.
fn unique(renamed: impl Fn(&str) -> String) -> String {
    let mut text = format!("{SAM}Resources:\n");
    let reads = "{Effect: Allow, Action: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream', \
                 'dynamodb:ListStreams'], Resource: '*'}";
    let trust = "{Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: \
                 'sts:AssumeRole'}]}";
    let table = "TableName: posts, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: pk, AttributeType: S}], \
                 KeySchema: [{AttributeName: pk, KeyType: HASH}], StreamSpecification: {StreamViewType: NEW_IMAGE}";
    let function = format!(
        "FunctionName: feed, CodeUri: ., Handler: bootstrap, Runtime: provided.al2023, Policies: [{{Version: '2012-10-17', Statement: \
         [{reads}]}}]"
    );
    let stream = format!("!GetAtt {}.StreamArn", renamed("Posts"));
    let (read_by, site) = (renamed("Feed"), renamed("Site"));
    let statement = format!(
        "{{Effect: Deny, Principal: {{Service: cloudfront.amazonaws.com}}, Action: 's3:GetObject', Resource: !Sub '${{{site}.Arn}}/*', Condition: {{Bool: \
         {{aws:SecureTransport: 'false'}}}}}}"
    );
    for (id, kind, properties) in [
        ("Posts", "AWS::DynamoDB::Table", table.to_string()),
        ("Feed", "AWS::Serverless::Function", function),
        (
            "Reads",
            "AWS::Lambda::EventSourceMapping",
            format!("FunctionName: !Ref {read_by}, EventSourceArn: {stream}, StartingPosition: LATEST"),
        ),
        ("Site", "AWS::S3::Bucket", "BucketName: site-of-tests".to_string()),
        (
            "Admits",
            "AWS::S3::BucketPolicy",
            format!("Bucket: !Ref {site}, PolicyDocument: {{Version: '2012-10-17', Statement: [{statement}]}}"),
        ),
        ("Logs", "AWS::Logs::LogGroup", "LogGroupName: logs".to_string()),
        ("Rights", "AWS::IAM::Role", format!("RoleName: rights, AssumeRolePolicyDocument: {trust}")),
        ("Failures", "AWS::SQS::Queue", "QueueName: failures".to_string()),
    ] {
        text += &format!("  {}:\n    Type: {kind}\n    Properties: {{{properties}}}\n", renamed(id));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_alone_in_an_account_does_not_move_to_another_logical_id() {
    let folder = tempfile::tempdir().unwrap();
    let as_it_is = unique(str::to_string);
    let mut cloud = booted(folder.path(), &as_it_is).await.unwrap();
    let owner = cloud.stacks().find("board").unwrap().id;
    let in_stack = |name: &str| format!("{name} already exists in stack {owner}");
    let of_handler = "HandlerErrorCode: AlreadyExists)";
    let mapped = "Resource handler returned message: \"The event source arn (\" \
                  arn:aws:dynamodb:ap-northeast-2:123456789012:table/posts/stream/2026-01-01T00:00:00.000 \") and function (\" \
                  feed \") \
                  provided mapping already exists. Please update or delete the existing mapping with UUID ";
    for (moved, kind, words) in [
        ("Posts", "AWS::DynamoDB::Table", [in_stack("posts"), String::new()]),
        ("Feed", "AWS::Lambda::Function", [in_stack("feed"), String::new()]),
        (
            "Reads",
            "AWS::Lambda::EventSourceMapping",
            [mapped.to_string(), "(Service: Lambda, Status Code: 409".to_string()],
        ),
        ("Site", "AWS::S3::Bucket", [in_stack("site-of-tests"), String::new()]),
        (
            "Admits",
            "AWS::S3::BucketPolicy",
            ["The bucket policy already exists on bucket site-of-tests.".to_string(), String::new()],
        ),
        ("Logs", "AWS::Logs::LogGroup", [in_stack("logs"), String::new()]),
        ("Rights", "AWS::IAM::Role", [in_stack("rights"), String::new()]),
        (
            "Failures",
            "AWS::SQS::Queue",
            ["with identifier 'failures' already exists.".to_string(), of_handler.to_string()],
        ),
    ] {
        let text = unique(|id| if id == moved { format!("{id}Moved") } else { id.to_string() });
        let said = deployed(&mut cloud, folder.path(), &text, &[]).await.unwrap_err();
        assert!(said.starts_with(&format!("CREATE_FAILED  {kind}  {moved}Moved  ")), "{moved}: {said}");
        assert!(words.iter().all(|words| said.contains(words)), "{moved}: no {words:?} in {said}");
        assert!(
            deployed(&mut cloud, folder.path(), &as_it_is, &[]).await.unwrap_err().contains("No updates"),
            "{moved}"
        );
    }
    cloud.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_that_was_made_by_hand_is_not_made_by_a_template() {
    let folder = tempfile::tempdir().unwrap();
    let whole = unique(str::to_string);
    let (head, tail) = whole.split_once("  Reads:").unwrap();
    let without = format!("{head}{}", &tail[tail.find("  Site:").unwrap()..]);
    let mut cloud = booted(folder.path(), &without).await.unwrap();
    let by_hand =
        json!({ "EventSourceArn": stack::stream_arn("posts"), "FunctionName": "feed", "StartingPosition": "LATEST" });
    let mappings = DynamoDb::of(&cloud).event_source_mappings().clone();
    let made = mappings.create(by_hand.as_object().unwrap()).unwrap();
    let said = deployed(&mut cloud, folder.path(), &whole, &[]).await.unwrap_err();
    let uuid = made["UUID"].as_str().unwrap();
    assert!(
        said.contains(&format!("delete the existing mapping with UUID {uuid} (Service: Lambda, Status Code: 409")),
        "{said}"
    );
    mappings.delete(uuid).unwrap();
    deployed(&mut cloud, folder.path(), &whole, &[]).await.unwrap();
    cloud.shutdown().await;
}
