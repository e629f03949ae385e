//! Least privilege, proved: every action in the roles of `infra/template.yaml` is needed, because without it something fails.
//!
//! Each action is removed alone, and the board of what is left is deployed and used. Either AWS would refuse the deployment, or
//! a step of the journey goes wrong. An action that can go without anybody noticing should go.

use std::sync::Arc;
use std::time::Duration;

use cloudformation::StackOptions;
use dynamodb::DynamoDb;
use journeys::{Ask, ask};
use local::cloud::{Boot, BootError, Cloud};
use local::programs::Programs;
use local::programs::build::Workspace;
use local::template;
use serde_json::{Value, json};
use stack::Stack;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many boards run at once.
const AT_ONCE: usize = 4;
/// What Lambda's own policy for functions in a VPC allows of EC2.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html>
const IN_A_VPC: [&str; 6] = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
];
/// Those of which it is not documented when Lambda asks for them. No journey misses them, so they are held to that policy instead.
const NEVER_MISSED: [&str; 3] =
    ["ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"];
/// How long the feed may take; a feed that is not allowed to write never gets there.
const PATIENCE: Duration = Duration::from_secs(3);

/// One action of one statement of one role.
#[derive(Debug, Clone)]
struct Grant {
    function: usize,
    policy: usize,
    statement: usize,
    action: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn no_permission_of_the_board_can_be_spared() {
    let stack = Arc::new(board());
    let workspace = journeys::workspace().await;
    assert_eq!(troubles(&stack, &workspace).await, [] as [&str; 0], "the board as it is deployed works");
    let grants = grants(&stack);
    println!("{} permissions, each removed alone:", grants.len());
    assert!(grants.len() >= 33, "the roles still stand where this test looks for them");
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut boards = JoinSet::new();
    for grant in grants {
        let (stack, workspace, places) = (Arc::clone(&stack), workspace.clone(), Arc::clone(&places));
        boards.spawn(async move {
            let _turn = places.acquire().await;
            let troubles = troubles(&without(&stack, &grant), &workspace).await;
            (stack.functions[grant.function].name.clone(), grant.action, troubles)
        });
    }
    let mut spare = Vec::new();
    while let Some(ended) = boards.join_next().await {
        let (function, action, troubles) = ended.expect("a board was tried");
        println!("  {function} without {action}: {}", troubles.first().map_or("nobody noticed", String::as_str));
        if troubles.is_empty() {
            spare.push(format!("{action} of {function}"));
        }
    }
    assert!(spare.is_empty(), "infra/template.yaml allows more than is needed: {}", spare.join(", "));
}

#[test]
fn a_function_in_the_vpc_may_do_there_what_lambdas_own_policy_allows() {
    let stack = board();
    assert!(!stack.functions.is_empty(), "the board has functions");
    for function in &stack.functions {
        let statements =
            function.role.policies.iter().flat_map(|policy| policy["Statement"].as_array().into_iter().flatten());
        let mut allowed: Vec<String> = statements.flat_map(|statement| actions(&statement["Action"])).collect();
        allowed.retain(|action| action.starts_with("ec2:"));
        allowed.sort();
        assert_eq!(allowed, IN_A_VPC, "{}: no more and no less", function.name);
    }
}

/// The board with all that its parameters switch on, so that each statement is there.
fn board() -> Stack {
    let parameters = [("Tracing", "true"), ("Network", "endpoints")];
    let parameters = parameters.into_iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let options = StackOptions { parameters, ..StackOptions::default() };
    template::load(&journeys::root().join("infra/template.yaml"), &options).unwrap_or_else(|error| panic!("{error}"))
}

/// Every action that the roles allow.
fn grants(stack: &Stack) -> Vec<Grant> {
    let mut grants = Vec::new();
    for (function, deployed) in stack.functions.iter().enumerate() {
        for (policy, document) in deployed.role.policies.iter().enumerate() {
            for (statement, text) in document["Statement"].as_array().into_iter().flatten().enumerate() {
                let actions = actions(&text["Action"]);
                let judged = actions.into_iter().filter(|action| !NEVER_MISSED.contains(&action.as_str()));
                grants.extend(judged.map(|action| Grant { function, policy, statement, action }));
            }
        }
    }
    grants
}

fn actions(value: &Value) -> Vec<String> {
    let one = std::slice::from_ref(value);
    let values = value.as_array().map_or(one, Vec::as_slice);
    values.iter().filter_map(Value::as_str).map(str::to_string).collect()
}

/// The stack without one action.
fn without(stack: &Stack, grant: &Grant) -> Stack {
    let mut stack = stack.clone();
    let statement = &mut stack.functions[grant.function].role.policies[grant.policy]["Statement"][grant.statement];
    let rest: Vec<String> =
        actions(&statement["Action"]).into_iter().filter(|action| *action != grant.action).collect();
    // An empty list is not a policy, so the last action is replaced by one that does nothing here.
    statement["Action"] = if rest.is_empty() { json!("none:None") } else { json!(rest) };
    stack
}

/// Deploys the board and uses it; everything that went wrong.
async fn troubles(stack: &Stack, workspace: &Workspace) -> Vec<String> {
    let services = vec![s3::SERVICE, dynamodb::SERVICE];
    let boot = Boot { services, ..Boot::new("", Programs::Workspace(workspace.clone())) };
    let cloud = match Cloud::boot_stack(stack.clone(), boot).await {
        Ok(cloud) => cloud,
        Err(BootError::CreateFailed(failures)) => return failures.iter().map(ToString::to_string).collect(),
        Err(error) => panic!("{error}"),
    };
    assert_eq!(cloud.built().await, Vec::<String>::new());
    let troubles = journey(&cloud).await;
    cloud.shutdown().await;
    troubles
}

async fn journey(cloud: &Cloud) -> Vec<String> {
    let api = cloud.api_url().expect("the board has an API");
    let mut troubles = Vec::new();
    let draft = json!({ "title": "Lost: one umbrella", "body": "Blue, by the door.", "author": "Ada" });
    let mut expect = |step: &str, answer: &journeys::Answer, status: u16| {
        if answer.status != status {
            troubles.push(format!("{step}: {} {}", answer.status, answer.text()));
        }
    };
    let created = ask(Ask::new("POST", &format!("{api}/board")).header("Idempotency-Key", "once").json(&draft)).await;
    expect("write", &created, 201);
    let post = created.json();
    let id = post["id"].as_str().unwrap_or("01890000-0000-7000-8000-000000000000");
    let own = format!("{api}/board/{id}");
    expect("read", &ask(Ask::get(&own)).await, 200);
    expect("list", &ask(Ask::get(&format!("{api}/board"))).await, 200);
    let edit = json!({ "title": "Found", "body": "Thank you.", "version": post["version"] });
    expect("edit", &ask(Ask::new("PUT", &own).json(&edit)).await, 200);
    expect("delete", &ask(Ask::new("DELETE", &own)).await, 204);
    let text = "a file of somebody's";
    let wanted = json!({ "name": "a.txt", "type": "text/plain", "size": text.len() });
    let invited = ask(Ask::new("POST", &format!("{api}/attachments")).json(&wanted)).await;
    expect("invite", &invited, 201);
    let invitation = invited.json();
    let url = invitation["url"].as_str().unwrap_or_default();
    let headers = invitation["headers"].as_object().into_iter().flatten();
    let put = headers.fold(Ask::new("PUT", url).body(text), |put, (name, value)| {
        put.header(name, value.as_str().unwrap_or_default())
    });
    expect("attach", &ask(put).await, 200);
    let id = invitation["key"].as_str().and_then(|key| key.split('/').nth(1)).unwrap_or_default();
    let found = ask(Ask::get(&format!("{api}/attachments/{id}"))).await;
    expect("find the file", &found, 200);
    if let Some(url) = found.json()["url"].as_str() {
        expect("get the file", &ask(Ask::get(url)).await, 200);
    }
    let missing = format!("{api}/attachments/01890000-0000-7000-8000-000000000000");
    expect("look for a file that is not there", &ask(Ask::get(&missing)).await, 404);
    let activity = async { ask(Ask::get(&format!("{api}/board/activity"))).await };
    if DynamoDb::of(cloud).drain(PATIENCE).await.is_err() {
        troubles.push("the feed is not up to date".to_string());
    } else {
        let events = activity.await.json()["events"].as_array().map_or(0, Vec::len);
        if events != 3 {
            troubles.push(format!("the feed tells {events} events of 3"));
        }
    }
    for function in &cloud.stack().functions {
        if cloud.logs().read(&function.log_group).is_empty() {
            troubles.push(format!("{} has no lines in {}", function.name, function.log_group));
        }
    }
    troubles
}
