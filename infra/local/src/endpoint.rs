//! The one AWS endpoint: where `AWS_ENDPOINT_URL` points, for functions and for the learner's own clients.
//!
//! A call says in its signature, headers or path which service it wants (`endpoint/service`), so one address serves all of them,
//! and clients that know nothing of this project work unchanged. Before a call is answered, the caller's role is asked
//! (`endpoint/permission`). A call that nobody here answers gets the error that its service would give, and the message
//! says what is supported. Requests must name this machine as their host: a web page that points a name of its own at 127.0.0.1
//! gets nothing.

#[cfg(feature = "tables")]
mod event_source_mappings;
mod functions;
mod invoke;
mod lambda_api;
mod local_api;
mod logs_api;
mod permission;
mod service;
mod sqs_api;
mod sts_api;
mod unknown;

use std::net::SocketAddr;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::cloud::Deployments;
use crate::host;
use crate::iam::{Caller, Identities};
use crate::journal::{Happening, Journal};
use crate::lambda::Lambda;
use crate::logs::Logs;
use crate::network::Doors;
use crate::programs::build::Workspace;
use crate::queues::Queues;
use crate::trail::{ApiCall, Trail};

pub use service::Service;

/// The largest call that is read, in bytes: DynamoDB's own limit of 16 MB, and S3 parts of the same size.
const CALL_LIMIT: usize = 16 * 1024 * 1024;

/// The services behind the endpoint. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Ids of requests.
    pub clock: Clock,
    /// Who holds which key.
    pub identities: Identities,
    /// Functions to invoke.
    pub lambda: Lambda,
    /// CloudWatch Logs.
    pub logs: Logs,
    /// SQS.
    pub queues: Queues,
    /// DynamoDB and its streams.
    #[cfg(feature = "tables")]
    pub tables: crate::tables::Tables,
    /// Event source mappings.
    #[cfg(feature = "tables")]
    pub streams: crate::streams::Streams,
    /// S3.
    #[cfg(feature = "buckets")]
    pub buckets: crate::buckets::Buckets,
    /// Where calls are written down.
    pub trail: Trail,
    /// Where everything that happens is written down.
    pub journal: Journal,
    /// The stack's name.
    pub stack_name: String,
    /// Turns true when the cloud goes away.
    pub stop: watch::Receiver<bool>,
    /// The ways in: what answers behind each.
    pub doors: Doors,
    /// The function in a VPC whose door this is; the main entrance is nobody's.
    pub door_of: Option<String>,
    /// Where the functions are built, if Cargo builds them.
    pub workspace: Option<Workspace>,
    /// Who carries out deployments.
    pub deployments: Deployments,
}

impl Endpoint {
    /// Answers on `listener` until [`Endpoint::stop`] says true.
    pub async fn serve(self, listener: TcpListener) {
        let mut stop = self.stop.clone();
        let routes = Router::new().fallback(answer).with_state(self);
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        let stopped = async move { drop(stop.wait_for(|stop| *stop).await) };
        if let Err(error) = axum::serve(listener, routes).with_graceful_shutdown(stopped).await {
            tracing::warn!(%error, "the AWS endpoint stopped");
        }
    }

