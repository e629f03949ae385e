//! The local cloud of a lab, from its deployment to its end: the only module of the kit that boots one. The others look at
//! what it holds.
//!
//! Checks are plain synchronous tests, so the asynchronous side lives here: one runtime for the whole test process, one
//! cloud for each [`crate::Lab`]. Clouds share nothing, so tests run side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use cloudformation::StackOptions;
use local::activity::ActivityEvent;
use local::cloud::{Boot, BootError};
use local::deployment::ResourceFailure;
use local::guard::Guard;
use local::lambda::{InvocationRecord, InvokeRequest};
use local::programs::{Program as Code, Programs};
use local::proxy;
use local::template;
use serde_json::Value;
use stack::{Function, IntegrationType, Stack};
use tokio::runtime::Runtime;

use crate::cause::InvocationResult;
use crate::http::Response;
use crate::program::Program;
use crate::services;

/// Shared by all tests of a process; threads cost more than clouds.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a process that runs tests can start two more threads")
});

/// The body of API Gateway's 502.
const INTERNAL: &[u8] = br#"{"message": "Internal server error"}"#;

/// A deployed template.
#[derive(Debug)]
pub(crate) struct Cloud {
    /// Taken out only to shut it down.
    cloud: Option<local::cloud::Cloud>,
    api_url: String,
    guard: Guard,
}

/// An invocation that has ended.
#[derive(Debug, Clone)]
pub(crate) struct ApiInvocation {
    called: InvocationResult,
    event: Vec<u8>,
}

/// The invocations that were over at some moment, by request id.
pub(crate) type InvocationIds = BTreeSet<String>;

/// Why a template was not deployed.
#[derive(Debug)]
pub(crate) enum NotDeployed {
    /// What is wrong with it, in several lines perhaps.
    Unreadable(String),
    /// AWS refuses to create some of the resources.
    Refused(Vec<ResourceFailure>, Box<Stack>),
}

impl Cloud {
    /// Deploys `template` with values for its parameters. Every function runs `program`, or its own binary from the folder
    /// that `binary` is in.
    ///
    /// # Errors
    ///
    /// What is wrong with the template, or the resources of it that AWS refuses to create.
    pub(crate) fn deploy(
        template: &Path,
        stack: &str,
        binary: &Path,
        program: Option<Program>,
        parameters: BTreeMap<String, String>,
        environment: BTreeMap<String, String>,
    ) -> Result<Cloud, NotDeployed> {
        let programs = match program {
            Some(program) => Programs::Given(Code { path: program.path, args: program.args }),
            None => Programs::Beside(binary.to_path_buf()),
        };
        let mut boot = Boot::new(template, programs);
        boot.stack_name = stack.to_string();
        boot.parameters = parameters.clone();
        boot.environment = environment;
        boot.models = services::models();
        boot.services = services::plugins();
        let guard = boot.guard.clone();
        let cloud = RUNTIME.block_on(local::cloud::Cloud::boot(boot)).map_err(|why| match why {
            BootError::CreateFailed(failures) => refused(failures, template, stack, parameters),
            other => NotDeployed::Unreadable(other.to_string()),
        })?;
        let nobody = "template.yaml has no AWS::Serverless::Api, so there is nobody to ask.";
        // Nobody asks a function that stands behind a stream, so its template needs no API.
        let unasked = || Some(String::new()).filter(|_| !cloud.stack().event_source_mappings.is_empty());
        let api_url = cloud.api_url().or_else(unasked).ok_or_else(|| NotDeployed::Unreadable(nobody.to_string()))?;
        Ok(Cloud { cloud: Some(cloud), api_url, guard })
    }

    /// The REST API's address with its stage; empty where the template has none.
    pub(crate) fn api_url(&self) -> &str {
        &self.api_url
    }

    /// Lets browsers with a page of `origin` ask the API, which answers its own site's pages and programs otherwise.
    pub(crate) fn admit(&self, origin: &str) {
        self.guard.admit(origin);
    }

    /// The invocations that are over by now.
    pub(crate) fn invocations(&self) -> InvocationIds {
        self.records().into_iter().map(|record| record.request_id).collect()
    }

    /// The invocations that were not over at the moment of `seen` and are now, oldest first.
    pub(crate) fn invocations_since(&self, seen: &InvocationIds) -> Vec<ApiInvocation> {
        self.records().iter().filter(|record| !seen.contains(&record.request_id)).map(ApiInvocation::of).collect()
    }

    /// Hands `event` to the function that API Gateway asks at its resource.
    pub(crate) fn hand(&self, event: &Value) -> Option<ApiInvocation> {
        let resource = event["resource"].as_str()?;
        let methods = self.local().stack().apis.iter().flat_map(|api| &api.methods);
        let function = methods.filter(|method| method.resource_path == resource).find_map(|method| {
            let IntegrationType::AwsProxy { function } = &method.integration.kind else { return None };
            Some(function)
        })?;
        let seen = self.invocations();
        self.wait(self.local().lambda().invoke(function, InvokeRequest::with(event.to_string()))).ok()?;
        self.invocations_since(&seen).pop()
    }

