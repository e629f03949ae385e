//! lab-12.6: what a deleted stack leaves behind.

use kit::{Lab, Run, lab};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::PROGRAM;

/// The folder that they are in.
const LISTS: &str = "lists";

/// The lists of an account in which the stack is gone, as the AWS CLI prints them, with these log groups and buckets.
fn account(log_groups: &[&str], buckets: &[&str]) -> TempDir {
    let deleted = json!({ "LogicalResourceId": "BoardTable", "ResourceStatus": "DELETE_COMPLETE" });
    lists(&[deleted], &["invoices"], log_groups, buckets, json!({ "QueueUrls": null }))
}

/// The lists of an account with these.
fn lists(stack: &[Value], functions: &[&str], log_groups: &[&str], buckets: &[&str], queues: Value) -> TempDir {
    with_tables(&["dashboard"], stack, functions, log_groups, buckets, queues)
}

fn with_tables(
    tables: &[&str],
    stack: &[Value],
    functions: &[&str],
    log_groups: &[&str],
    buckets: &[&str],
    queues: Value,
) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join(LISTS)).expect("a folder of the test's own");
    let groups: Vec<Value> =
        log_groups.iter().map(|name| json!({ "logGroupName": name, "storedBytes": 1024 })).collect();
    let named: Vec<Value> = buckets.iter().map(|name| json!({ "Name": name })).collect();
    let functions: Vec<Value> = functions.iter().map(|name| json!({ "FunctionName": name })).collect();
    let lists = [
        ("stack.json", json!({ "StackResourceSummaries": stack })),
        ("functions.json", json!({ "Functions": functions })),
        ("tables.json", json!({ "TableNames": tables })),
        ("buckets.json", json!({ "Buckets": named })),
        ("queues.json", queues),
        ("log-groups.json", json!({ "logGroups": groups })),
    ];
    for (file, list) in lists {
        std::fs::write(folder.path().join(LISTS).join(file), list.to_string())
            .expect("a file in a folder of the test's own");
    }
    folder
}

fn asked<'lab>(lab: &'lab Lab, about: &'lab str, folder: &TempDir) -> Run<'lab> {
    asked_for(lab, about, folder, "board")
}

fn asked_for<'lab>(lab: &'lab Lab, about: &'lab str, folder: &TempDir, name: &str) -> Run<'lab> {
    let folder = folder.path().join(LISTS).to_string_lossy().into_owned();
    let asks = lab.asks("lab-12.6", about).command(PROGRAM).whose_output_is_judged().arg("leftovers").arg(folder);
    asks.args(["--name", name, "--api-id", "q1w2ertyui"]).run()
}

/// The lines about what is left.
fn left(run: &Run<'_>) -> Vec<String> {
    run.stdout().lines().filter_map(|line| line.strip_prefix("left: ")).map(str::to_string).collect()
}

/// Expects these to be left, in whichever order.
fn leaves(run: &Run<'_>, wanted: &[&str]) {
    let left = left(run);
    let sorted = |mut names: Vec<String>| {
        names.sort_unstable();
        names
    };
    let words = |names: &[String]| if names.is_empty() { "nothing".to_string() } else { names.join(", ") };
    let wanted: Vec<String> = wanted.iter().map(|name| (*name).to_string()).collect();
    let is_same = sorted(left.clone()) == sorted(wanted.clone());
    run.shows(is_same, format!("left: {}", words(&wanted)), format!("left: {}", words(&left)));
    run.exits_with(i32::from(!wanted.is_empty()));
}

#[test]
fn what_lambda_made_is_left() {
    let lab = lab!();
    let account = account(&["/aws/lambda/board-feed", "/aws/lambda/invoices"], &["invoices-2026"]);
    let run = asked(&lab, "look for what is left of the board, beside a log group of its function", &account);
    leaves(&run, &["log group /aws/lambda/board-feed"]);
}

#[test]
fn what_is_called_after_the_api_is_left() {
    let lab = lab!();
    let account = account(&["API-Gateway-Execution-Logs_q1w2ertyui/dev"], &["board-site-files"]);
    let run = asked(&lab, "look for what is left of the board, beside a bucket and the log of its API", &account);
    leaves(&run, &["bucket board-site-files", "log group API-Gateway-Execution-Logs_q1w2ertyui/dev"]);
}