    async fn answer(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(caller)| *caller);
        if !names_this_machine(&parts) {
            return plain(StatusCode::FORBIDDEN, "This endpoint answers to 127.0.0.1 and localhost only.\n");
        }
        let Ok(body) = to_bytes(body, CALL_LIMIT).await else {
            return plain(StatusCode::PAYLOAD_TOO_LARGE, "The request is larger than 16 MB.\n");
        };
        let caller = self.identities.caller(service::signing_key(&parts).as_deref());
        if local_api::is_asked(&parts) {
            return self.local(&parts, body, &caller).await;
        }
        let service = Service::of(&parts);
        if !self.doors.reach(self.door_of.as_deref()).includes(service) {
            // No route: the packets go nowhere, and the caller waits until its time is up.
            std::future::pending::<()>().await;
        }
        let request: Value = serde_json::from_slice(&body).unwrap_or_default();
        let function = match &caller {
            Caller::Function(session) => Some(session.function.clone()),
            Caller::Learner | Caller::Expired => None,
        };
        let permitted = match &caller {
            Caller::Function(session) => permission::check(session, service, &parts, &request),
            Caller::Learner | Caller::Expired => Ok(()),
        };
        let mut denied = permitted.as_ref().err().map(ToString::to_string);
        let response = match permitted {
            Ok(()) if matches!(caller, Caller::Expired) && service != Service::S3 => permission::expired(service),
            Ok(()) => self.permitted(service, &parts, body, &request, &caller).await,
            Err(denial) => permission::denied(service, &denial),
        };
        let (event_source, event_name) = (service.prefix(), event_name(service, &parts));
        let status = response.status().as_u16();
        if service == Service::S3 && response.status() == StatusCode::FORBIDDEN {
            // S3 asks further in, where the key and the bucket's policy are known.
            denied = Some("S3 refuses access".to_string());
        }
        if !local_api::looks_on(&parts) {
            self.journal.put(Happening::Call {
                event_source,
                event_name: event_name.clone(),
                function: function.clone(),
                status,
                denied,
                request_parameters: request.clone(),
            });
        }
        let request_parameters = request;
        self.trail.put(ApiCall { event_source, event_name, function, request_parameters, status, connection });
        response
    }

    /// The answer to a caller who may ask; `request` is the body where it is JSON.
    async fn permitted(
        &self,
        service: Service,
        parts: &Parts,
        body: Bytes,
        request: &Value,
        caller: &Caller,
    ) -> Response {
        match service {
            #[cfg(feature = "tables")]
            Service::DynamoDb | Service::DynamoDbStreams => {
                self.tables.answer(&parts.headers, body).await.map(axum::body::Body::from)
            }
            #[cfg(not(feature = "tables"))]
            Service::DynamoDb | Service::DynamoDbStreams => {
                plain(StatusCode::NOT_IMPLEMENTED, "This local cloud was built without tables.\n")
            }
            Service::Sqs => self.sqs(parts, request).await,
            Service::Logs => self.logs(parts, request),
            Service::Sts => self.sts(&body, caller),
            Service::Lambda => self.lambda(parts, body).await,
            #[cfg(feature = "buckets")]
            Service::S3 if let Some(bucket) = crate::buckets::Buckets::website_of_host(host::named(parts)) => self
                .buckets
                .website(bucket, &parts.method, parts.uri.path(), &parts.headers)
                .await
                .map(axum::body::Body::from),
            #[cfg(feature = "buckets")]
            Service::S3 => {
                let request = http::Request::from_parts(parts.clone(), body);
                self.buckets.answer(request).await.map(axum::body::Body::from)
            }
            #[cfg(not(feature = "buckets"))]
            Service::S3 => plain(StatusCode::NOT_IMPLEMENTED, "This local cloud was built without buckets.\n"),
            Service::Unknown => unknown::service(parts),
        }
    }
}

async fn answer(State(endpoint): State<Endpoint>, request: Request) -> Response {
    endpoint.answer(request).await
}

/// What the trail calls it: the operation, or for the protocols that have none, method and path.
fn event_name(service: Service, parts: &Parts) -> String {
    match service {
        Service::Lambda => lambda_api::operation(parts),
        Service::S3 => format!("{} {}", parts.method, parts.uri.path()),
        Service::Sts => "GetCallerIdentity".to_string(),
        _ => service::target_operation(parts).to_string(),
    }
}

fn names_this_machine(parts: &Parts) -> bool {
    let host = host::named(parts);
    // Clients that put the bucket in front of the host send `bucket.localhost`.
    let name = host::without_port(host);
    host::is_loopback(host) || name.ends_with(".localhost") || is_website(name)
}

/// A website endpoint's name on AWS. That a web page could be given such a name by its owner does no harm: what a website
/// endpoint serves is public.
fn is_website(name: &str) -> bool {
    name.contains(".s3-website") && name.ends_with(".amazonaws.com")
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

#[cfg(test)]
#[cfg(all(feature = "tables", feature = "buckets"))]
mod tests;
