//! The seam at which a service with a crate of its own is plugged in: `dynamodb` and `s3` know the local cloud, and it knows neither.
//!
//! A service is plugged in as a [`ServicePlugin`]: plain data that can be read before anything is open, and the function that opens the
//! service for a stack. An open service is a [`HostedService`]. At the AWS endpoint it answers calls ([`ServiceApi`]); in a deployment
//! it makes, changes and removes the resources of its types, and puts what the next template declares in the place of what runs. It
//! gets what it needs of the cloud as [`ServiceDeps`]; a service that can be a destination says so there.
//!
//! Lambda, SQS, CloudWatch, its logs, CloudFormation and STS are not plugged in: they bring no library with them.

mod api;
pub mod json_protocol;
mod operation;
pub mod query_protocol;
mod unauthenticated;

use std::any::Any;
use std::error::Error;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Map, Value};
use stack::{DeploymentPackage, Resource, Service, Stack};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::activity::ActivityLog;
use crate::clock::Clock;
use crate::cloudwatch::CloudWatch;
use crate::deployment::ResourceFailure;
use crate::destinations::Destinations;
use crate::future::BoxFuture;
use crate::guard::Guard;
use crate::iam::Identities;
use crate::lambda::{Lambda, LambdaResult};

pub use api::{ServiceAnswer, ServiceApi};
pub use operation::{CallContext, OperationTable, RequiredPermission, ServiceOperation, Target, operations};
pub use unauthenticated::Unauthenticated;

/// Why a service cannot do what was asked. The services' own types are found again with `downcast_ref`.
pub type ServiceError = Box<dyn Error + Send + Sync>;
/// Answers on a listener, until the cloud goes away.
pub type Server = BoxFuture<'static, ()>;
/// Takes back what was done for a resource.
pub type Rollback = BoxFuture<'static, ()>;
/// Puts what the second stack declares in the place of what the first one did, which cannot fail; gives what is to be served now.
pub type Commit = Box<dyn FnOnce(&Stack, &Stack) -> Vec<Server> + Send>;
/// Opens a service for a stack: its data is there, and nothing runs yet.
pub type OpenService =
    for<'a> fn(&'a Stack, &'a ServiceDeps) -> BoxFuture<'a, Result<Arc<dyn HostedService>, ServiceError>>;

/// A service that a local cloud can be booted with.
#[derive(Debug, Clone, Copy)]
pub struct ServicePlugin {
    /// What it is at the AWS endpoint.
    pub answers: &'static [Service],
    /// Everything in a stack that AWS would refuse to create, of the service's own resource types.
    pub check: fn(&Stack, &Clock) -> Vec<ResourceFailure>,
    /// Opens it.
    pub open: OpenService,
}

/// What a service needs of the cloud.
#[derive(Debug, Clone)]
pub struct ServiceDeps {
    /// Time and ids.
    pub clock: Clock,
    /// Which pages may ask.
    pub guard: Guard,
    /// Who holds which access key.
    pub identities: Identities,
    /// The functions.
    pub lambda: Lambda,
    /// Where Lambda sends what it gave up. A service that can be sent to adds itself when it is opened.
    pub destinations: Destinations,
    /// Where everything that happens is written down.
    pub activity: ActivityLog,
    /// Where it is counted.
    pub cloudwatch: CloudWatch,
    /// Where data may be put.
    pub folder: PathBuf,
    /// The same folder, if it outlives the process.
    pub kept: Option<PathBuf>,
    /// Turns true when the cloud goes away.
    pub stop: watch::Receiver<bool>,
}

