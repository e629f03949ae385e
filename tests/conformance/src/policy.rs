//! The harness for policies: a template with one, and whether its stack is created, or what its function may do then.
//!
//! `given.resources` is the template's own section, as CloudFormation has it.

use local::cloud::Cloud;
use serde_json::{Value, json};

use crate::case::{Case, Inexpressible, only_known};
use crate::ground::{self, Ground};
use crate::observed::Observed;
use crate::socket::Ask;

/// What CloudFormation puts around a service's refusal.
const REFUSAL: &str = "Resource handler returned message: \"";

/// Sets `case` up and says what was observed.
pub async fn observe(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    only_known("given", &case.given, &["resources"])?;
    only_known("request", &case.request, &["operation", "function", "service", "method", "path"])?;
    let text = |name: &str| case.request.get(name).and_then(Value::as_str);
    let folder = tempfile::tempdir().map_err(Inexpressible::new)?;
    let template = folder.path().join("template.yaml");
    let resources = case.given.get("resources").cloned().unwrap_or_default();
    let whole = json!({ "Transform": "AWS::Serverless-2016-10-31", "Resources": resources });
    std::fs::write(&template, whole.to_string()).map_err(Inexpressible::new)?;
    let booted = Cloud::boot(ground.with_services(&template)).await;
    match (text("operation"), booted) {
        (Some("CreateStack"), Ok(cloud)) => {
            cloud.shutdown().await;
            Ok(Observed::default().with("resource_status", "CREATE_COMPLETE"))
        }
        (Some("CreateStack"), Err(error)) => refused(&error.to_string()),
        (Some(other), _) => Err(Inexpressible::new(format_args!("request.operation {other}"))),
        (None, Err(error)) => Err(Inexpressible::new(error)),
        (None, Ok(cloud)) => {
            let credentials = cloud.identities().issue(text("function").unwrap_or_default(), cloud.clock());
            let address = ground::socket_of(&cloud.aws_url())?;
            let (method, path) = (text("method").unwrap_or("GET").into(), text("path").unwrap_or("/").into());
            let ask = Ask { method, path, headers: Vec::new(), body: Default::default() };
            let service = text("service").unwrap_or_default();
            let answer = ask.signed(&credentials, service, address).send(address).await;
            cloud.shutdown().await;
            Ok(Observed::of_answer(answer.map_err(Inexpressible::new)?))
        }
    }
}

/// The first refusal of a service in `error`, and the resource that it is about.
fn refused(error: &str) -> Result<Observed, Inexpressible> {
    let unknown = || Inexpressible::new(format_args!("a stack that is refused otherwise: {error}"));
    let (before, after) = error.split_once(REFUSAL).ok_or_else(unknown)?;
    let (message, service) = after.split_once(" (Service: ").ok_or_else(unknown)?;
    let service = service.split(',').next().unwrap_or_default();
    // template.yaml:1:2: Role.Properties.…: CREATE_FAILED: Resource handler returned message
    let place = before.lines().last().and_then(|line| line.rsplit_once(": CREATE_FAILED")).ok_or_else(unknown)?.0;
    let resource = place.rsplit_once(": ").map_or(place, |(_, place)| place).split('.').next().unwrap_or_default();
    Ok(Observed::default()
        .with("resource_status", "CREATE_FAILED")
        .with("resource", resource)
        .with("service", service)
        .with("message", message))
}
