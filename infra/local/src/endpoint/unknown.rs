//! Calls that nobody here answers: what is not here, what is, and what to do instead.

use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use stack::Service;

use super::protocol::EndpointError;
use super::service::scope_service;

/// What this endpoint answers, for the messages.
const SUPPORTED: &str =
    "DynamoDB, DynamoDB Streams, S3, Lambda, SQS, CloudWatch and its logs, CloudFormation and STS's GetCallerIdentity";

/// What every message ends with.
const ASK_AWS: &str = "To ask AWS itself, use a shell that has not read `cargo workbook env`, and no --endpoint-url.";

/// A service that is not here.
struct MissingService {
    /// As signatures name it.
    scope: &'static str,
    /// As AWS's documents name it.
    name: &'static str,
    /// The namespace of its XML, if it answers in XML.
    namespace: &'static str,
    /// What to do instead, where the local cloud has something; empty elsewhere.
    instead: &'static str,
}

const fn service(
    scope: &'static str,
    name: &'static str,
    namespace: &'static str,
    instead: &'static str,
) -> MissingService {
    MissingService { scope, name, namespace, instead }
}

const DEPLOY: &str = "To deploy a template here, run `cargo workbook deploy`, or `sam deploy`.";
const API: &str = "The API comes from the template: change it there, and run `cargo workbook deploy`.";
const DISTRIBUTION: &str =
    "The distribution comes from the template: change it there, and run `cargo workbook deploy`.";
const NETWORK: &str = "Networks come from the template: change them there, and run `cargo workbook deploy`.";
const ROLES: &str = "Roles and policies come from the template: change them there, and run `cargo workbook deploy`.";
const DATABASES: &str = "Databases come from the template: change them there, and run `cargo workbook deploy`.";
const LOGS: &str = "What the functions did is in their logs: run `cargo workbook logs`.";

/// Services that somebody who works with the board may ask for, and all that speak the query protocol.
const MISSING: [MissingService; 35] = [
    service("acm", "ACM", "", ""),
    service("apigateway", "API Gateway's control API", "", API),
    service("appsync", "AppSync", "", ""),
    service("autoscaling", "Auto Scaling", "http://autoscaling.amazonaws.com/doc/2011-01-01/", ""),
    service("cloudfront", "CloudFront's control API", "http://cloudfront.amazonaws.com/doc/2020-05-31/", DISTRIBUTION),
    service("cloudsearch", "CloudSearch", "http://cloudsearch.amazonaws.com/doc/2013-01-01/", ""),
    service("cloudtrail", "CloudTrail", "", ""),
    service("codebuild", "CodeBuild", "", ""),
    service("codedeploy", "CodeDeploy", "", DEPLOY),
    service("codepipeline", "CodePipeline", "", DEPLOY),
    service("cognito-idp", "Cognito", "", ""),
    service("ec2", "EC2", "http://ec2.amazonaws.com/doc/2016-11-15/", NETWORK),
    service("ecr", "ECR", "", ""),
    service("ecs", "ECS", "", ""),
    service("elasticache", "ElastiCache", "http://elasticache.amazonaws.com/doc/2015-02-02/", ""),
    service("elasticbeanstalk", "Elastic Beanstalk", "http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/", ""),
    service(
        "elasticloadbalancing",
        "Elastic Load Balancing",
        "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
        "",
    ),
    service("events", "EventBridge", "", ""),
    service("iam", "IAM", "https://iam.amazonaws.com/doc/2010-05-08/", ROLES),
    service("importexport", "Import/Export", "http://importexport.amazonaws.com/doc/2010-06-01/", ""),
    service("kinesis", "Kinesis", "", ""),
    service("kms", "KMS", "", ""),
    service("rds", "RDS", "http://rds.amazonaws.com/doc/2014-10-31/", DATABASES),
    service("redshift", "Redshift", "http://redshift.amazonaws.com/doc/2012-12-01/", ""),
    service("route53", "Route 53", "https://route53.amazonaws.com/doc/2013-04-01/", ""),
    service("scheduler", "EventBridge Scheduler", "", ""),
    service("sdb", "SimpleDB", "http://sdb.amazonaws.com/doc/2009-04-15/", ""),
    service("secretsmanager", "Secrets Manager", "", ""),
    service("serverlessrepo", "Serverless Application Repository", "", DEPLOY),
    service("ses", "SES", "http://ses.amazonaws.com/doc/2010-12-01/", ""),
    service("sns", "SNS", "http://sns.amazonaws.com/doc/2010-03-31/", ""),
    service("ssm", "Systems Manager", "", ""),
    service("states", "Step Functions", "", ""),
    service("tagging", "Resource Groups Tagging", "", ""),
    service("xray", "X-Ray", "", LOGS),
];

fn missing(scope: &str) -> Option<&'static MissingService> {
    MISSING.iter().find(|service| service.scope == scope)
}

/// The namespace in which the service that signatures call `scope` writes XML; empty where that is not known.
pub(super) fn namespace(scope: &str) -> &'static str {
    missing(scope).map_or("", |service| service.namespace)
}

/// Whether the service answers in XML to requests with a method and a path.
pub(super) fn is_rest_xml(scope: &str) -> bool {
    ["cloudfront", "route53"].contains(&scope)
}

/// The refusal of the operation called `asked`: its service is not here, or not in this protocol.
pub(super) fn operation(parts: &Parts, service: Service, asked: &str) -> EndpointError {
    if service != Service::Unknown {
        let spoken = if service == Service::Sts { "the query protocol" } else { "its JSON protocol" };
        return EndpointError::unknown_operation(format!(
            "The local cloud's `{}` does not know {asked} in the protocol in which it was asked; it answers {spoken}. Use a client that \
             has it, such as the AWS CLI.",
            service.prefix()
        ));
    }
    let scope = scope_service(parts).unwrap_or_default();
    let (name, instead) = match missing(&scope) {
        Some(MissingService { name, instead, .. }) => (*name, *instead),
        None => (scope.as_str(), ""),
    };
    let asked = match (asked, name) {
        ("", "") => "this request".to_string(),
        ("", name) => name.to_string(),
        (asked, "") => asked.to_string(),
        (asked, name) => format!("{asked} of {name}"),
    };
    let sentences = [instead, ASK_AWS].into_iter().filter(|sentence| !sentence.is_empty());
    let advice = sentences.collect::<Vec<_>>().join(" ");
    EndpointError::unknown_operation(format!("The local cloud does not know {asked}; it answers {SUPPORTED}. {advice}"))
}

/// A path that Lambda does not have here.
pub(super) fn rest(parts: &Parts) -> Response {
    let message = format!(
        "The local cloud's Lambda does not know {} {}; it answers Invoke and the calls for \
         functions' code, configuration, concurrency and asynchronous invocation, for event source mappings and for the account.",
        parts.method,
        parts.uri.path()
    );
    let headers = [("content-type", "application/json"), ("x-amzn-errortype", "UnknownOperationException")];
    (StatusCode::NOT_FOUND, headers, json!({ "Message": message }).to_string()).into_response()
}
