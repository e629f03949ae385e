//! DynamoDB as a service that is plugged into the local cloud: at the endpoint, and in a deployment.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use local::clock::Clock;
use local::cloud::Cloud;
use local::cloudwatch::CloudWatch;
use local::deployment::HandlerError;
use local::future::BoxFuture;
use local::lambda::{ApiError, LambdaResult};
use local::service::{
    Commit, HostedService, MappingRequest, OperationTable, Rollback, Server, ServiceAnswer, ServiceApi, ServiceDeps,
    ServiceError, ServiceOperation, ServicePlugin, Unauthenticated,
};
use serde_json::{Value, json};
use stack::policy::Denial;
use stack::{Resource, Service, Stack, Table};
use tokio::net::TcpListener;

use crate::api::{self, DynamoDbOperation, DynamoDbRequest};
use crate::event_source_mapping::{EventSourceMappings, MappingDeps, NotDrained, permission};
use crate::metrics;
use crate::tables::{self, Tables};

/// DynamoDB, DynamoDB Streams, and event source mappings.
pub const SERVICE: ServicePlugin =
    ServicePlugin { answers: &[Service::DynamoDb, Service::DynamoDbStreams], check: permission::failures, open };

/// DynamoDB in a cloud that runs.
#[derive(Debug)]
pub struct DynamoDb {
    tables: Tables,
    streams: EventSourceMappings,
    cloudwatch: CloudWatch,
    clock: Clock,
}

fn open<'a>(stack: &'a Stack, deps: &'a ServiceDeps) -> BoxFuture<'a, Result<Arc<dyn HostedService>, ServiceError>> {
    Box::pin(async move {
        let file = deps.kept.as_ref().map(|kept| kept.join("tables.sqlite"));
        let tables = Tables::open(file.as_deref(), &stack.tables).await?;
        let mapping_deps = MappingDeps {
            tables: tables.clone(),
            lambda: deps.lambda.clone(),
            destinations: deps.destinations.clone(),
            activity: deps.activity.clone(),
            clock: deps.clock.clone(),
        };
        let streams = EventSourceMappings::open(mapping_deps, deps.kept.as_deref())?;
        let opened: Arc<dyn HostedService> =
            Arc::new(DynamoDb { tables, streams, cloudwatch: deps.cloudwatch.clone(), clock: deps.clock.clone() });
        Ok(opened)
    })
}

impl DynamoDb {
    /// DynamoDB in `cloud`, which must have been booted with it.
    pub fn of(cloud: &Cloud) -> &DynamoDb {
        cloud.service().expect("the cloud was booted with dynamodb::SERVICE")
    }

    /// The tables.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The event source mappings.
    pub fn event_source_mappings(&self) -> &EventSourceMappings {
        &self.streams
    }

    /// Waits until every stream is processed, at most for `limit`.
    ///
    /// # Errors
    ///
    /// See [`EventSourceMappings::drain`].
    pub async fn drain(&self, limit: Duration) -> Result<(), NotDrained> {
        self.streams.drain(limit).await
    }

    /// DynamoDB's refusal as CloudFormation passes it on.
    fn reason(&self, error: &dyn std::fmt::Display) -> String {
        HandlerError::of_change("DynamoDb", error).reason(&self.clock)
    }

    /// Makes or changes a table, and gives the way back.
    async fn make_table(&self, resource: &Resource, running: &Stack, next: &Stack) -> Result<Option<Rollback>, String> {
        let named = |stack: &Stack| stack.tables.iter().find(|table| table.name == resource.physical_id).cloned();
        let Some(new) = named(next) else { return Ok(None) };
        let Some(old) = named(running) else {
            let made = self.tables.create(&new).await.map_err(|error| self.reason(&error))?;
            return Ok(made.then(|| deleted(self.tables.clone(), new.name)));
        };
        if Tables::needs_replacement(&old, &new) {
            return Err(match resource.custom_named {
                true => format!(
                    "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {} and \
                     update the stack again.",
                    new.name
                ),
                false => format!(
                    "This change makes another table of {}. CloudFormation would give that one a new name; the local cloud \
                     derives names from logical ids, so give the table another logical id.",
                    new.name
                ),
            });
        }
        if let Some(refusal) = Tables::refused_index_changes(&old, &new) {
            return Err(refusal.to_string());
        }
        if let Err(error) = self.tables.change(&old, &new).await {
            // What went before the refusal goes back at once; where even that fails the error is the same.
            let _ = self.tables.change(&new, &old).await;
            return Err(self.reason(&error));
        }
        Ok(Some(changed(self.tables.clone(), new, old)))
    }

    /// Refuses a mapping that somebody has made by hand.
    fn mapping_is_free(&self, resource: &Resource, next: &Stack) -> Result<(), String> {
        let mut mappings = next.event_source_mappings.iter();
        let mapping = mappings.find(|mapping| mapping.uuid == resource.physical_id);
        match mapping.and_then(|mapping| self.streams.made_by_hand(mapping)) {
            Some(refusal) => Err(HandlerError::conflict(refusal).reason(&self.clock)),
            None => Ok(()),
        }
    }
}

/// Deletes a table of a deployment that is rolled back.
fn deleted(tables: Tables, name: String) -> Rollback {
    Box::pin(async move {
        if let Err(why) = tables.delete(&name).await {
            tracing::warn!(%why, name, "a table of a deployment that was rolled back is still there");
        }
    })
}