/// A service that runs in a local cloud.
pub trait HostedService: ServiceApi + Any + Debug + Send + Sync {
    /// Starts what runs by itself, and gives what answers on listeners of its own. All services are open by now. `site` is the address
    /// of the stack's distribution: the service that has distributions takes it.
    ///
    /// # Errors
    ///
    /// What AWS would refuse, and what this machine does not give.
    fn start<'a>(
        &'a self,
        stack: &'a Stack,
        site: &'a mut Option<TcpListener>,
    ) -> BoxFuture<'a, Result<Vec<Server>, ServiceError>>;

    /// Stops what runs by itself, before the functions end.
    fn stop(&self) {}

    /// Makes or changes a resource on the way from `running` to `next`, and gives the way back. Nothing where that is not for this
    /// service to do, or waits for [`HostedService::prepare`].
    ///
    /// # Errors
    ///
    /// `ResourceStatusReason`.
    fn make<'a>(
        &'a self,
        resource: &'a Resource,
        running: &'a Stack,
        next: &'a Stack,
    ) -> BoxFuture<'a, Result<Option<Rollback>, String>>;

    /// Whether there is something of the type and name of `resource`, whoever made it. False where the type is not this service's.
    fn has<'a>(&'a self, resource: &'a Resource) -> BoxFuture<'a, bool>;

    /// Removes a resource that the stack no longer has, if it is one of this service.
    ///
    /// # Errors
    ///
    /// `ResourceStatusReason`.
    fn remove<'a>(&'a self, resource: &'a Resource) -> BoxFuture<'a, Result<(), String>>;

    /// Does everything for `next` that can fail, such as binding what it listens on. If the deployment ends before, what comes of
    /// this is dropped. Functions and roles are the next stack's already when the [`Commit`] is called.
    ///
    /// # Errors
    ///
    /// What this machine does not give.
    fn prepare<'a>(&'a self, next: &'a Stack) -> BoxFuture<'a, Result<Commit, ServiceError>>;

    /// The bytes of an object, in the version that is named or in the newest, for other services of the account. Nothing where there is
    /// none, and by a service that has no objects.
    fn object<'a>(
        &'a self,
        _bucket: &'a str,
        _key: &'a str,
        _version: Option<&'a str>,
    ) -> BoxFuture<'a, Option<Bytes>> {
        Box::pin(async { None })
    }

    /// Answers an operation of Lambda's on event source mappings. Nothing by a service that has no events.
    fn event_source_mapping(&self, _: &MappingRequest<'_>) -> Option<LambdaResult> {
        None
    }
}

/// An operation of Lambda's API on event source mappings.
#[derive(Debug, Clone, Copy)]
pub enum MappingRequest<'a> {
    /// `CreateEventSourceMapping`.
    Create(&'a Map<String, Value>),
    /// `GetEventSourceMapping`, by its UUID.
    Get(&'a str),
    /// `ListEventSourceMappings`: all, or those of a function or of an event source, by its ARN.
    List {
        /// The function, as it was named.
        function: Option<&'a str>,
        /// The source's ARN.
        event_source_arn: Option<&'a str>,
    },
    /// `UpdateEventSourceMapping`, by its UUID.
    Update(&'a str, &'a Map<String, Value>),
    /// `DeleteEventSourceMapping`, by its UUID.
    Delete(&'a str),
}

/// The services of one local cloud, in the order in which they were opened. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Services(Vec<(&'static [Service], Arc<dyn HostedService>)>);

impl Services {
    /// Opens `plugins` for `stack`.
    pub(crate) async fn open(
        plugins: &[ServicePlugin],
        stack: &Stack,
        deps: &ServiceDeps,
    ) -> Result<Services, ServiceError> {
        let mut services = Services::default();
        for plugin in plugins {
            services.0.push((plugin.answers, (plugin.open)(stack, deps).await?));
        }
        Ok(services)
    }

    /// What answers for `service` at the endpoint.
    pub(crate) fn answering(&self, service: Service) -> Option<&dyn HostedService> {
        self.0.iter().find(|(answers, _)| answers.contains(&service)).map(|(_, hosted)| &**hosted)
    }

    /// The bytes of a function's code, which lies in a bucket.
    ///
    /// # Errors
    ///
    /// Lambda's refusal where there is no such object.
    pub(crate) async fn package(&self, package: &DeploymentPackage) -> Result<Bytes, &'static str> {
        let DeploymentPackage { bucket, key, version } = package;
        let object = match self.answering(Service::S3) {
            Some(hosted) => hosted.object(bucket, key, version.as_deref()).await,
            None => None,
        };
        object.ok_or(
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
        )
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &dyn HostedService> {
        self.0.iter().map(|(_, hosted)| &**hosted)
    }

    /// The one of type `S`.
    pub fn of<S: HostedService>(&self) -> Option<&S> {
        self.0.iter().find_map(|(_, hosted)| {
            let hosted: &dyn Any = &**hosted;
            hosted.downcast_ref()
        })
    }
}
