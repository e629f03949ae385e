//! A stack come alive: every part of the local cloud, wired as the template says.
//!
//! [`Cloud::boot`] is what `CREATE_COMPLETE` is on AWS: when it returns, every address answers. Order matters in one place:
//! ports are bound before the template is read, because what `!GetAtt SiteDistribution.DomainName` comes to is a port here.

mod error;
mod listeners;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::deployment;
use crate::destinations::Destinations;
use crate::endpoint::Endpoint;
use crate::gateway::{self, Gateway};
use crate::iam::Identities;
use crate::journal::Journal;
use crate::lambda::{Lambda, Surroundings};
use crate::logs::Logs;
use crate::network::Reach;
use crate::programs::{Code, Codes, Programs};
use crate::queues::Queues;
use crate::stack::Stack;
#[cfg(feature = "tables")]
use crate::streams::{Ends, NotDrained, Streams};
use crate::template::{self, Addresses, Setting};
use crate::trail::Trail;
use listeners::{Bound, Listening, Rooms};

pub use error::BootError;
pub use listeners::Ports;

/// How long a server may take to finish what it is answering when the cloud goes away.
const FAREWELL: Duration = Duration::from_secs(2);

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
        }
    }
}

/// A running stack. Shut it down with [`Cloud::shutdown`]; dropping it ends everything too, without waiting.
#[derive(Debug)]
pub struct Cloud {
    stack: Stack,
    addresses: Listening,
    clock: Clock,
    lambda: Lambda,
    logs: Logs,
    trail: Trail,
    journal: Journal,
    queues: Queues,
    codes: Codes,
    building: Vec<String>,
    #[cfg(feature = "tables")]
    tables: crate::tables::Tables,
    #[cfg(feature = "tables")]
    streams: Streams,
    #[cfg(feature = "buckets")]
    buckets: crate::buckets::Buckets,
    #[cfg(feature = "buckets")]
    websites: BTreeMap<String, std::net::SocketAddr>,
    identities: Identities,
    servers: Vec<JoinHandle<()>>,
    stop: watch::Sender<bool>,
    _folder: crate::folder::Folder,
}

impl Cloud {
    /// Creates the stack. When this returns, all addresses answer; functions may still be compiling.
    pub async fn boot(boot: Boot) -> Result<Cloud, BootError> {
        let bound = Bound::of(boot.ports).await?;
        let stack = template::load(&boot.template, &setting(&boot, bound.addresses))?;
        Cloud::start(stack, boot, bound).await
    }

    /// Creates `stack`, which no template had to describe; [`Boot::template`] is not looked at.
    pub async fn boot_stack(stack: Stack, boot: Boot) -> Result<Cloud, BootError> {
        let bound = Bound::of(boot.ports).await?;
        Cloud::start(stack, boot, bound).await
    }

