//! The event: one HTTP request as a function of a REST API receives it.
//!
//! Every key is always present. What the request does not have is `null`, never `{}` and never left out, so a function
//! that reads `event.queryStringParameters.limit` without looking fails here exactly when it fails on AWS. There is no
//! `version` key: that one belongs to HTTP APIs.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::values::{All, Last, Values};
use super::{EdgeHop, RequestContext, headers, media_type, query};
use crate::wire::Request;
use stack::RestApi;

/// A request for which a method of an API was found.
#[derive(Debug, Clone, Copy)]
pub struct MatchedRequest<'a> {
    /// As it was sent.
    pub request: &'a Request,
    /// The API that got it.
    pub api: &'a RestApi,
    /// What the gateway knows beside.
    pub context: &'a RequestContext,
    /// The path without the stage, undecoded.
    pub path: &'a str,
    /// What the resource's `{placeholders}` stand for, undecoded.
    pub path_parameters: &'a [(String, String)],
    /// The `X-Amzn-Trace-Id` that the function shall see.
    pub trace_id: &'a str,
    /// The distribution that passed it on, at an edge-optimised endpoint.
    pub edge: Option<&'a EdgeHop>,
}

/// An event, ready to be serialised; its keys come out in the order in which AWS documents them.
#[derive(Debug)]
pub struct ProxyEvent<'a> {
    incoming: MatchedRequest<'a>,
    headers: Values,
    query: Values,
    body: Option<Cow<'a, str>>,
    is_base64_encoded: bool,
}

/// The event for `incoming`.
pub fn event<'a>(incoming: &MatchedRequest<'a>) -> ProxyEvent<'a> {
    let MatchedRequest { request, api, trace_id, edge, .. } = *incoming;
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let content_type = media_type::essence(request.header("content-type").unwrap_or_default());
    let binary = !request.body.is_empty() && media_type::is_binary(content_type, &api.binary_media_types);
    let body = match request.body.as_ref() {
        [] => None,
        bytes if binary => Some(Cow::Owned(STANDARD.encode(bytes))),
        // A body is text unless its type is listed as binary; bytes that are not text do not survive.
        bytes => Some(String::from_utf8_lossy(bytes)),
    };
    ProxyEvent {
        incoming: *incoming,
        headers: headers::delivered(request, trace_id, edge),
        query: query::parameters(query),
        body,
        is_base64_encoded: binary,
    }
}

impl Serialize for ProxyEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let MatchedRequest { api, context, path, path_parameters, .. } = self.incoming;
        let has_query = !self.query.is_empty();
        let path_parameters: BTreeMap<&str, &str> =
            path_parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();

        let mut event = serializer.serialize_struct("Event", 12)?;
        event.serialize_field("resource", &context.resource_path)?;
        event.serialize_field("path", path)?;
        event.serialize_field("httpMethod", &context.http_method)?;
        event.serialize_field("headers", &Last(&self.headers))?;
        event.serialize_field("multiValueHeaders", &All(&self.headers))?;
        event.serialize_field("queryStringParameters", &has_query.then_some(Last(&self.query)))?;
        event.serialize_field("multiValueQueryStringParameters", &has_query.then_some(All(&self.query)))?;
        event.serialize_field("pathParameters", &(!path_parameters.is_empty()).then_some(path_parameters))?;
        event
            .serialize_field("stageVariables", &Some(&api.stage_variables).filter(|variables| !variables.is_empty()))?;
        event.serialize_field("requestContext", context)?;
        event.serialize_field("body", &self.body)?;
        event.serialize_field("isBase64Encoded", &self.is_base64_encoded)?;
        event.end()
    }
}
