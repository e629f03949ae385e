//! `cargo workbook deploy` against a board that runs: what it makes, what it refuses, and that a refusal leaves no trace.

use std::path::{Path, PathBuf};

use journeys::{Ask, Board, CommandOutput, ask, template, workbook};
use serde_json::{Value, json};

/// `text` with something else in the place of `old`, which must be there.
fn changed(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "the template has no `{old}` any more");
    text.replacen(old, new, 1)
}

/// `text` without the resources or outputs called `names`, and the comments right in front of them.
fn without(text: &str, names: &[&str]) -> String {
    let is_head =
        |line: &str| line.starts_with("  ") && !line.starts_with("   ") && !line.trim_start().starts_with('#');
    let mut kept = Vec::new();
    let mut skipping = false;
    for line in text.lines() {
        if is_head(line) {
            skipping = names.iter().any(|name| line.trim_start().starts_with(&format!("{name}:")));
        } else if !line.starts_with("  ") && !line.is_empty() {
            skipping = false;
        }
        if !skipping {
            kept.push(line);
        }
    }
    kept.join("\n") + "\n"
}

/// The feed's function, and the alarms about it.
const FEED: [&str; 4] = ["BoardFeedFunction", "BoardFeedErrors", "BoardFeedIsLate", "BoardFeedDropsRecords"];

/// The board before it had a feed.
fn before_the_feed() -> String {
    without(&template(), &FEED)
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, text).expect("a file");
    file
}

async fn deploy(data: &Path, template: &Path) -> CommandOutput {
    deploy_with(data, template, &[]).await
}

async fn deploy_with(data: &Path, template: &Path, more: &[&str]) -> CommandOutput {
    let (template, data) = (template.to_string_lossy(), data.to_string_lossy());
    workbook(&[&["deploy", &template, "--data", &data], more].concat(), "").await
}

async fn queues(board: &Board) -> Vec<Value> {
    let call = board.aws("POST", "/", "sqs").header("x-amz-target", "AmazonSQS.ListQueues");
    let listed = call.json(&json!({})).send().await.json();
    listed["QueueUrls"].as_array().cloned().unwrap_or_default()
}

/// `CREATE_COMPLETE AWS::Lambda::Function BoardFeedFunction` of each event.
fn steps(said: &CommandOutput) -> Vec<String> {
    let step = |line: &str| line.split_whitespace().skip(1).take(3).collect::<Vec<_>>().join(" ");
    said.out.lines().map(step).collect()
}

