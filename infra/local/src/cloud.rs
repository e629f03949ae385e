//! A stack come alive: every part of the local cloud, wired as the template says.
//!
//! [`Cloud::boot`] is what `CREATE_COMPLETE` is on AWS: when it returns, every address answers. Order matters in one place:
//! ports are bound before the template is read, because here `!GetAtt SiteDistribution.DomainName` is an address with a
//! port. [`Cloud::deploy`] puts another template in its place while it runs: read `cloud/deploy` for what stays and what
//! goes.

mod deploy;
mod error;
mod keys;
mod listeners;
mod parts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::activity::ActivityLog;
use crate::api_gateway::{self, ApiListener, LogRole, Stage};
use crate::clock::Clock;
use crate::cloudtrail::CloudTrail;
use crate::cloudwatch::CloudWatch;
use crate::deployment::{
    self, DeploymentRequest, Deployments, HandlerError, ResourceFailure, StackEvent, StackResource, StackSource, Stacks,
};
use crate::destinations::Destinations;
use crate::endpoint::Endpoint;
use crate::guard::Guard;
use crate::iam::{Identities, principals};
use crate::lambda::{Lambda, LambdaDeps, refused_reservation};
use crate::logs::Logs;
use crate::process_group;
use crate::programs::{self, Codes, Packages, Programs, Uploads};
use crate::service::{ServiceDeps, ServicePlugin, Services};
use crate::sqs::Queues;
use crate::template;
use crate::vpc::FunctionEndpoints;
use cloudformation::{Addresses, AllowedFolders, StackOptions};
use deploy::INITIATED;
use keys::LearnerKeys;
use listeners::{Bound, Listening, VpcListeners};
use stack::model::CompileModel;
use stack::{ApiGatewayAccount, ExecutionLogging, Resource, Service, Stack};

pub use crate::programs::Unpack;
pub use deploy::DeployError;
pub use error::BootError;
pub use keys::{read_credentials, read_token};
pub use listeners::Ports;

/// How long a server may take to finish what it is answering when the cloud goes away.
const FAREWELL: Duration = Duration::from_secs(1);

/// What to boot.
#[derive(Debug, Clone)]
pub struct Boot {
    /// The SAM template.
    pub template: PathBuf,
    /// The stack's name.
    pub stack_name: String,
    /// Values for the template's parameters.
    pub parameters: BTreeMap<String, String>,
    /// Where data lives; in memory and temporary files without one.
    pub data: Option<PathBuf>,
    /// Where the functions' code comes from.
    pub programs: Programs,
    /// The ports to listen on.
    pub ports: Ports,
    /// Time and ids.
    pub clock: Clock,
    /// Which pages may ask; the site and the websites of the stack are added to it.
    pub guard: Guard,
    /// What compiles the models of bodies, for templates that have models.
    pub models: Option<CompileModel>,
    /// The services that are plugged in, for templates that have tables or buckets.
    pub services: Vec<ServicePlugin>,
    /// What every stage writes into its execution log, whatever the template says of it and of the account: for whoever records what a
    /// reader would find who has switched it on.
    pub execution_logging: Option<ExecutionLogging>,
    /// Variables that every function of the template gets beside its own: for whoever has to see what it does with another setting of the
    /// SDK.
    pub environment: BTreeMap<String, String>,
    /// What reads packages that clients upload; without it such a function has no code.
    pub unpack: Option<Unpack>,
}

impl Boot {
    /// The stack of `template` on free ports, with nothing kept, running `programs`.
    pub fn new(template: impl Into<PathBuf>, programs: Programs) -> Boot {
        Boot {
            template: template.into(),
            stack_name: "board".to_string(),
            parameters: BTreeMap::new(),
            data: None,
            programs,
            ports: Ports::default(),
            clock: Clock::real(),
            guard: Guard::default(),
            models: None,
            services: Vec::new(),
            execution_logging: None,
            environment: BTreeMap::new(),
            unpack: None,
        }
    }
}