    async fn start(stack: Stack, boot: Boot, bound: Bound) -> Result<Cloud, BootError> {
        let Bound { site, api, aws, addresses } = bound;
        // Without buckets there is no site, and nobody shall wait at its door.
        #[cfg(not(feature = "buckets"))]
        drop(site);
        check_what_is_built(&stack)?;
        let failures = deployment::check(&stack, &boot.clock);
        if !failures.is_empty() {
            return Err(BootError::CreateFailed(failures));
        }

        let clock = boot.clock.clone();
        let folder = crate::folder::Folder::open(boot.data.as_deref())?;
        let (logs, journal) = (Logs::new(clock.clone()), Journal::new(clock.clone()));
        let (trail, identities) = (Trail::default(), Identities::of_functions(&stack.functions));
        let queues = Queues::open(&stack.queues, folder.kept(), clock.clone()).map_err(BootError::Queues)?;
        let (codes, build) = boot.programs.codes_of(&stack.functions);
        let building = build.iter().flat_map(|build| build.binaries()).map(str::to_string).collect();
        for group in &stack.log_groups {
            logs.create_group(group);
        }
        let rooms = Rooms::of(&stack).await?;
        let surroundings = Surroundings {
            clock: clock.clone(),
            logs: logs.clone(),
            journal: journal.clone(),
            identities: identities.clone(),
            endpoint: addresses.aws,
            doors: rooms.doors(),
        };
        let functions =
            stack.functions.iter().filter_map(|function| Some((function.clone(), codes.get(&function.name)?.clone())));
        let lambda = Lambda::new(functions, &surroundings);
        let stop = watch::Sender::new(false);
        let mut servers = Vec::new();

        #[cfg(feature = "tables")]
        let tables =
            crate::tables::Tables::open(folder.kept().map(|kept| kept.join("tables.sqlite")).as_deref(), &stack.tables)
                .await?;
        #[cfg(feature = "buckets")]
        let buckets = crate::buckets::Buckets::open(
            &folder.path().join("buckets"),
            &stack.buckets,
            identities.clone(),
            clock.clone(),
        )?;
        #[cfg(feature = "buckets")]
        if let Some(distribution) = stack.distributions.first() {
            let edge = crate::edge::Edge::new(distribution.clone(), buckets.clone());
            servers.push(tokio::spawn(edge.serve(site, stop.subscribe())));
        }
        #[cfg(feature = "buckets")]
        let mut websites = BTreeMap::new();
        #[cfg(feature = "buckets")]
        for bucket in stack.buckets.iter().filter(|bucket| bucket.website.is_some()) {
            let (listener, address) = listeners::bind("website endpoint", 0).await?;
            websites.insert(bucket.name.clone(), address);
            servers.push(tokio::spawn(buckets.clone().serve_website(bucket.name.clone(), listener, stop.subscribe())));
        }
        if let Some(rest_api) = stack.apis.first() {
            let ends = gateway::Ends {
                permissions: stack.permissions.clone(),
                lambda: lambda.clone(),
                logs: logs.clone(),
                journal: journal.clone(),
                clock: clock.clone(),
            };
            let gateway = Gateway::new(rest_api.clone(), ends);
            servers.push(tokio::spawn(gateway.serve(api, stop.subscribe())));
        }
        let destinations = Destinations::new(
            clock.clone(),
            queues.clone(),
            #[cfg(feature = "buckets")]
            buckets.clone(),
        );
        lambda.connect(destinations.clone());
        for (function, config) in &stack.event_invoke_configs {
            lambda.set_event_invoke_config(function, Some(config.clone()));
        }
        #[cfg(feature = "tables")]
        let streams = {
            let ends = Ends {
                tables: tables.clone(),
                lambda: lambda.clone(),
                destinations,
                journal: journal.clone(),
                clock: clock.clone(),
            };
            Streams::start(&stack.event_source_mappings, &ends, folder.kept())?
        };
        let endpoint = Endpoint {
            clock: clock.clone(),
            identities: identities.clone(),
            lambda: lambda.clone(),
            logs: logs.clone(),
            queues: queues.clone(),
            #[cfg(feature = "tables")]
            tables: tables.clone(),
            #[cfg(feature = "tables")]
            streams: streams.clone(),
            #[cfg(feature = "buckets")]
            buckets: buckets.clone(),
            trail: trail.clone(),
            journal: journal.clone(),
            stack_name: stack.name.clone(),
            stop: stop.subscribe(),
            reach: Reach::Everything,
        };
        for room in rooms.0 {
            let endpoint = Endpoint { reach: room.reach, ..endpoint.clone() };
            servers.push(tokio::spawn(endpoint.serve(room.listener)));
        }
        servers.push(tokio::spawn(endpoint.serve(aws)));
        if let Some(build) = build {
            servers.push(tokio::spawn(build.run()));
        }
        Ok(Cloud {
            stack,
            addresses,
            clock,
            lambda,
            logs,
            trail,
            journal,
            queues,
            codes,
            building,
            #[cfg(feature = "tables")]
            tables,
            #[cfg(feature = "tables")]
            streams,
            #[cfg(feature = "buckets")]
            buckets,
            #[cfg(feature = "buckets")]
            websites,
            identities,
            servers,
            stop,
            _folder: folder,
        })
    }

    /// What the template came to.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The REST API's address with its stage, without a slash at the end; `None` where the template has no API.
    pub fn api_url(&self) -> Option<String> {
        self.stack.apis.first().map(|api| format!("http://{}/{}", self.addresses.api, api.stage))
    }