/// All that a client can see of the stack's functions, mappings and queues.
async fn seen(board: &Board) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in ["/2015-03-31/functions", "/2015-03-31/event-source-mappings"] {
        seen.push(board.aws("GET", path, "lambda").send().await.json());
    }
    for (service, target) in [("sqs", "AmazonSQS.ListQueues"), ("dynamodb", "DynamoDB_20120810.ListTables")] {
        let call = board.aws("POST", "/", service).header("x-amz-target", target);
        seen.push(call.json(&json!({})).send().await.json());
    }
    // It is stamped when it is asked for.
    for function in seen[0]["Functions"].as_array_mut().expect("functions") {
        function["LastModified"] = Value::Null;
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn five_faults_are_refused_in_awss_words_and_leave_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let board = Board::of(&data, &written(folder.path(), "base.yaml", &before_the_feed())).await;
    let post = board.write("before").await;
    let before = seen(&board).await;

    let whole = template();
    let feeds_trust = |text: &str| {
        let (head, tail) = text.split_once("  BoardFeedRole:").expect("the role");
        format!(
            "{head}  BoardFeedRole:{}",
            changed(tail, "Service: lambda.amazonaws.com", "Service: ec2.amazonaws.com")
        )
    };
    let in_a_vpc =
        "      FunctionName: board-feed\n      VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}\n";
    let faults = [
        (
            "stream role without stream permission",
            changed(&whole, "'dynamodb:DescribeStream', 'dynamodb:GetRecords', ", "'dynamodb:DescribeStream', "),
            "CREATE_FAILED AWS::Lambda::EventSourceMapping BoardFeedFunctionPosts",
            "Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on \
             your stream in IAM.",
        ),
        (
            "VpcConfig, role without ENI permission",
            changed(&whole, "      FunctionName: board-feed\n", in_a_vpc),
            "CREATE_FAILED AWS::Lambda::Function BoardFeedFunction",
            "The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
        ),
        (
            "role trusts ec2 instead of lambda",
            feeds_trust(&whole),
            "CREATE_FAILED AWS::Lambda::Function BoardFeedFunction",
            "The role defined for the function cannot be assumed by Lambda.",
        ),
        (
            "on-failure queue, role may not SendMessage",
            changed(&whole, "Action: 'sqs:SendMessage'", "Action: 'sqs:ReceiveMessage'"),
            "CREATE_FAILED AWS::Lambda::EventSourceMapping BoardFeedFunctionPosts",
            "\"Invalid request provided: The function execution role does not have permissions to call SendMessage on SQS",
        ),
        (
            "public bucket policy on a blocked bucket",
            changed(
                &whole,
                "            Principal:\n              Service: cloudfront.amazonaws.com\n",
                "            Principal: '*'\n",
            )
            .replace("                AWS:SourceArn: !Sub arn:", "                aws:UserAgent: !Sub arn:"),
            "UPDATE_FAILED AWS::S3::BucketPolicy SiteBucketPolicy",
            "Access Denied (Service: S3, Status Code: 403, Request ID: ",
        ),
    ];
    for (fault, text, failed, reason) in faults {
        let said = deploy(&data, &written(folder.path(), "faulty.yaml", &text)).await;
        println!("--- {fault}\n{}", said.out);
        assert_eq!(said.code, Some(1), "{fault} went through:\n{}", said.out);
        let steps = steps(&said);
        assert!(steps.iter().any(|step| step == failed), "{fault}: no `{failed}` in\n{}", said.out);
        let line = said.out.lines().find(|line| line.contains("_FAILED  ")).expect("a failure");
        assert!(line.contains("Resource handler returned message: ") && line.contains(reason), "{fault}: {line}");
        assert_eq!(steps.first().map(String::as_str), Some("UPDATE_IN_PROGRESS AWS::CloudFormation::Stack board"));
        assert_eq!(steps.last().map(String::as_str), Some("UPDATE_ROLLBACK_COMPLETE AWS::CloudFormation::Stack board"));
        assert!(said.err.contains(reason) && said.err.contains("the board runs as before"), "{fault}: {}", said.err);
        assert_eq!(seen(&board).await, before, "{fault} left a trace");
        assert_eq!(board.all_posts(20).await, std::slice::from_ref(&post), "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_grows_changes_and_shrinks_while_it_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let base = written(folder.path(), "base.yaml", &before_the_feed());
    let board = Board::of(&data, &base).await;
    let first = board.write("before the feed").await;

    // It grows: the feed's function, its mapping, and an alarm, each after what it needs.
    let whole = written(folder.path(), "whole.yaml", &template());
    let grown = deploy(&data, &whole).await;
    assert_eq!(grown.code, Some(0), "{}", grown.err);
    let order: Vec<String> = steps(&grown).into_iter().filter(|step| step.contains("CREATE_COMPLETE")).collect();
    let place =
        |id: &str| order.iter().position(|step| step.ends_with(id)).unwrap_or_else(|| panic!("no {id}: {order:?}"));
    assert!(place(" BoardFeedFunction") < place(" BoardFeedFunctionPosts"), "{order:?}");
    assert!(place(" BoardFeedFunction") < place(" BoardFeedErrors"), "{order:?}");
    assert_eq!(steps(&grown).last().map(String::as_str), Some("UPDATE_COMPLETE AWS::CloudFormation::Stack board"));
    assert_eq!(board.activity_count(1).await, 1, "the new mapping reads the stream from its beginning");
    assert_eq!(board.all_posts(20).await, std::slice::from_ref(&first), "posts are kept");

    let again = deploy(&data, &whole).await;
    assert_eq!(again.code, Some(1));
    assert!(
        again.err.contains("(ValidationError)") && again.err.contains("No updates are to be performed."),
        "{again:?}"
    );
    assert_eq!(again.out, "");

    // It changes: the API's function gets other settings, and answers by them.
    let origins = changed(
        &template(),
        "            - !If [ApiIsOnSite, '', !Sub 'https://${SiteDistribution.DomainName}']",
        "            - https://else.example",
    );
    let other = deploy(&data, &written(folder.path(), "origins.yaml", &origins)).await;
    assert_eq!(other.code, Some(0), "{}", other.err);
    let steps_of_change = steps(&other);
    assert!(
        steps_of_change.contains(&"UPDATE_COMPLETE AWS::Lambda::Function BoardApiFunction".to_string()),
        "{other:?}"
    );
    assert!(
        !steps_of_change.iter().any(|step| step.contains("BoardFeed")),
        "what did not change has no events: {other:?}"
    );
    let asked = ask(Ask::get(&board.url("api", "/board")).header("Origin", "https://else.example")).await;
    assert_eq!(asked.header("access-control-allow-origin"), "https://else.example");

    // It shrinks: the function goes, and what it kept in the table stays.
    let shrunk = deploy(&data, &base).await;
    assert_eq!(shrunk.code, Some(0), "{}", shrunk.err);
    let removed: Vec<String> = steps(&shrunk).into_iter().filter(|step| step.starts_with("DELETE_COMPLETE")).collect();
    let mapping = removed.iter().position(|step| step.ends_with(" BoardFeedFunctionPosts"));
    let function = removed.iter().position(|step| step.ends_with(" BoardFeedFunction"));
    assert!(mapping.is_some() && mapping < function, "removed against the order: {removed:?}");
    let gone = board.aws("GET", "/2015-03-31/functions/board-feed", "lambda").send().await;
    assert_eq!(gone.status, 404);
    assert_eq!(board.all_posts(20).await, [first]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_deployed_as_a_stack_of_its_own_and_comes_back_after_kill_9() {
    const QUEUE: &str = "Resources:\n  Letters: {Type: AWS::SQS::Queue}\n";
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let base = written(folder.path(), "base.yaml", &template());
    let second = written(folder.path(), "second.yaml", QUEUE);
    let board = Board::of(&data, &base).await;
    let before = queues(&board).await.len();
    let wrong = deploy_with(&data, &second, &["--stack-name", "2nd"]).await;
    assert!(wrong.code == Some(1) && wrong.err.contains("at 'stackName' failed to satisfy constraint"), "{wrong:?}");
    let made = deploy_with(&data, &second, &["--stack-name", "second"]).await;
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(steps(&made).contains(&"CREATE_COMPLETE AWS::SQS::Queue Letters".to_string()), "{made:?}");
    let again = deploy_with(&data, &second, &["--stack-name", "second"]).await;
    assert!(again.code == Some(1) && again.err.contains("No updates are to be performed."), "{again:?}");
    assert_eq!(queues(&board).await.len(), before + 1);
    assert_eq!(board.get("/board").await.status, 200);
    board.kill().await;

    let board = Board::of(&data, &base).await;
    assert_eq!(queues(&board).await.len(), before + 1, "the second stack is there again");
    let changed = written(folder.path(), "second.yaml", &format!("{QUEUE}  More: {{Type: AWS::SQS::Queue}}\n"));
    let said = deploy_with(&data, &changed, &["--stack-name", "second"]).await;
    assert_eq!((said.code, queues(&board).await.len()), (Some(0), before + 2), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_even_begin_is_said_before_anything_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let base = written(folder.path(), "base.yaml", &before_the_feed());
    let nowhere = deploy(&data, &base).await;
    assert!(nowhere.code == Some(1) && nowhere.err.contains("No board is running on "), "{nowhere:?}");
    let board = Board::of(&data, &base).await;
    let check = async |name: &str, text: String, expected: &str| {
        let said = deploy(&data, &written(folder.path(), name, &text)).await;
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{name}: {}", said.err);
        assert!(said.err.contains(expected), "{name}: no `{expected}` in\n{}", said.err);
        assert_eq!(board.get("/board").await.status, 200, "{name}");
    };
    check("typo.yaml", changed(&template(), "AWS::SQS::Queue", "AWS::SQS::Queu"), "did you mean AWS::SQS::Queue?")
        .await;
    check("binary.yaml", changed(&template(), "{Binary: solution-08}", "{Binary: no-such}"), "does not build").await;
    let renamed = changed(&template(), "Type: AWS::SQS::Queue\n", "Type: AWS::SNS::Topic\n");
    let renamed = changed(
        &renamed,
        "      QueueName: board-feed-failures\n      MessageRetentionPeriod: 1209600\n",
        "      TopicName: failures\n",
    );
    let renamed = without(&renamed, &[&FEED[..], &["FeedFailuresNotEmpty", "FeedFailuresUrl"]].concat());
    let renamed = renamed.replace("!GetAtt FeedFailures.Arn", "'*'");
    check("type.yaml", renamed, "Update of resource type is not permitted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_another_key_or_a_name_that_is_taken_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let board = Board::of(&data, &written(folder.path(), "base.yaml", &template())).await;
    let post = board.write("kept").await;
    let key = template().replace("AttributeName: sk", "AttributeName: sort");
    let said = deploy(&data, &written(folder.path(), "key.yaml", &key)).await;
    assert!(
        said.out.contains("CloudFormation cannot update a stack when a custom-named resource requires replacing."),
        "{said:?}"
    );
    let twin = changed(
        &template(),
        "  # ---- The API's function",
        "  Twin:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: board-feed-failures}\n  # ---- The API's function",
    );
    let twin = without(&twin, &["FeedFailures", "FeedFailuresUrl"]).replace("FeedFailures.", "Twin.");
    let said = deploy(&data, &written(folder.path(), "twin.yaml", &twin)).await;
    assert!(
        said.out.contains("CREATE_FAILED")
            && said.out.contains("with identifier 'board-feed-failures' already exists."),
        "{said:?}"
    );
    assert_eq!(board.all_posts(20).await, [post]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_from_elsewhere_is_not_deployed() {
    let folder = tempfile::tempdir().expect("a folder");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let base = written(folder.path(), "base.yaml", &before_the_feed());
    let board = Board::of(&data, &base).await;
    let before = seen(&board).await;
    let check = async |file: PathBuf, expected: &str| {
        let said = deploy(&data, &file).await;
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}: {}", file.display(), said.err);
        assert!(said.err.contains(expected), "{}: no `{expected}` in\n{}", file.display(), said.err);
        assert!(!said.err.contains("hidden"), "{}", said.err);
    };
    let template = written(elsewhere.path(), "template.yaml", &template());
    #[cfg(unix)]
    {
        let link = folder.path().join("link.yaml");
        std::os::unix::fs::symlink(&template, &link).expect("a link");
        check(link, "lies elsewhere").await;
        check(PathBuf::from("/dev/zero"), "is not a regular file").await;
    }
    check(template, "lies elsewhere").await;
    check(written(elsewhere.path(), "shadow", "root:$6$hidden:19000:0:99999:7:::\n"), "is not a template").await;
    // Beside the first template, but with code from elsewhere, or none that is a name.
    let code = journeys::root().join("solutions/solution-05").display().to_string();
    std::fs::copy(journeys::root().join("solutions/solution-05/Cargo.toml"), elsewhere.path().join("Cargo.toml"))
        .expect("a manifest");
    let outside = changed(&journeys::template(), &code, &elsewhere.path().display().to_string());
    check(written(folder.path(), "code.yaml", &outside), "lies outside of what may be built").await;
    for binary in ["--help", "/bin/sh", "../../../bin/sh"] {
        let text = changed(&journeys::template(), "{Binary: solution-08}", &format!("{{Binary: {binary}}}"));
        check(written(folder.path(), "binary.yaml", &text), "is not the name of a binary").await;
    }
    assert_eq!(seen(&board).await, before);
}

/// An API with a method for each of `methods`, and stages on deployments: `dev First` is the stage `dev` on the deployment `First`.
fn api_with(methods: &[&str], stages: &[&str], said: &str) -> String {
    let mut text = "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: raw}}\n".to_string();
    let root = "RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId";
    let mock = "Type: MOCK, RequestTemplates: {application/json: '{\"statusCode\": 200}'}";
    let answer = format!("StatusCode: '200', ResponseTemplates: {{application/json: '{said}'}}");
    for method in methods {
        text += &format!(
            "  M{method}:\n    Type: AWS::ApiGateway::Method\n    Properties: {{{root}, HttpMethod: {method}, Integration: \
             {{{mock}, IntegrationResponses: [{{{answer}}}]}}, MethodResponses: [{{StatusCode: '200'}}]}}\n"
        );
    }
    let waits = methods.iter().map(|method| format!("M{method}")).collect::<Vec<_>>().join(", ");
    let parts = || stages.iter().filter_map(|stage| stage.split_once(' '));
    let deployments: std::collections::BTreeSet<&str> = parts().map(|(_, deployment)| deployment).collect();
    for id in deployments {
        text += &format!(
            "  {id}: {{Type: AWS::ApiGateway::Deployment, DependsOn: [{waits}], Properties: {{RestApiId: !Ref Api}}}}\n"
        );
    }
    for (stage, deployment) in parts() {
        text += &format!(
            "  Stage{stage}: {{Type: AWS::ApiGateway::Stage, Properties: {{RestApiId: !Ref Api, StageName: {stage}, \
             DeploymentId: !Ref {deployment}}}}}\n"
        );
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_serves_what_its_deployment_holds_and_no_later_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let both = ["dev First", "live First"];
    let board = Board::of(&data, &written(folder.path(), "api.yaml", &api_with(&["GET"], &both, "one"))).await;
    let root = board.url("api", "").rsplit_once('/').expect("a stage").0.to_string();
    let served = |stage: &'static str, method: &'static str| {
        let asked = Ask::new(method, &format!("{root}/{stage}/"));
        async move {
            let answer = ask(asked).await;
            format!("{} {}", answer.status, answer.text())
        }
    };
    let missing = "403 {\"message\":\"Missing Authentication Token\"}";
    assert_eq!((served("dev", "GET").await, served("live", "POST").await), ("200 one".into(), missing.into()));

    // Each template, then what GET and POST answer at both stages.
    let steps = [
        ("changed.yaml", api_with(&["GET", "POST"], &both, "two"), ["200 one", missing, "200 one", missing]),
        (
            "one.yaml",
            api_with(&["GET", "POST"], &["dev Second", "live First"], "two"),
            ["200 two", "200 two", "200 one", missing],
        ),
        (
            "fewer.yaml",
            api_with(&["POST"], &["dev Second", "live First", "new Third"], "three"),
            ["200 two", "200 two", "200 one", missing],
        ),
        (
            "both.yaml",
            api_with(&["POST"], &["dev Third", "live Third"], "four"),
            [missing, "200 three", missing, "200 three"],
        ),
    ];
    for (name, text, expected) in steps {
        let said = deploy(&data, &written(folder.path(), name, &text)).await;
        assert_eq!(said.code, Some(0), "{name}: {}{}", said.out, said.err);
        let answers = [
            served("dev", "GET").await,
            served("dev", "POST").await,
            served("live", "GET").await,
            served("live", "POST").await,
        ];
        assert_eq!(answers, expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_does_not_wait_for_its_methods_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let whole = api_with(&["GET"], &["dev First"], "one");
    let board = Board::of(&data, &written(folder.path(), "api.yaml", &whole)).await;
    let early = api_with(&["GET"], &["dev Second"], "two").replace(", DependsOn: [MGET]", "");
    let said = deploy(&data, &written(folder.path(), "early.yaml", &early)).await;
    assert!(said.code != Some(0) && said.out.contains("CREATE_FAILED"), "{}{}", said.out, said.err);
    assert!(said.out.contains("The REST API doesn't contain any methods"), "{}", said.out);
    assert_eq!(board.get("/").await.text(), "one");
}