/// A running stack. Shut it down with [`Cloud::shutdown`]; dropping it ends everything too, without waiting.
#[derive(Debug)]
pub struct Cloud {
    /// The stacks that run: the one that the cloud was started with, then those that were deployed beside it.
    running: Vec<CloudStack>,
    /// All that there are and were, as CloudFormation remembers them.
    stacks: Stacks,
    /// Where templates may lie, and where code may that is built.
    allowed_folders: (AllowedFolders, Option<AllowedFolders>),
    programs: Programs,
    packages: Packages,
    clock: Clock,
    lambda: Lambda,
    logs: Logs,
    log_role: LogRole,
    trail: CloudTrail,
    activity: ActivityLog,
    cloudwatch: CloudWatch,
    queues: Queues,
    building: Vec<String>,
    function_endpoints: FunctionEndpoints,
    /// The main AWS endpoint, of which those in a VPC are copies.
    endpoint: Endpoint,
    guard: Guard,
    models: Option<CompileModel>,
    /// Deployments that were asked for at the endpoint.
    requests: mpsc::Receiver<DeploymentRequest>,
    plugins: Vec<ServicePlugin>,
    services: Services,
    identities: Identities,
    servers: Vec<JoinHandle<()>>,
    stop: watch::Sender<bool>,
    folder: crate::data_folder::Folder,
}

/// A stack that runs, with what is its own.
#[derive(Debug)]
struct CloudStack {
    stack: Stack,
    api_listener: ApiListener,
    addresses: Listening,
    /// Whether its last deployment failed and was not rolled back.
    unfinished: bool,
    /// What a rollback brings back then; nothing where it was never created.
    stable: Option<LastStable>,
}

/// A stack as it was before a deployment failed.
#[derive(Debug, Clone)]
struct LastStable {
    stack: Stack,
    codes: Codes,
}

impl Cloud {
    /// Creates the stack. When this returns, all addresses answer; functions may still be compiling.
    pub async fn boot(boot: Boot) -> Result<Cloud, BootError> {
        let bound = Bound::of(boot.ports).await?;
        let (_, code) = allowed_folders(&boot);
        // What cannot be read is said when the folder is opened.
        let account = Stacks::open(boot.data.as_deref(), boot.clock.clone()).ok();
        let options = StackOptions {
            principals: account.map(|stacks| principals(&stacks).collect()),
            ..stack_options(&boot.stack_name, &boot.parameters, &BTreeMap::new(), bound.addresses, code, boot.models)
        };
        let stack = template::load(&boot.template, &options)?;
        let mut stack = match boot.execution_logging {
            Some(logging) => with_execution_logs(stack, logging),
            None => stack,
        };
        for function in &mut stack.functions {
            function.environment.extend(boot.environment.clone());
        }
        Cloud::start(stack, boot, bound).await
    }

    /// Creates `stack`, which no template had to describe; [`Boot::template`] is not looked at.
    pub async fn boot_stack(stack: Stack, boot: Boot) -> Result<Cloud, BootError> {
        let bound = Bound::of(boot.ports).await?;
        Cloud::start(stack, boot, bound).await
    }

