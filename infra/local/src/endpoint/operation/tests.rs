//! What holds of every operation in every service's table.

use std::collections::BTreeSet;

use super::*;
use crate::endpoint::protocol::Protocol;
use crate::endpoint::sts_api::StsOperation;
use crate::service::OperationTable;
use serde_json::json;

/// The actions that IAM knows, of the services that are here.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
const ACTIONS: [(&str, &[&str]); 2] = [
    (
        "logs",
        &[
            "CreateLogGroup",
            "CreateLogStream",
            "DeleteLogGroup",
            "DeleteLogStream",
            "DeleteRetentionPolicy",
            "DescribeLogGroups",
            "DescribeLogStreams",
            "FilterLogEvents",
            "GetLogEvents",
            "PutLogEvents",
            "PutRetentionPolicy",
        ],
    ),
    (
        "sqs",
        &[
            "ChangeMessageVisibility",
            "DeleteMessage",
            "GetQueueAttributes",
            "GetQueueUrl",
            "ListQueues",
            "PurgeQueue",
            "ReceiveMessage",
            "SendMessage",
        ],
    ),
];

/// A body in which every operation finds what it is about.
fn body() -> Value {
    json!({ "QueueUrl": "http://127.0.0.1/123456789012/failures", "logGroupName": "group", "logStreamName": "stream" })
}

fn of_json(service: Service, name: &str) -> Operation<'static> {
    let request = http::Request::builder().header("x-amz-target", format!("Any_20260101.{name}")).body(()).unwrap();
    of(service, request, "")
}

/// The operation of a call for `service` with the form `body`, when no service is plugged in.
fn of(service: Service, request: http::Request<()>, body: &str) -> Operation<'static> {
    let parts = request.into_parts().0;
    let protocol = Protocol::of(&parts, service);
    Operation::of(None, &EndpointCall::new(service, protocol, &parts, body.as_bytes()))
}

#[track_caller]
fn every_operation_of<O: OperationTable>(service: Service) {
    let (_, known) = ACTIONS.into_iter().find(|(prefix, _)| *prefix == service.prefix()).unwrap();
    let mut names = BTreeSet::new();
    for operation in O::ALL {
        let name = operation.name();
        assert!(names.insert(name), "{name} stands there twice");
        let parsed = of_json(service, name);
        assert_eq!(parsed.name(), name);
        let permissions = parsed.permissions(&body());
        assert!(!permissions.is_empty(), "{name} needs no permission");
        for RequiredPermission { action, resource, .. } in permissions {
            let (prefix, action) = action.split_once(':').unwrap();
            assert_eq!(prefix, service.prefix());
            assert!(known.iter().any(|known| known.eq_ignore_ascii_case(action)), "{name} needs {action}");
            assert!(resource == "*" || resource.starts_with("arn:aws:"), "{name} is done to {resource}");
        }
    }
    assert!(names.iter().is_sorted_by(|a, b| a < b) && names.len() == O::ALL.len());
}

#[test]
fn every_operation_has_its_name_and_needs_actions_that_iam_knows() {
    every_operation_of::<LogsOperation>(Service::Logs);
    every_operation_of::<SqsOperation>(Service::Sqs);
}

#[test]
fn a_name_that_no_table_has_is_passed_on_and_asked_about_all_the_same() {
    let action = |service: Service, name: &str| {
        let operation = of_json(service, name);
        assert_eq!(operation.name(), name);
        operation.permissions(&body()).into_iter().map(|needed| needed.action).collect::<Vec<_>>()
    };
    assert_eq!(action(Service::Logs, "PutMetricFilter"), ["logs:PutMetricFilter"]);
    assert_eq!(action(Service::Sqs, "CreateQueue"), ["sqs:createqueue"]);
    assert!(action(Service::Unknown, "PutRecord").is_empty());
}

#[test]
fn the_query_protocol_names_its_operation_in_the_form() {
    let of_form = |form: &str| of(Service::Sts, http::Request::new(()), form);
    for operation in StsOperation::ALL {
        let parsed = of_form(&format!("Action={}&Version=2011-06-15", operation.name()));
        assert_eq!(parsed.name(), operation.name());
        assert!(parsed.permissions(&Value::Null).is_empty(), "everybody may ask who they are");
    }
    let request_of = |form: &str| match of_form(form) {
        Operation::Sts(request) => request,
        other => panic!("{other:?}"),
    };
    assert_ne!(request_of("Action=AssumeRole"), request_of("Action=GetCallerIdentity"));

    let as_form = || http::Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    for operation in SqsOperation::ALL {
        let form = format!("Version=2012-11-05&Action={}", operation.name());
        let parsed = of(Service::Sqs, as_form().body(()).unwrap(), &form);
        assert_eq!(parsed.name(), operation.name());
        assert_eq!(parsed.permissions(&body()), of_json(Service::Sqs, operation.name()).permissions(&body()));
    }
    let asked = "/123456789012/failures?Action=SendMessage&MessageBody=m&Version=2012-11-05";
    let parsed = of(Service::Sqs, http::Request::get(asked).body(()).unwrap(), "");
    assert!(
        matches!(&parsed, Operation::Sqs(target) if target.operation == Some(SqsOperation::SendMessage)),
        "{parsed:?}"
    );
}

#[test]
fn a_protocol_that_a_service_does_not_have_here_is_nobodys() {
    let cbor =
        http::Request::post("/service/Logs_20140328/operation/GetLogEvents").header("smithy-protocol", "rpc-v2-cbor");
    let parsed = of(Service::Logs, cbor.body(()).unwrap(), "");
    assert!(matches!(&parsed, Operation::Unknown(name) if name == "GetLogEvents"), "{parsed:?}");
}

#[test]
fn a_service_that_is_not_plugged_in_has_names_and_no_permissions() {
    for service in [Service::DynamoDb, Service::DynamoDbStreams, Service::S3] {
        let operation = of_json(service, "PutItem");
        assert!(matches!(operation, Operation::LeftOut(_)), "{operation:?}");
        assert_eq!((operation.name(), operation.permissions(&body())), ("PutItem", Vec::new()));
    }
}