/// Gives a table the settings that it had before a deployment that is rolled back.
fn changed(tables: Tables, from: Table, to: Table) -> Rollback {
    Box::pin(async move {
        if let Err(why) = tables.change(&from, &to).await {
            tracing::warn!(%why, table = to.name, "a table kept a change of a deployment that was rolled back");
        }
    })
}

/// Whether a call is for the one operation that the engine does not have.
fn is_describe_endpoints(operation: &str) -> bool {
    operation == DynamoDbOperation::DescribeEndpoints.name()
}

impl ServiceApi for DynamoDb {
    fn server(&self) -> Option<&'static str> {
        Some("Server")
    }

    fn operation(&self, parts: &Parts) -> Box<dyn ServiceOperation> {
        Box::new(DynamoDbRequest::of(&tables::operation(&parts.headers), Some(self.tables.clone())))
    }

    fn unauthenticated<'a>(
        &'a self,
        parts: &'a Parts,
        body: Bytes,
        why: &'a Unauthenticated,
        request_id: &'a str,
    ) -> BoxFuture<'a, Response> {
        Box::pin(async move {
            let earlier = match is_describe_endpoints(&tables::operation(&parts.headers)) {
                true => None,
                false => self.tables.refuse_unsigned(&parts.headers, body).await,
            };
            match earlier {
                Some(earlier) => earlier.map(Body::from),
                None => api::unauthenticated(why, request_id),
            }
        })
    }

    fn unreadable(&self, _: &Parts) -> Option<Response> {
        Some(api::unreadable())
    }

    fn denied(&self, denial: &Denial) -> Response {
        api::denied(denial)
    }

    fn answer<'a>(&'a self, parts: &'a Parts, body: Bytes) -> BoxFuture<'a, ServiceAnswer> {
        Box::pin(async move {
            let operation = tables::operation(&parts.headers);
            match api::not_here(&operation) {
                Some(refusal) => refusal.into(),
                None if is_describe_endpoints(&operation) => api::describe_endpoints(parts).into(),
                None => {
                    metrics::answer(&self.tables, &self.cloudwatch, &parts.headers, body).await.map(Body::from).into()
                }
            }
        })
    }
}

impl HostedService for DynamoDb {
    fn start<'a>(
        &'a self,
        stack: &'a Stack,
        _: &'a mut Option<TcpListener>,
    ) -> BoxFuture<'a, Result<Vec<Server>, ServiceError>> {
        Box::pin(async move {
            self.streams.start(&stack.event_source_mappings)?;
            Ok(Vec::new())
        })
    }

    fn stop(&self) {
        // So that no batch counts as failed because the cloud went away.
        self.streams.stop();
    }

    fn make<'a>(
        &'a self,
        resource: &'a Resource,
        running: &'a Stack,
        next: &'a Stack,
    ) -> BoxFuture<'a, Result<Option<Rollback>, String>> {
        Box::pin(async move {
            match resource.resource_type.as_str() {
                "AWS::DynamoDB::Table" => self.make_table(resource, running, next).await,
                "AWS::Lambda::EventSourceMapping" => self.mapping_is_free(resource, next).map(|()| None),
                _ => Ok(None),
            }
        })
    }

    fn has<'a>(&'a self, resource: &'a Resource) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let request = json!({ "TableName": resource.physical_id });
            resource.resource_type == "AWS::DynamoDB::Table"
                && self.tables.call("DescribeTable", &request).await.is_ok()
        })
    }

    fn remove<'a>(&'a self, resource: &'a Resource) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            match resource.resource_type.as_str() {
                "AWS::DynamoDB::Table" => {
                    self.tables.delete(&resource.physical_id).await.map_err(|error| self.reason(&error))
                }
                _ => Ok(()),
            }
        })
    }

    fn prepare<'a>(&'a self, _: &'a Stack) -> BoxFuture<'a, Result<Commit, ServiceError>> {
        let streams = self.streams.clone();
        Box::pin(async move {
            let switch: Commit = Box::new(move |old: &Stack, new: &Stack| {
                streams.deploy(&old.event_source_mappings, &new.event_source_mappings);
                Vec::new()
            });
            Ok(switch)
        })
    }

    fn event_source_mapping(&self, request: &MappingRequest<'_>) -> Option<LambdaResult> {
        let streams = &self.streams;
        let accepted = |answer: Value| (StatusCode::ACCEPTED, answer);
        Some(match *request {
            MappingRequest::Create(request) => streams.create(request).map(accepted).map_err(ApiError::from),
            MappingRequest::Update(uuid, request) => {
                streams.update(uuid, request).map(accepted).map_err(ApiError::from)
            }
            MappingRequest::Delete(uuid) => streams.delete(uuid).map(accepted).map_err(ApiError::from),
            MappingRequest::Get(uuid) => {
                streams.get(uuid).map(|answer| (StatusCode::OK, answer)).map_err(ApiError::from)
            }
            MappingRequest::List { function, event_source_arn } => {
                let listed = streams.list(function, event_source_arn);
                Ok((StatusCode::OK, json!({ "EventSourceMappings": listed })))
            }
        })
    }
}
