//! What invokes a function: its `Events` of type `Api` and `DynamoDB`.

use std::time::Duration;

use super::event_invoke::Invocations;
use super::fields::Fields;
use super::finding::Position;
use super::mappings::{self, Subscription};
use super::references::IMPLICIT_API;
use super::requests::Asked;
use super::routes::RoutePlace;

/// The events of one function.
#[derive(Debug, Default)]
pub(super) struct Events {
    pub(super) routes: Vec<Route>,
    pub(super) streams: Vec<Subscription>,
    /// What happens when it is invoked asynchronously.
    pub(super) invocations: Option<Invocations>,
}

/// An event of type `Api`: one method of one resource of an API.
#[derive(Debug)]
pub(super) struct Route {
    /// The API's id; `None` for the one that SAM makes.
    pub(super) api: Option<String>,
    pub(super) path: String,
    /// Upper case, or `ANY`.
    pub(super) method: String,
    pub(super) timeout: Duration,
    /// `Auth.ApiKeyRequired` of the event, which overrides the API's.
    pub(super) api_key_required: Option<bool>,
    /// `RequestModel` and `RequestParameters`.
    pub(super) asked: Asked,
    /// The function's name.
    pub(super) function: String,
    pub(super) position: Position,
    /// `BoardApiFunction.Properties.Events.Board`.
    pub(super) place: String,
}

impl Route {
    /// Where it stands.
    pub(super) fn in_template(&self) -> RoutePlace<'_> {
        let Route { method, path, place, position, .. } = self;
        RoutePlace { method, path, place, position: *position }
    }
}

/// What a REST API calls a method, in the order of its own error message.
const METHODS: &[&str] = &["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];

/// A route waits at most this long for its function unless the event says less.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(29);

/// Reads the events of the function called `function`.
pub(super) fn read(fields: &mut Fields<'_>, function: &str) -> Events {
    let mut events = Events::default();
    let place = fields.at("Events");
    let findings = fields.findings;
    for (key, node) in fields.mapping("Events") {
        let place = format!("{place}.{}", key.name);
        let Some(mut event) = Fields::of(node, place, "AWS::Serverless::Function.Event", findings) else { continue };
        event.required(&["Type", "Properties"]);
        let kind = event.one_of("Type", &["Api", "DynamoDB"]);
        match kind.as_deref() {
            Some("Api") => {
                let properties = event.fields("Properties", "AWS::Serverless::Function.Event.Api");
                events.routes.extend(properties.and_then(|properties| route(properties, key.position, function)));
            }
            Some(_) => {
                let properties = event.fields("Properties", "AWS::Serverless::Function.Event.DynamoDB");
                let logical_id = format!("{}{}", fields.place.split('.').next().unwrap_or_default(), key.name);
                let subscription =
                    properties.and_then(|properties| mappings::of_event(properties, function, &logical_id));
                events.streams.extend(subscription);
            }
            None => {
                event.node("Properties");
            }
        }
        event.done();
    }
    events
}

/// What API Gateway says of a method that it does not have.
pub(super) fn no_method() -> String {
    format!("Invalid HttpMethod specified. Valid options are {}", METHODS.join(","))
}

fn route(mut fields: Fields<'_>, position: Position, function: &str) -> Option<Route> {
    fields.required(&["Path", "Method"]);
    let path = fields.text("Path");
    let method = fields.text("Method").map(|method| method.to_uppercase());
    if let Some(method) = &method
        && !METHODS.contains(&method.as_str())
    {
        fields.report("Method", no_method());
    }
    let api = fields.node("RestApiId").map(|_| fields.text("RestApiId").unwrap_or_default());
    let timeout = fields.number("TimeoutInMillis", 50..=29_000).map_or(DEFAULT_TIMEOUT, Duration::from_millis);
    let api_key_required = fields.fields("Auth", "AWS::Serverless::Function.Event.Api.Auth").and_then(|mut auth| {
        let required = auth.boolean("ApiKeyRequired");
        auth.done();
        required
    });
    let asked = Asked::read(&mut fields);
    let place = fields.place.trim_end_matches(".Properties").to_string();
    fields.done();
    let api = api.filter(|api| api != IMPLICIT_API);
    Some(Route {
        api,
        path: path?,
        method: method?,
        timeout,
        api_key_required,
        asked,
        function: function.to_string(),
        position,
        place,
    })
}
