//! What services try when they create a resource, and what they say when that fails: whether Lambda may assume the role, whether the
//! role may do what its function is for, whether a bucket policy lets anybody in.
//!
//! A template can be right and its roles wrong, and nothing that reads templates sees that. Here it is decided from policies alone, so
//! that a deployment and a look ahead decide alike. `may` answers for the role: whether it may do an action with a resource.

use serde_json::Value;

use crate::policy::{AuthorizationRequest, Decision, decide, many};
use crate::{ACCOUNT, AccessLog, Role};

/// What Lambda does with network interfaces, in the order in which it tries.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions>
const INTERFACE_ACTIONS: [&str; 3] = ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"];
const STREAM_ACTIONS: [&str; 4] = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"];
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions>
const QUEUE_ACTIONS: [&str; 3] = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

/// What API Gateway needs to write logs.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
const LOG_ACTIONS: [&str; 7] = [
    "CreateLogGroup",
    "CreateLogStream",
    "DescribeLogGroups",
    "DescribeLogStreams",
    "PutLogEvents",
    "GetLogEvents",
    "FilterLogEvents",
];

/// Lambda's refusal of a role that it may not assume, by the role's trust policy.
pub fn trust_refusal(trust: &Value) -> Option<String> {
    let is_trusted = trusts(trust, "lambda.amazonaws.com");
    (!is_trusted).then(|| "The role defined for the function cannot be assumed by Lambda.".to_string())
}

/// API Gateway's refusal of a role for its logs: it must trust API Gateway and let it write.
pub fn logging_role_refusal(role: &Role) -> Option<String> {
    let may = LOG_ACTIONS.iter().all(|action| role.allows(&format!("logs:{action}"), "*"));
    let is_fit = trusts(&role.assume_role_policy, "apigateway.amazonaws.com") && may;
    (!is_fit).then(|| {
        "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the \
         required role policy."
            .to_string()
    })
}

/// API Gateway's refusal of the place where a stage writes its access log.
pub fn log_destination_refusal(log: &AccessLog) -> Option<String> {
    let arn = &log.destination_arn;
    if !arn.starts_with("arn:") {
        return Some(format!("Invalid ARN specified in the request. ARNs must start with 'arn:': {arn}"));
    }
    log.group().is_none().then(|| {
        "Invalid ARN specified in the request. The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery \
         stream ARN."
            .to_string()
    })
}

/// API Gateway's refusal of the form of an access log: one line, in which the request can be found again.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
pub fn log_format_refusal(log: &AccessLog) -> Option<String> {
    let format = &log.format;
    let line = format.strip_suffix('\n').unwrap_or(format);
    if line.strip_suffix('\r').unwrap_or(line).contains(['\n', '\r']) {
        return Some(format!(
            "Access Log format must be single line, new line character is allowed only at end of the format: '{format}'"
        ));
    }
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_named = ["$context.requestId", "$context.extendedRequestId"]
        .iter()
        .any(|name| format.split(name).skip(1).any(|rest| !goes_on(rest)));
    (!is_named).then(|| {
        format!("Access Log format must include either $context.requestId or $context.extendedRequestId : '{format}'")
    })
}

fn trusts(trust: &Value, service: &str) -> bool {
    let question =
        AuthorizationRequest { action: "sts:AssumeRole", principal: Some(service), ..AuthorizationRequest::default() };
    decide([trust], &question) == Decision::Allowed
}

/// Lambda's refusal of a role that cannot attach its function to a VPC of `region`: it names the first action that is missing.
pub fn network_interface_refusal(region: &str, may: impl Fn(&str, &str) -> bool) -> Option<String> {
    let lacking = INTERFACE_ACTIONS.into_iter().find(|action| {
        // Describing knows no single resource.
        let resource = if action.starts_with("Describe") {
            "*".to_string()
        } else {
            format!("arn:aws:ec2:{region}:{ACCOUNT}:network-interface/*")
        };
        !may(&format!("ec2:{action}"), &resource)
    })?;
    Some(no_permission_of_function(lacking, "EC2"))
}

/// Lambda's refusal of a role that cannot send traces, of a function that is to be traced. Of the actions of AWSXRayDaemonWriteAccess it
/// tries this one.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html>
pub fn trace_refusal(may: impl Fn(&str, &str) -> bool) -> Option<String> {
    (!may("xray:PutTraceSegments", "*")).then(|| no_permission_of_function("PutTraceSegments", "XRAY"))
}

/// Lambda's refusal of a role that cannot read the stream of a table. It names all four actions, whichever is missing.
pub fn stream_refusal(stream: &str, may: impl Fn(&str, &str) -> bool) -> Option<String> {
    let lacks = STREAM_ACTIONS.iter().any(|action| !may(&format!("dynamodb:{action}"), stream));
    lacks.then(|| {
        format!(
            "Cannot access stream {stream}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, \
             and ListStreams Actions on your stream in IAM."
        )
    })
}