    async fn start(stack: Stack, boot: Boot, bound: Bound) -> Result<Cloud, BootError> {
        let Bound { site, api, aws, addresses } = bound;
        check_what_is_plugged_in(&stack, boot.models, &boot.services)?;
        check_distributions(&stack)?;
        let folder = crate::data_folder::Folder::open(boot.data.as_deref())?;
        let log_role = LogRole::open(folder.kept()).map_err(BootError::LogRole)?;
        let failures = failures(&stack, &boot.clock, &boot.services, log_role.is_set(), None);
        if !failures.is_empty() {
            return Err(BootError::CreateFailed(failures));
        }
        if !stack.functions.is_empty() {
            process_group::prepare();
        }

        let clock = boot.clock.clone();
        log_role.deploy(&stack);
        let (logs, activity) = (Logs::new(clock.clone()), ActivityLog::new(clock.clone()));
        let keys = LearnerKeys::of(&folder, &clock)?;
        let stacks = Stacks::open(folder.kept(), clock.clone()).map_err(BootError::Stacks)?;
        let identities = Identities::new(keys.credentials, &stack.functions, Some(stacks.clone()));
        let trail = CloudTrail::default();
        let guard = boot.guard.clone();
        guard.add_pages(addresses.site);
        guard.serve(stack.buckets_with_pages());
        let queues = Queues::open(&stack.queues, folder.kept(), clock.clone()).map_err(BootError::Queues)?;
        let packages = Packages {
            uploads: Uploads::at(folder.path().join("code")),
            unpack: boot.unpack,
            workspace: boot.programs.workspace().cloned(),
        };
        let cloudwatch = CloudWatch::new(clock.clone(), activity.clone(), queues.clone());
        cloudwatch.deploy(&[], &stack.alarms);
        let (codes, build) = boot.programs.codes_of(&stack.functions, &packages.uploads);
        let building = build.iter().flat_map(|build| build.binaries()).map(str::to_string).collect();
        for group in &stack.log_groups {
            logs.create_group(group);
        }
        let function_endpoints = FunctionEndpoints::default();
        let vpc_listeners = VpcListeners::of(&stack, &function_endpoints).await?;
        vpc_listeners.register(&function_endpoints);
        let deps = LambdaDeps {
            clock: clock.clone(),
            logs: logs.clone(),
            activity: activity.clone(),
            cloudwatch: cloudwatch.clone(),
            identities: identities.clone(),
            endpoint: addresses.aws,
            function_endpoints: function_endpoints.clone(),
        };
        let lambda = Lambda::new(programs::with_code(&stack.functions, &codes), &deps);
        let stop = watch::Sender::new(false);
        let mut servers = vec![tokio::spawn(cloudwatch.clone().run(stop.subscribe()))];

        let destinations = Destinations::new(queues.clone());
        let deps = ServiceDeps {
            clock: clock.clone(),
            guard: guard.clone(),
            identities: identities.clone(),
            lambda: lambda.clone(),
            destinations: destinations.clone(),
            activity: activity.clone(),
            cloudwatch: cloudwatch.clone(),
            folder: folder.path().to_path_buf(),
            kept: folder.kept().map(Path::to_path_buf),
            stop: stop.subscribe(),
        };
        let services = Services::open(&boot.services, &stack, &deps).await?;
        let api_listener = ApiListener::new(guard.clone());
        api_listener.route_to(stages_of(&stack, &lambda, &log_role, boot.models));
        servers.push(tokio::spawn(api_listener.clone().serve(api, stop.subscribe())));
        for (function, config) in &stack.event_invoke_configs {
            lambda.set_event_invoke_config(function, Some(config.clone()));
        }
        // A site that no service takes is nobody's, and nobody should wait for its answer.
        let mut site = Some(site);
        for service in services.iter() {
            servers.extend(service.start(&stack, &mut site).await?.into_iter().map(tokio::spawn));
        }
        lambda.connect(destinations, folder.kept());
        let (deployments, requests) = Deployments::channel();
        let had = stacks.forget(&stack.name);
        created(&stacks, &stack, &boot.template, had);
        let endpoint = Endpoint {
            clock: clock.clone(),
            guard: guard.clone(),
            token: keys.token,
            identities: identities.clone(),
            lambda: lambda.clone(),
            logs: logs.clone(),
            queues: queues.clone(),
            services: services.clone(),
            trail: trail.clone(),
            activity: activity.clone(),
            cloudwatch: cloudwatch.clone(),
            stack_name: stack.name.clone(),
            stop: stop.subscribe(),
            function_endpoints: function_endpoints.clone(),
            vpc_function: None,
            packages: packages.clone(),
            deployments,
            stacks: stacks.clone(),
        };
        servers.push(tokio::spawn(endpoint.clone().serve(aws)));
        if let Some(build) = build {
            // Cargo is ended at once: nobody will run what it builds.
            let mut stopped = stop.subscribe();
            servers.push(tokio::spawn(async move {
                tokio::select! {
                    () = build.run() => {}
                    _ = stopped.wait_for(|stop| *stop) => {}
                }
            }));
        }
        let mut cloud = Cloud {
            running: vec![CloudStack { stack, api_listener, addresses, unfinished: false, stable: None }],
            stacks,
            allowed_folders: allowed_folders(&boot),
            programs: boot.programs,
            packages,
            clock,
            lambda,
            logs,
            log_role,
            trail,
            activity,
            cloudwatch,
            queues,
            building,
            function_endpoints,
            endpoint,
            guard,
            models: boot.models,
            requests,
            plugins: boot.services,
            services,
            identities,
            servers,
            stop,
            folder,
        };
        cloud.serve_vpc_listeners(vpc_listeners);
        Ok(cloud)
    }

    /// The binaries that Cargo compiles since the boot; empty when everything was up to date.
    pub fn building(&self) -> &[String] {
        &self.building
    }

    /// Waits until no function is being compiled, and gives the reasons of those that have no code.
    pub async fn built(&self) -> Vec<String> {
        programs::broken(&self.lambda.codes_of(&self.own().stack.functions)).await
    }