    /// What the functions and Lambda wrote, a line each.
    pub(crate) fn log(&self) -> Vec<String> {
        self.lines(|_| true)
    }

    /// What one function, by its logical id, and Lambda about it wrote into its own log group, a line each.
    pub(crate) fn log_of(&self, function: &str) -> Vec<String> {
        self.lines(|deployed| deployed.logical_id == function)
    }

    /// Why API Gateway could not get an answer for the request with this id, as an execution log would say it.
    pub(crate) fn execution_failure(&self, request_id: &str) -> Option<String> {
        let entries = self.local().activity().since(0);
        entries.iter().find_map(|entry| match &entry.event {
            ActivityEvent::Request { request_id: id, failure, .. } if id == request_id => failure.clone(),
            _ => None,
        })
    }

    fn lines(&self, of: impl Fn(&Function) -> bool) -> Vec<String> {
        let cloud = self.local();
        let functions = cloud.stack().functions.iter().filter(|function| of(function));
        let groups: BTreeSet<&str> = functions.map(|function| function.log_group.as_str()).collect();
        let mut events: Vec<_> = groups.into_iter().flat_map(|group| cloud.logs().read(group)).collect();
        events.sort_by_key(|event| event.sequence);
        events.iter().flat_map(|event| event.message.lines()).map(str::to_string).collect()
    }

    /// The invocations of functions behind the API. A function that only a stream invokes runs beside a request and
    /// answers none.
    fn records(&self) -> Vec<InvocationRecord> {
        let (lambda, apis) = (self.local().lambda(), &self.local().stack().apis);
        let integrations = apis.iter().flat_map(|api| &api.methods).map(|method| &method.integration.kind);
        let behind: BTreeSet<&str> = integrations
            .filter_map(|kind| match kind {
                IntegrationType::AwsProxy { function } | IntegrationType::Aws { function } => Some(function.as_str()),
                _ => None,
            })
            .collect();
        let names = lambda.function_names();
        names.iter().filter(|name| behind.contains(name.as_str())).flat_map(|name| lambda.invocations(name)).collect()
    }

    pub(crate) fn local(&self) -> &local::cloud::Cloud {
        self.cloud.as_ref().expect("is taken out only while dropping")
    }

    /// Runs `future` to its end.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        RUNTIME.block_on(future)
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        if let Some(cloud) = self.cloud.take() {
            RUNTIME.block_on(cloud.shutdown());
        }
    }
}

impl ApiInvocation {
    fn of(record: &InvocationRecord) -> ApiInvocation {
        let mut called = InvocationResult::of(&record.outcome);
        if !called.failed {
            called.malformed = proxy::reply(&called.payload, None, &[]).err().map(|why| why.to_string());
        }
        ApiInvocation { called, event: record.event.to_vec() }
    }

    /// The event, as the function got it.
    pub(crate) fn event(&self) -> Value {
        serde_json::from_slice(&self.event).unwrap_or_default()
    }

    pub(crate) fn called(&self) -> &InvocationResult {
        &self.called
    }

    /// The reply, or the description of an error.
    pub(crate) fn payload(&self) -> &[u8] {
        &self.called.payload
    }

    /// What API Gateway makes of it for a caller, its own headers aside.
    pub(crate) fn response(&self) -> Response {
        let made = Some(&self.called).filter(|called| !called.failed);
        match made.and_then(|called| proxy::reply(&called.payload, None, &[]).ok()) {
            Some(reply) => Response { status: reply.status, headers: reply.headers, body: reply.body.to_vec() },
            None => Response { status: 502, body: INTERNAL.to_vec(), ..Response::default() },
        }
    }

    /// Whether API Gateway makes a 502 of it.
    pub(crate) fn is_of_a_502(&self) -> bool {
        self.called.failed || self.called.malformed.is_some()
    }

    /// Whether a response of this status and body can have come from this reply.
    pub(crate) fn became(&self, status: u16, body: &[u8]) -> bool {
        let made = self.response();
        !self.is_of_a_502() && made.status == status && made.body == body
    }
}

/// What AWS refuses of `template`, with the stack that it describes.
fn refused(
    failures: Vec<ResourceFailure>,
    template: &Path,
    stack: &str,
    parameters: BTreeMap<String, String>,
) -> NotDeployed {
    let options = StackOptions {
        parameters,
        stack_name: stack.to_string(),
        models: services::models(),
        ..StackOptions::default()
    };
    match template::load(template, &options) {
        Ok(read) => NotDeployed::Refused(failures, Box::new(read)),
        Err(why) => NotDeployed::Unreadable(why.to_string()),
    }
}