/// Lambda's refusal of a role that cannot poll a queue.
pub fn queue_refusal(queue: &str, may: impl Fn(&str, &str) -> bool) -> Option<String> {
    let lacking = QUEUE_ACTIONS.into_iter().find(|action| !may(&format!("sqs:{action}"), queue))?;
    Some(no_permission_of_mapping(lacking, "SQS"))
}

/// Lambda's refusal of a role that cannot send to the on-failure destination of a mapping, by its ARN.
pub fn destination_refusal(destination: &str, may: impl Fn(&str, &str) -> bool) -> Option<String> {
    let (action, service) = lacking_action(destination, may)?;
    Some(no_permission_of_mapping(action, service))
}

/// Lambda's refusal of a role that cannot send to the dead-letter queue of a function, or its topic, by its ARN.
pub fn dead_letter_refusal(target: &str, may: impl Fn(&str, &str) -> bool) -> Option<String> {
    let (action, service) = lacking_action(target, may)?;
    Some(no_permission_of_function(action, service))
}

/// Lambda's refusal of a role that cannot send to a destination of asynchronous invocations, by its ARN, which it names.
/// <https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/lambda/function_event_invoke_config.go>
pub fn asynchronous_destination_refusal(destination: &str, may: impl Fn(&str, &str) -> bool) -> Option<String> {
    let (action, _) = lacking_action(destination, may)?;
    Some(format!("The function's execution role does not have permissions to call {action} on {destination}"))
}

/// What a role may not do and must, to send to a destination: the call, and its service.
fn lacking_action(destination: &str, may: impl Fn(&str, &str) -> bool) -> Option<(&'static str, &'static str)> {
    let (action, service) = destination_action(destination)?;
    let resource = if service == "S3" { format!("{destination}/aws/lambda/*") } else { destination.to_string() };
    let (_, call) = action.split_once(':')?;
    (!may(action, &resource)).then_some((call, service))
}

/// What a role must be allowed to do to send to a destination, and the service that it calls; nothing for one that is not checked.
pub fn destination_action(destination: &str) -> Option<(&'static str, &'static str)> {
    match destination.split(':').nth(2)? {
        "sqs" => Some(("sqs:SendMessage", "SQS")),
        "sns" => Some(("sns:Publish", "SNS")),
        "s3" => Some(("s3:PutObject", "S3")),
        "lambda" => Some(("lambda:InvokeFunction", "Lambda")),
        _ => None,
    }
}

/// When a function is made or changed.
fn no_permission_of_function(action: &str, service: &str) -> String {
    format!("The provided execution role does not have permissions to call {action} on {service}")
}

/// When an event source mapping is made or changed. In reports from before 2025 its words are those of a function.
/// <https://github.com/anomalyco/sst/issues/5737>
fn no_permission_of_mapping(action: &str, service: &str) -> String {
    format!("The function execution role does not have permissions to call {action} on {service}")
}

/// What CloudFormation puts before a service's message with `status`: the handler of event source mappings has words of its own, that of
/// functions has none.
/// <https://github.com/aws/serverless-application-model/issues/3445>
pub fn handler_prefix(resource_type: &str, status: u16) -> &'static str {
    match (resource_type, status) {
        ("AWS::Lambda::EventSourceMapping", 400) => "Invalid request provided: ",
        _ => "",
    }
}

/// Condition keys that, with fixed values, narrow "anybody" down to somebody.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>
const NARROWING: [&str; 13] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
];

/// Whether a bucket policy lets anybody in, which S3 refuses while public policies are blocked.
pub fn is_public(policy: &Value) -> bool {
    many(&policy["Statement"]).any(|statement| {
        let principal = &statement["Principal"];
        let anybody = is_star(principal) || is_star(&principal["AWS"]) || !statement["NotPrincipal"].is_null();
        statement["Effect"] == "Allow" && anybody && !is_narrowed(&statement["Condition"])
    })
}

fn is_star(value: &Value) -> bool {
    many(value).any(|value| value == "*")
}

fn is_narrowed(conditions: &Value) -> bool {
    conditions.as_object().into_iter().flatten().any(|(operator, keys)| {
        let positive = !operator.contains("Not") && !operator.ends_with("IfExists");
        let mut keys = keys.as_object().into_iter().flatten();
        positive
            && keys.any(|(key, wanted)| NARROWING.contains(&key.to_lowercase().as_str()) && !holds_wildcard(wanted))
    })
}

fn holds_wildcard(wanted: &Value) -> bool {
    many(wanted).any(|value| value == "*" || value == "0.0.0.0/0" || value == "::/0")
}