#[test]
fn what_belongs_to_others_is_not_left() {
    let lab = lab!();
    let mixed =
        account(&["/aws/lambda/dashboard", "/aws/lambda/board-api", "/aws/lambda/Board-lights"], &["keyboards"]);
    let run = asked(&lab, "look for what is left of the board, among dashboards, keyboards and Board-lights", &mixed);
    leaves(&run, &["log group /aws/lambda/board-api"]);
    let clean = account(&["/aws/lambda/dashboard"], &["keyboards"]);
    leaves(&asked(&lab, "look for what is left of the board where nothing is", &clean), &[]);
}

#[test]
fn what_only_begins_or_ends_so_is_not_left() {
    let lab = lab!();
    let groups = ["/aws/lambda/boardroom", "API-Gateway-Execution-Logs_xq1w2ertyui/dev", "/aws/lambda/skateboard"];
    let account = account(&groups, &["board.example.com"]);
    let run = asked(&lab, "look for what is left of the board, among a boardroom and a skateboard", &account);
    leaves(&run, &["bucket board.example.com"]);
}

#[test]
fn what_the_stack_still_has_is_left() {
    let lab = lab!();
    let resource = |name: &str, status: &str| json!({ "LogicalResourceId": name, "ResourceStatus": status });
    let stack = [resource("FeedFunction", "DELETE_COMPLETE"), resource("SiteBucket", "DELETE_FAILED")];
    let account = lists(&stack, &["invoices"], &["/aws/lambda/board-api"], &[], json!({ "QueueUrls": null }));
    let run = asked(&lab, "look for what is left of the board, where the stack could not delete a bucket", &account);
    leaves(&run, &["stack resource SiteBucket", "log group /aws/lambda/board-api"]);
}

#[test]
fn every_service_is_asked() {
    let lab = lab!();
    let queues = json!({ "QueueUrls": ["https://sqs.eu-central-1.amazonaws.com/123456789012/board-feed-failed"] });
    let functions = ["board-api", "board-feed", "invoices", "board2-api"];
    let account = with_tables(&["board", "dashboard"], &[], &functions, &[], &[], queues);
    let run =
        asked(&lab, "look for what is left of the board: functions, a table and a queue, beside a board2", &account);
    let queue = "queue https://sqs.eu-central-1.amazonaws.com/123456789012/board-feed-failed";
    leaves(&run, &["function board-api", "function board-feed", "table board", queue]);
}

#[test]
fn a_name_may_have_two_words() {
    let lab = lab!();
    let queues =
        json!({ "QueueUrls": ["https://sqs.eu-central-1.amazonaws.com/123456789012/board-poc-FailedQueue-9Z8Y"] });
    let groups = ["/aws/lambda/board-poc-ApiFunction-1A2B", "/aws/lambda/board-pocket", "/aws/lambda/skateboard-poc"];
    let functions = ["board-poc-ApiFunction-1A2B", "board-api", "poc-board"];
    let tables = ["board-poc-BoardTable-7Q6W", "board"];
    let account = with_tables(&tables, &[], &functions, &groups, &["invoices-2026"], queues);
    let about = "look for what is left of board-poc: a function, a table, a queue and a log group, beside a board";
    let run = asked_for(&lab, about, &account, "board-poc");
    let queue = "queue https://sqs.eu-central-1.amazonaws.com/123456789012/board-poc-FailedQueue-9Z8Y";
    let wanted = ["function board-poc-ApiFunction-1A2B", "table board-poc-BoardTable-7Q6W", queue];
    leaves(&run, &[&wanted[..], &["log group /aws/lambda/board-poc-ApiFunction-1A2B"]].concat());
}

