//! lab-11.1 and lab-11.2: the function gets into the VPC, and from there to DynamoDB.

use serde_json::{Value, json};

use crate::board;

const BOARD: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board";

/// What the table holds: two posts as lab 05 writes them.
fn posts() -> [Value; 2] {
    let post = |id: &str, title: &str| json!({ "pk": "BOARD", "sk": format!("POST#{id}"), "id": id, "title": title, "author": "Ada", "body": "Words." });
    [post("019ac000-0000-7000-8000-000000000001", "One"), post("019ac000-0000-7000-8000-000000000002", "Two")]
}

#[test]
fn a_function_outside_of_any_vpc_needs_none_of_this() {
    let lab = board("lab-11.1").deployed();
    lab.holds("BoardTable", &posts());
    let answer = lab.asks("lab-11.1", "read the board without a VPC").get("/board");
    answer.has_status(200);
    answer.matches_snapshot("reads_without_a_vpc");
}

#[test]
fn lambda_may_make_network_interfaces_and_nothing_else() {
    let lab = board("lab-11.1").deployed();
    let about = "the role of board-inside lets Lambda join the network, and no more";
    let role = lab.asks("lab-11.1", about).role_of("BoardInsideFunction");
    role.may("ec2:CreateNetworkInterface", "*")
        .may("ec2:DescribeNetworkInterfaces", "*")
        .may("ec2:DescribeSubnets", "*")
        .may("ec2:DeleteNetworkInterface", "*")
        .may("ec2:AssignPrivateIpAddresses", "*")
        .may("ec2:UnassignPrivateIpAddresses", "*")
        .could("dynamodb:Query", BOARD)
        .could_write_its_log()
        .may_nothing_else();
}

#[test]
fn there_is_a_way_to_dynamodb() {
    let lab = board("lab-11.2").deployed();
    lab.asks("lab-11.2", "a way from the VPC to DynamoDB").function_reaches("BoardInsideFunction", "dynamodb");
}

#[test]
fn the_way_to_dynamodb_is_free() {
    let lab = board("lab-11.2").deployed();
    let ask = || lab.asks("lab-11.2", "a way from the VPC to DynamoDB for which nothing is charged");
    ask().function_reaches("BoardInsideFunction", "dynamodb");
    ask().network_costs_nothing();
    ask().subnets_are_private("BoardInsideFunction");
}

#[test]
fn the_same_page_is_read_from_inside() {
    let lab = board("lab-11.2").deployed();
    lab.holds("BoardTable", &posts());
    let answer = lab.asks("lab-11.2", "read the board from inside the VPC").get("/inside/board");
    answer.has_status(200);
    answer.matches_snapshot("reads_from_inside_the_vpc");
}
