//! A stack come alive: every part of the local cloud, wired as the template says.
//!
//! [`Cloud::boot`] is what `CREATE_COMPLETE` is on AWS: when it returns, every address answers. Order matters in one place:
//! ports are bound before the template is read, because what `!GetAtt SiteDistribution.DomainName` comes to is a port here.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::endpoint::Endpoint;
use crate::gateway::Gateway;
use crate::iam::Identities;
use crate::lambda::{Lambda, Surroundings};
use crate::logs::Logs;
use crate::programs::{Code, Codes, Programs};
use crate::queues::Queues;
use crate::stack::Stack;
use crate::template::{self, Addresses, Setting, TemplateError};
use crate::trail::Trail;

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

/// Ports on 127.0.0.1; zero takes any that is free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ports {
    /// The site's.
    pub site: u16,
    /// The REST API's.
    pub api: u16,
    /// The AWS endpoint's.
    pub aws: u16,
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
    queues: Queues,
    codes: Codes,
    building: Vec<String>,
    #[cfg(feature = "tables")]
    tables: crate::tables::Tables,
    #[cfg(feature = "tables")]
    streams: crate::streams::Streams,
    #[cfg(feature = "buckets")]
    buckets: crate::buckets::Buckets,
    servers: Vec<JoinHandle<()>>,
    stop: watch::Sender<bool>,
    _folder: crate::folder::Folder,
}

#[derive(Debug, Clone, Copy)]
struct Listening {
    site: SocketAddr,
    api: SocketAddr,
    aws: SocketAddr,
}

/// Why a stack did not come alive.
#[derive(Debug, Error)]
pub enum BootError {
    /// The template is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A port is taken.
    #[error("Port {port} for the {what} is in use. Stop what uses it, or choose other ports: --port 0 takes free ones.")]
    PortInUse {
        /// What wanted it.
        what: &'static str,
        /// The port.
        port: u16,
    },
    /// The operating system gives no port.
    #[error("The {what} cannot listen on 127.0.0.1:{port}: {why}")]
    NoPort {
        /// What wanted it.
        what: &'static str,
        /// The port.
        port: u16,
        /// The system's words.
        why: std::io::Error,
    },
    /// The template needs a part that this build leaves out.
    #[error("The template has {what}, but this program was built without Cargo feature `{feature}` of package `local`.")]
    LeftOut {
        /// Which part.
        what: &'static str,
        /// The feature to turn on.
        feature: &'static str,
    },
    /// More than this cloud runs at once.
    #[error("The template has {count} resources of type {what}; the local cloud runs one of them.")]
    TooMany {
        /// The resource type.
        what: &'static str,
        /// How many there are.
        count: usize,
    },
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] crate::folder::FolderError),
    /// The queues' files.
    #[error("The queues in the data folder cannot be read: {0}. Start with --fresh to empty it.")]
    Queues(std::io::Error),
    /// The tables.
    #[cfg(feature = "tables")]
    #[error(transparent)]
    Tables(#[from] crate::tables::TablesError),
    /// The streams.
    #[cfg(feature = "tables")]
    #[error(transparent)]
    Streams(#[from] crate::streams::StreamsError),
    /// The buckets.
    #[cfg(feature = "buckets")]
    #[error(transparent)]
    Buckets(#[from] crate::buckets::BucketsError),
}

impl Cloud {
    /// Creates the stack. When this returns, all addresses answer; functions may still be compiling.
    pub async fn boot(boot: Boot) -> Result<Cloud, BootError> {
        let clock = boot.clock.clone();
        let (site, api, aws) =
            (bind("site", boot.ports.site).await?, bind("API", boot.ports.api).await?, bind("AWS endpoint", boot.ports.aws).await?);
        let addresses = Listening { site: site.1, api: api.1, aws: aws.1 };
        let stack = template::load(&boot.template, &setting(&boot, addresses))?;
        check_what_is_built(&stack)?;

        let folder = crate::folder::Folder::open(boot.data.as_deref())?;
        let logs = Logs::new(clock.clone());
        let (trail, identities) = (Trail::default(), Identities::default());
        let queues = Queues::open(&stack.queues, folder.kept(), clock.clone()).map_err(BootError::Queues)?;
        let (codes, build) = boot.programs.codes_of(&stack.functions);
        let building = build.iter().flat_map(|build| build.binaries()).map(str::to_string).collect();
        let surroundings =
            Surroundings { clock: clock.clone(), logs: logs.clone(), identities: identities.clone(), endpoint: addresses.aws };
        let functions = stack.functions.iter().filter_map(|function| Some((function.clone(), codes.get(&function.name)?.clone())));
        let lambda = Lambda::new(functions, &surroundings);
        let stop = watch::Sender::new(false);
        let mut servers = Vec::new();

        #[cfg(feature = "tables")]
        let tables = crate::tables::Tables::open(folder.kept().map(|kept| kept.join("tables.sqlite")).as_deref(), &stack.tables).await?;
        #[cfg(feature = "buckets")]
        let buckets = crate::buckets::Buckets::open(&folder.path().join("buckets"), &stack.buckets, identities.clone())?;
        #[cfg(feature = "buckets")]
        if let Some(distribution) = stack.distributions.first() {
            let edge = crate::edge::Edge::new(distribution.clone(), buckets.clone());
            servers.push(tokio::spawn(edge.serve(site.0, stop.subscribe())));
        }
        if let Some(rest_api) = stack.apis.first() {
            let (permissions, lambda) = (stack.permissions.clone(), lambda.clone());
            let gateway = Gateway::with_permissions(rest_api.clone(), permissions, lambda, logs.clone(), clock.clone());
            servers.push(tokio::spawn(gateway.serve(api.0, stop.subscribe())));
        }
        let endpoint = Endpoint {
            clock: clock.clone(),
            identities,
            lambda: lambda.clone(),
            #[cfg(feature = "tables")]
            tables: tables.clone(),
            #[cfg(feature = "buckets")]
            buckets: buckets.clone(),
            trail: trail.clone(),
        };
        servers.push(tokio::spawn(endpoint.serve(aws.0, stop.subscribe())));
        #[cfg(feature = "tables")]
        let streams = {
            let ends = crate::streams::Ends {
                tables: tables.clone(),
                lambda: lambda.clone(),
                queues: queues.clone(),
                clock: clock.clone(),
            };
            crate::streams::Streams::start(&stack.event_source_mappings, &ends, folder.kept())?
        };
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
            queues,
            codes,
            building,
            #[cfg(feature = "tables")]
            tables,
            #[cfg(feature = "tables")]
            streams,
            #[cfg(feature = "buckets")]
            buckets,
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

    /// Waits until every stream is worked off, at most for `limit`.
    #[cfg(feature = "tables")]
    pub async fn drain(&self, limit: Duration) -> Result<(), crate::streams::NotDrained> {
        self.streams.drain(limit).await
    }

    /// Ends every process and server, and returns when they are gone.
    pub async fn shutdown(self) {
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

async fn bind(what: &'static str, port: u16) -> Result<(TcpListener, SocketAddr), BootError> {
    let refused = |why: std::io::Error| match why.kind() {
        ErrorKind::AddrInUse => BootError::PortInUse { what, port },
        _ => BootError::NoPort { what, port, why },
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok((listener, address))
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
    for (what, count) in [("AWS::Serverless::Api", stack.apis.len()), ("AWS::CloudFront::Distribution", stack.distributions.len())] {
        if count > 1 {
            return Err(BootError::TooMany { what, count });
        }
    }
    Ok(())
}