#[test]
fn a_bucket_has_no_capitals() {
    let lab = lab!();
    let queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/PoC-FailedQueue-9Z8Y";
    let (functions, tables) = (["PoC-ApiFunction-1A2B", "invoices"], ["PoC-BoardTable-7Q6W", "dashboard"]);
    let groups = ["/aws/lambda/PoC-ApiFunction-1A2B"];
    let buckets = ["poc-sitebucket-3c4d", "epoch-sitebucket-5e6f"];
    let account = with_tables(&tables, &[], &functions, &groups, &buckets, json!({ "QueueUrls": [queue] }));
    let run = asked_for(&lab, "look for what is left of PoC, whose bucket is called poc-…", &account, "PoC");
    let wanted = ["function PoC-ApiFunction-1A2B", "table PoC-BoardTable-7Q6W", "bucket poc-sitebucket-3c4d"];
    let others = [&format!("queue {queue}"), "log group /aws/lambda/PoC-ApiFunction-1A2B"];
    leaves(&run, &[&wanted[..], &others[..]].concat());
}

#[test]
fn each_kind_may_have_the_name() {
    let lab = lab!();
    let account =
        with_tables(&["board"], &[], &["board"], &["/aws/lambda/board"], &["board"], json!({ "QueueUrls": null }));
    let about =
        "look for what is left of the board: a function, a table, a bucket and a log group, which are all called board";
    let run = asked(&lab, about, &account);
    leaves(&run, &["function board", "table board", "bucket board", "log group /aws/lambda/board"]);
}

#[test]
fn both_names_are_looked_for_in_every_list() {
    let lab = lab!();
    let queues = json!({ "QueueUrls": ["https://sqs.eu-central-1.amazonaws.com/123456789012/calls-of-q1w2ertyui"] });
    let tables = ["dev-board", "q1w2ertyui-keys"];
    let functions = ["authorizer-q1w2ertyui", "authorizer-q1w2ertyui2"];
    let buckets = ["q1w2ertyui-access-logs", "www.board.example"];
    let groups = [
        "API-Gateway-Execution-Logs_q1w2ertyui/dev",
        "API-Gateway-Execution-Logs_q1w2ertyui2/dev",
        "/aws/vendedlogs/board-access",
        "board-audit",
    ];
    let account = with_tables(&tables, &[], &functions, &groups, &buckets, queues);
    let about = "look for what is called after the board or its API, wherever in a name";
    let wanted = [
        "function authorizer-q1w2ertyui",
        "table dev-board",
        "table q1w2ertyui-keys",
        "bucket q1w2ertyui-access-logs",
        "bucket www.board.example",
        "queue https://sqs.eu-central-1.amazonaws.com/123456789012/calls-of-q1w2ertyui",
        "log group API-Gateway-Execution-Logs_q1w2ertyui/dev",
        "log group /aws/vendedlogs/board-access",
        "log group board-audit",
    ];
    leaves(&asked(&lab, about, &account), &wanted);
}

#[test]
fn a_name_is_found_at_every_place_between_signs() {
    let lab = lab!();
    let functions = ["clipboard-board-skateboard", "2board-api", "board2-api", "Q1W2ERTYUI-authorizer", "board"];
    let tables = ["my_board_2026", "board.2026", "myboard_2026", "2026board"];
    let groups = ["/board/keyboard", "/aws/lambda/onboarding", "clipboard/board", "board/boards"];
    let account = with_tables(&tables, &[], &functions, &groups, &["board-2026"], json!({ "QueueUrls": null }));
    let run =
        asked(&lab, "look for what is left of the board, among clipboards, a 2board and a my_board_2026", &account);
    let wanted = [
        "function clipboard-board-skateboard",
        "function board",
        "table my_board_2026",
        "table board.2026",
        "bucket board-2026",
        "log group /board/keyboard",
        "log group clipboard/board",
        "log group board/boards",
    ];
    leaves(&run, &wanted);
    let functions = ["board-old-poc", "poc-board", "board-board-poc", "board-poc-2"];
    let account = with_tables(&["board_poc", "poc"], &[], &functions, &[], &[], json!({ "QueueUrls": null }));
    let run = asked_for(&lab, "look for what is left of board-poc, beside a board-old-poc", &account, "board-poc");
    let left = left(&run);
    let both = ["function board-board-poc".to_string(), "function board-poc-2".to_string()];
    let others: Vec<_> = left.iter().filter(|name| !both.contains(name) && *name != "table board_poc").collect();
    let expected = "left: function board-board-poc, function board-poc-2";
    let all = both.iter().all(|name| left.contains(name));
    run.shows(all && others.is_empty(), expected, format!("left: {}", left.join(", ")));
}