    /// Ends every process and server, and returns when they are gone.
    pub async fn shutdown(self) {
        // Before the functions end, so that no batch counts as failed because the cloud went away.
        self.services.iter().for_each(|service| service.stop());
        // The folder stays locked until everything has ended.
        let Cloud { lambda, servers, stop, folder: _folder, .. } = self;
        stop.send_replace(true);
        lambda.shutdown().await;
        let deadline = tokio::time::Instant::now() + FAREWELL;
        for mut server in servers {
            if tokio::time::timeout_at(deadline, &mut server).await.is_err() {
                server.abort();
            }
        }
        process_group::settled().await;
    }
}

/// The stack in an account with a role for logs, all of whose stages write `logging`.
fn with_execution_logs(mut stack: Stack, logging: ExecutionLogging) -> Stack {
    stack.api_gateway_account.get_or_insert_with(ApiGatewayAccount::with_log_role);
    for api in &mut stack.apis {
        api.execution_logging = logging;
        api.methods.iter_mut().for_each(|method| method.execution_logging = None);
    }
    stack
}

/// The stages of the API of `stack`, if it has one.
fn stages_of(stack: &Stack, lambda: &Lambda, log_role: &LogRole, models: Option<CompileModel>) -> Vec<Stage> {
    let LambdaDeps { clock, logs, activity, cloudwatch, .. } = lambda.deps().clone();
    let deps = api_gateway::StageDeps {
        permissions: stack.permissions.clone(),
        lambda: lambda.clone(),
        logs,
        log_role: log_role.clone(),
        activity,
        cloudwatch,
        clock,
        models,
    };
    stack.apis.iter().map(|api| Stage::new(api.clone(), deps.clone())).collect()
}

/// Where templates may lie that are deployed later, and where code may, if any is built.
fn allowed_folders(boot: &Boot) -> (AllowedFolders, Option<AllowedFolders>) {
    let workspace = boot.programs.workspace().map(|workspace| workspace.root.as_path());
    let allowed_folders = AllowedFolders::of(&boot.template, workspace);
    (allowed_folders.clone(), workspace.map(|_| allowed_folders))
}

fn stack_options(
    stack_name: &str,
    parameters: &BTreeMap<String, String>,
    previous: &BTreeMap<String, String>,
    addresses: Listening,
    allowed_folders: Option<AllowedFolders>,
    models: Option<CompileModel>,
) -> StackOptions {
    let addresses = Addresses {
        site_domain: Some(addresses.site.to_string()),
        api_domain: Some(addresses.api.to_string()),
        s3_domain: Some(addresses.aws.to_string()),
    };
    let (parameters, previous) = (parameters.clone(), previous.clone());
    StackOptions {
        parameters,
        previous,
        addresses,
        stack_name: stack_name.to_string(),
        allowed_folders,
        packaged: false,
        creates: false,
        models,
        ..StackOptions::default()
    }
}

/// Everything in `stack` that AWS would refuse to create, by the checks of the local cloud and of what is plugged in. Nothing is made.
pub fn refused(stack: &Stack, services: &[ServicePlugin], clock: &Clock) -> Vec<ResourceFailure> {
    failures(stack, clock, services, false, None)
}

/// Everything in `stack` that AWS would refuse to create.
fn failures(
    stack: &Stack,
    clock: &Clock,
    services: &[ServicePlugin],
    has_log_role: bool,
    running: Option<(Option<&Stack>, &Stack, &Lambda)>,
) -> Vec<ResourceFailure> {
    let of_services = services.iter().flat_map(|service| (service.check)(stack, clock));
    let functions = running.map_or(&stack.functions, |(_, all, _)| &all.functions);
    let unreserved = refused_reservation(functions, running.map(|(_, _, lambda)| lambda)).map(|(function, message)| {
        let refused = HandlerError::invalid_parameter(message);
        ResourceFailure::new(&function.logical_id, "AWS::Lambda::Function", &refused, clock)
    });
    let queues = running.map_or(&stack.queues, |(_, all, _)| &all.queues);
    deployment::check(stack, running.and_then(|(before, _, _)| before), has_log_role, clock)
        .into_iter()
        .chain(deployment::check_dead_letter_queues(stack, queues, clock))
        .chain(unreserved)
        .chain(of_services)
        .collect()
}