    /// The site's address; `None` where the template has no distribution.
    pub fn site_url(&self) -> Option<String> {
        self.stack.distributions.first().map(|_| format!("http://{}", self.addresses.site))
    }

    /// What `AWS_ENDPOINT_URL` is set to.
    pub fn aws_url(&self) -> String {
        format!("http://{}", self.addresses.aws)
    }

    /// The address of S3's website endpoint for `bucket`; `None` where it is no website.
    #[cfg(feature = "buckets")]
    pub fn website_url(&self, bucket: &str) -> Option<String> {
        self.websites.get(bucket).map(|address| format!("http://{address}"))
    }

    /// The access keys of execution environments.
    pub fn identities(&self) -> &Identities {
        &self.identities
    }

    /// Time and ids.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The functions.
    pub fn lambda(&self) -> &Lambda {
        &self.lambda
    }

    /// The log groups.
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The AWS calls that were made.
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    /// What went through.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The queues.
    pub fn queues(&self) -> &Queues {
        &self.queues
    }

    /// The tables.
    #[cfg(feature = "tables")]
    pub fn tables(&self) -> &crate::tables::Tables {
        &self.tables
    }

    /// The buckets.
    #[cfg(feature = "buckets")]
    pub fn buckets(&self) -> &crate::buckets::Buckets {
        &self.buckets
    }

    /// The binaries that Cargo compiles since the boot; empty when everything was up to date.
    pub fn building(&self) -> &[String] {
        &self.building
    }

    /// Waits until no function is being compiled, and gives the reasons of those that have no code.
    pub async fn built(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        for code in self.codes.values() {
            let mut code = code.clone();
            let settled = code.wait_for(|code| *code != Code::Building).await.map(|code| code.clone());
            if let Ok(Code::Broken(why)) = settled {
                reasons.push(why);
            }
        }
        reasons
    }

    /// The event source mappings.
    #[cfg(feature = "tables")]
    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    /// Waits until every stream is worked off, at most for `limit`.
    #[cfg(feature = "tables")]
    pub async fn drain(&self, limit: Duration) -> Result<(), NotDrained> {
        self.streams.drain(limit).await
    }

    /// Ends every process and server, and returns when they are gone.
    pub async fn shutdown(self) {
        // Before the functions end, so that no batch counts as failed because the cloud went away.
        #[cfg(feature = "tables")]
        self.streams.stop();
        let Cloud { lambda, servers, stop, .. } = self;
        stop.send_replace(true);
        lambda.shutdown().await;
        let deadline = tokio::time::Instant::now() + FAREWELL;
        for mut server in servers {
            if tokio::time::timeout_at(deadline, &mut server).await.is_err() {
                server.abort();
            }
        }
    }
}

fn setting(boot: &Boot, addresses: Listening) -> Setting {
    let addresses =
        Addresses { site_domain: Some(addresses.site.to_string()), api_domain: Some(addresses.api.to_string()) };
    Setting { parameters: boot.parameters.clone(), addresses, stack_name: boot.stack_name.clone() }
}

/// Refuses what would otherwise be left out without a word.
fn check_what_is_built(stack: &Stack) -> Result<(), BootError> {
    if cfg!(not(feature = "tables")) && !stack.tables.is_empty() {
        return Err(BootError::LeftOut { what: "tables", feature: "tables" });
    }
    if cfg!(not(feature = "buckets")) && !(stack.buckets.is_empty() && stack.distributions.is_empty()) {
        return Err(BootError::LeftOut { what: "buckets", feature: "buckets" });
    }
    let has_models = |api: &crate::stack::RestApi| api.methods.iter().any(|method| !method.request.models.is_empty());
    if cfg!(not(feature = "models")) && stack.apis.iter().any(has_models) {
        return Err(BootError::LeftOut { what: "models", feature: "models" });
    }
    for (what, count) in
        [("AWS::Serverless::Api", stack.apis.len()), ("AWS::CloudFront::Distribution", stack.distributions.len())]
    {
        if count > 1 {
            return Err(BootError::TooMany { what, count });
        }
    }
    Ok(())
}