/// Writes down that `stack` was created from the file `template`, as CloudFormation would have. `had` is what it had in an earlier run.
fn created(stacks: &Stacks, stack: &Stack, template: &Path, had: Vec<StackResource>) {
    match stack.id.as_str() {
        // No template has given it one.
        "" => drop(stacks.announce(&stack.name)),
        id => stacks.announce_as(&stack.name, id),
    }
    stacks.left_behind(stack, had);
    let event = |resource: &Resource, status: &str, reason: Option<&str>| {
        stacks.record(&stack.name, StackEvent::of(resource, status, reason, stacks.now()));
    };
    let itself = Resource::of_stack(&stack.name);
    event(&itself, "CREATE_IN_PROGRESS", Some("User Initiated"));
    for resource in &stack.resources {
        event(&Resource { physical_id: String::new(), ..resource.clone() }, "CREATE_IN_PROGRESS", None);
        event(resource, "CREATE_IN_PROGRESS", Some(INITIATED));
        event(resource, "CREATE_COMPLETE", None);
    }
    // What could be read a moment ago; a stack that no template describes has none.
    let template = std::fs::read_to_string(template).unwrap_or_default();
    stacks.deployed(&stack.name, stack, StackSource { template, ..StackSource::default() });
    event(&itself, "CREATE_COMPLETE", None);
}

/// Refuses what would otherwise be left out without a word.
fn check_what_is_plugged_in(
    stack: &Stack,
    models: Option<CompileModel>,
    services: &[ServicePlugin],
) -> Result<(), BootError> {
    let has = |service: Service| services.iter().any(|plugin| plugin.answers.contains(&service));
    if !stack.tables.is_empty() && !has(Service::DynamoDb) {
        return Err(BootError::LeftOut { what: "tables", feature: "dynamodb" });
    }
    if !(stack.buckets.is_empty() && stack.distributions.is_empty() || has(Service::S3)) {
        return Err(BootError::LeftOut { what: "buckets", feature: "s3" });
    }
    let has_models = |api: &stack::RestApi| api.methods.iter().any(|method| !method.request.models.is_empty());
    if models.is_none() && stack.apis.iter().any(has_models) {
        return Err(BootError::LeftOut { what: "models", feature: "models" });
    }
    match too_many(stack) {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

/// The first resource that is one more of its type than a local cloud runs at once, and its refusal.
pub fn too_many(stack: &Stack) -> Option<(String, BootError)> {
    let mut apis: Vec<String> = stack.apis.iter().map(|api| api.logical_id.clone()).collect();
    // An API is there once for each of its stages.
    apis.dedup();
    let distributions = stack.distributions.iter().map(|distribution| distribution.logical_id.clone()).collect();
    [("AWS::ApiGateway::RestApi", apis), ("AWS::CloudFront::Distribution", distributions)]
        .into_iter()
        .find_map(|(what, ids)| Some((ids.get(1)?.clone(), BootError::TooMany { what, ids })))
}

/// Refuses a second distribution: the local cloud has one address for sites, whichever stack has it.
fn check_distributions(all: &Stack) -> Result<(), BootError> {
    match all.distributions.len() {
        0 | 1 => Ok(()),
        _ => {
            let ids = all.distributions.iter().map(|distribution| distribution.logical_id.clone()).collect();
            Err(BootError::TooMany { what: "AWS::CloudFront::Distribution", ids })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::Program;
    use serde_json::json;

    #[tokio::test]
    async fn a_stack_with_what_nothing_here_has_says_which_feature_is_missing() {
        let table = stack::Table {
            logical_id: "T".into(),
            name: "board".into(),
            create: json!({}),
            time_to_live_attribute: None,
        };
        let bucket = stack::Bucket {
            logical_id: "B".into(),
            name: "site".into(),
            public_access_block: stack::PublicAccessBlock::ALL,
            policy: None,
            policy_logical_id: None,
            website: None,
            cors_rules: Vec::new(),
            versioning: None,
        };
        let tables = Stack { tables: vec![table], ..Stack::default() };
        let buckets = Stack { buckets: vec![bucket], ..Stack::default() };
        for (stack, what, feature) in [(tables, "tables", "dynamodb"), (buckets, "buckets", "s3")] {
            let program = Program { path: "never-started".into(), args: Vec::new() };
            let refused = Cloud::boot_stack(stack, Boot::new("", Programs::Given(program))).await.unwrap_err();
            let expected = format!(
                "The template has {what}, but this program was built without Cargo feature `{feature}` of package `kit`."
            );
            assert_eq!(refused.to_string(), expected);
        }
    }
}
