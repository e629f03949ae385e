//! The SAM transform: from a template with `AWS::Serverless` resources to one that CloudFormation reads.
//!
//! AWS does this as a stage of its own, before parameters, conditions and functions are worked out, so a mistake that it finds
//! hides those that CloudFormation would. The transform is a pure function from tree to tree. What it makes has the logical ids
//! that AWS gives (`BoardApidevStage`, `HelloRole`), because templates refer to them; it resolves parameters only where SAM
//! does. What the local cloud cannot run is made all the same, and refused by the stages after this one.
//!
//! The stages inside are SAM's own: `implicit_api` (definitions and paths), `globals`, `policies` (policy templates), then
//! `function`, `api`, the other types and `connector`, in that order because functions write into the definitions of their APIs
//! and connectors look at what was made, and last the references to what was made (`!Ref Api.Stage`). Its judge is AWS's translator, of whose public behaviour the messages
//! are: <https://github.com/aws/serverless-application-model>.

mod api;
mod connector;
mod definition;
mod deployment_preference;
mod error;
mod events;
mod function;
mod globals;
mod implicit_api;
mod intrinsics;
mod layer;
mod logical_id;
mod policies;
mod properties;
mod python_order;
mod references;
mod resource;
mod resource_policy;
mod role;
mod simple_table;
mod value;

use std::collections::BTreeMap;

use api::SharedPlan;
use deployment_preference::Preference;
pub use error::SamError;
use error::{Cause, Refusal, Sam};
pub(crate) use function::s3_uri;
use intrinsics::Parameters;
pub(crate) use policies::fill_in_templates as fill_in_policy_templates;
use references::References;
use resource::Made;

use crate::finding::Position;
use crate::tree::{Key, Node, map};

/// What the transform is told beside the template.
#[derive(Debug, Clone, Default)]
pub struct SamInput {
    /// The region that the stack is made in; it decides the partition of ARNs.
    pub region: String,
    /// The values given for parameters.
    pub parameters: BTreeMap<String, String>,
}

/// What the transform makes of a template.
#[derive(Debug)]
pub(crate) struct Transformed {
    /// The template that CloudFormation is given.
    pub(crate) template: Node,
    /// What AWS's transform makes something of, and this one does not. Nothing of it is a fault of the template.
    pub(crate) unmade: Vec<Unmade>,
}

/// A resource, or an event of a function, of which nothing is made here. It stands in the result as the author wrote it.
#[derive(Debug)]
pub(crate) struct Unmade {
    /// The resource's logical id.
    pub(crate) id: String,
    /// Where that stands.
    pub(crate) position: Option<Position>,
    /// `resources of type AWS::Serverless::Application`.
    pub(crate) what: String,
}

impl Transformed {
    /// The whole template.
    ///
    /// # Errors
    ///
    /// Something of it is not made here.
    pub(crate) fn whole(self) -> Result<Node, SamError> {
        if self.unmade.is_empty() {
            return Ok(self.template);
        }
        let causes = self.unmade.iter().map(|Unmade { id, what, .. }| {
            Cause::resource(id, format!("The workbook's transform does not make {what}."))
        });
        let place = |id: &str| self.unmade.iter().find(|unmade| unmade.id == id)?.position;
        Err(SamError::of(causes.collect(), place))
    }
}

/// The transform at work.
struct Transform {
    /// The template as its author and SAM's first steps have written it. Functions write into their APIs here.
    source: Node,
    /// The template that is being made.
    out: Node,
    parameters: Parameters,
    partition: &'static str,
    preferences: Vec<Preference>,
    shared: SharedPlan,
    record_sets: BTreeMap<String, Made>,
    /// What nothing is made of, without its place.
    unmade: Vec<Unmade>,
}

/// The template that CloudFormation is given for `template`.
///
/// # Errors
///
/// SAM refuses it.
pub(crate) fn transform(template: &Node, input: &SamInput) -> Result<Transformed, SamError> {
    let resources = template.get("Resources");
    let place = |id: &str| match id {
        "Globals" => template.get("Globals").map(|globals| globals.position),
        id => key_position(resources?, id),
    };
    let mut transformed = run(template, input).map_err(|causes| SamError::of(causes, place))?;
    for unmade in &mut transformed.unmade {
        unmade.position = place(&unmade.id);
    }
    Ok(transformed)
}

fn key_position(resources: &Node, id: &str) -> Option<Position> {
    resources.entries().iter().find(|(key, _)| key.name == id).map(|(key, _)| key.position)
}

fn run(template: &Node, input: &SamInput) -> Result<Transformed, Vec<Cause>> {
    let mut source = prepared(template).map_err(Refusal::causes)?;
    let mut causes = Vec::new();
    if let Some(resources) = source.get_mut("Resources") {
        connector::embedded(resources, &mut causes);
    }
    let partition = partition(&input.region);
    let mut transform = Transform {
        out: source.clone(),
        parameters: parameters(template, input, partition),
        source,
        partition,
        preferences: Vec::new(),
        shared: SharedPlan::default(),
        record_sets: BTreeMap::new(),
        unmade: Vec::new(),
    };
    let mut references = References::default();
    for Key { name: id, position, number } in transform.order() {
        match transform.one(&id, number) {
            Ok(None) => {}
            Ok(Some(made)) => transform.replace(&id, position, made, &mut references, &mut causes),
            Err(Refusal::One(cause)) => causes.push(cause),
            Err(Refusal::Document(document)) => return Err(document),
        }
    }
    let (made, conditions) = deployment_preference::resources(&transform.preferences, partition, &mut causes);
    for (name, condition) in conditions {
        transform.add_condition(&name, condition);
    }
    for resource in made {
        transform.put(resource, Position::default());
    }
    if !causes.is_empty() {
        return Err(causes);
    }
    let mut out = transform.out;
    out.remove("Transform");
    references.resolve(&mut out);
    Ok(Transformed { template: out, unmade: transform.unmade })
}

/// SAM's first steps: the shape of the template, definitions, paths, globals.
fn prepared(template: &Node) -> Sam<Node> {
    let mut template = template.clone();
    let resources = template.get("Resources").filter(|resources| resources.truthy() && resources.is_mapping());
    let Some(resources) = resources else { return Refusal::document("'Resources' section is required") };
    if resources.entries().iter().any(|(_, resource)| !resource.is_mapping()) {
        return Refusal::document(
            "All 'Resources' must be Objects. If you're using YAML, this may be an indentation issue.",
        );
    }
    for (key, resource) in resources.entries() {
        let Some(kind) = resource.get("Type").and_then(Node::str) else { continue };
        if resource.truth("Condition").is_some_and(|condition| condition.str().is_none()) {
            return Refusal::document("Every Condition member must be a string.");
        }
        if !kind.starts_with("AWS::Serverless::") {
            continue;
        }
        if resource.get("Properties").is_some_and(|properties| !properties.is_mapping()) {
            let cause = Cause::resource(&key.name, "Attribute 'Properties' should be a map.");
            return Err(Refusal::Document(vec![cause]));
        }
    }
    if let Some(resources) = template.get_mut("Resources") {
        if python_order::applies_to(resources) {
            for (_, resource) in resources.entries_mut() {
                let properties = resource.get_mut("Properties");
                if let Some(events) = properties.and_then(|properties| properties.get_mut("Events")) {
                    python_order::order(events.entries_mut());
                }
            }
        }
        implicit_api::add_definitions(resources);
    }
    implicit_api::add_paths(&mut template, &implicit_api::REST)?;
    implicit_api::add_paths(&mut template, &implicit_api::HTTP)?;
    let globals = template.get("Globals").cloned();
    if let Some(globals) = &globals {
        globals::check(globals)?;
    }
    let globals = globals.unwrap_or_else(|| map! {});
    if let Some(resources) = template.get_mut("Resources") {
        for (key, resource) in resources.entries_mut() {
            globals::merge_into(&key.name, resource, &globals)?;
        }
        implicit_api::set_versions(resources);
    }
    template.remove("Globals");
    Ok(template)
}

/// The values that parameters have: what is given, then the defaults.
fn parameters(template: &Node, input: &SamInput, partition: &str) -> Parameters {
    let mut values: BTreeMap<String, Node> =
        input.parameters.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    for (key, parameter) in template.get("Parameters").map(Node::entries).unwrap_or_default() {
        if let Some(default) = parameter.get("Default") {
            values.entry(key.name.clone()).or_insert_with(|| default.clone());
        }
    }
    for (name, value) in [("AWS::Region", input.region.as_str()), ("AWS::Partition", partition)] {
        values.entry(name.to_string()).or_insert_with(|| value.into());
    }
    Parameters(values)
}

/// The partition of a region.
fn partition(region: &str) -> &'static str {
    let known = [
        ("cn-", "aws-cn"),
        ("us-iso-", "aws-iso"),
        ("us-isob", "aws-iso-b"),
        ("us-gov", "aws-us-gov"),
        ("eu-isoe", "aws-iso-e"),
        ("us-isof", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    let region = region.to_lowercase();
    known.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

impl Transform {
    /// The SAM resources: functions first, APIs after them, and connectors after all that they join.
    fn order(&self) -> Vec<Key> {
        let rank = |kind: &str| match kind {
            implicit_api::FUNCTION => 0,
            implicit_api::API => 1,
            connector::CONNECTOR => 3,
            _ => 2,
        };
        let mut all: Vec<_> = self
            .resources()
            .entries()
            .iter()
            .filter_map(|(key, resource)| Some((key, resource.get("Type").and_then(Node::str)?)))
            .filter(|(_, kind)| kind.starts_with("AWS::Serverless::"))
            .collect();
        all.sort_by_key(|(_, kind)| rank(kind));
        all.into_iter().map(|(key, _)| key.clone()).collect()
    }

    /// Leaves `what` of the resource `id` as it is.
    fn leave(&mut self, id: &str, what: String) {
        self.unmade.push(Unmade { id: id.to_string(), position: None, what });
    }

    /// What is made of the resource `id`; nothing where it stays as it is.
    fn one(&mut self, id: &str, number: bool) -> Sam<Option<Vec<Made>>> {
        if number {
            return Refusal::resource(id, "Logical ids must be alphanumeric.");
        }
        let Some(resource) = self.resources().get(id).cloned() else { return Ok(None) };
        let made = match resource.get("Type").and_then(Node::str).unwrap_or_default() {
            implicit_api::FUNCTION => function::transform(id, &resource, self),
            implicit_api::API => api::transform(id, &resource, self),
            implicit_api::HTTP_API => api::transform_http(id, &resource, self),
            "AWS::Serverless::SimpleTable" => simple_table::transform(id, &resource),
            layer::LAYER => layer::transform(id, &resource, self),
            connector::CONNECTOR => return connector::transform(id, &resource, self),
            kind => {
                let what = format!("resources of type {kind}");
                self.leave(id, what);
                return Ok(None);
            }
        };
        made.map(Some)
    }

    /// Puts what was made of the resource `id` in its place.
    fn replace(
        &mut self,
        id: &str,
        position: Position,
        made: Vec<Made>,
        references: &mut References,
        causes: &mut Vec<Cause>,
    ) {
        let kind = self.resources().get(id).and_then(|resource| resource.get("Type")).and_then(Node::text);
        references.add(id, kind.unwrap_or_default(), &made);
        if let Some(resources) = self.out.get_mut("Resources") {
            resources.remove(id);
        }
        for resource in made {
            if self.is_taken(&resource) {
                causes.push(Cause::duplicate(id, &resource.id, resource.kind));
            } else {
                self.put(resource, position);
            }
        }
    }

    fn put(&mut self, resource: Made, position: Position) {
        let id = resource.id.clone();
        let mut node = resource.into_node();
        node.place_at(position);
        if let Some(resources) = self.out.get_mut("Resources") {
            resources.set(&id, node);
            if let Some((key, _)) = resources.entries_mut().iter_mut().find(|(key, _)| key.name == id) {
                key.position = position;
            }
        }
    }

    /// Whether the author's template has another resource of the same id.
    fn is_taken(&self, made: &Made) -> bool {
        let Some(existing) = self.resources().get(&made.id) else { return false };
        let kind = existing.get("Type").and_then(Node::str).unwrap_or_default();
        let becomes = match made.kind {
            "AWS::Lambda::Function" => implicit_api::FUNCTION,
            "AWS::ApiGateway::RestApi" => implicit_api::API,
            "AWS::ApiGatewayV2::Api" => implicit_api::HTTP_API,
            "AWS::Lambda::LayerVersion" => layer::LAYER,
            "AWS::DynamoDB::Table" => "AWS::Serverless::SimpleTable",
            "AWS::S3::Bucket" | "AWS::SNS::Topic" | "AWS::Cognito::UserPool" => made.kind,
            kind if kind.starts_with("AWS::ApiGateway::DomainName") => kind,
            kind if kind.starts_with("AWS::ApiGateway::BasePathMapping") => kind,
            _ => return true,
        };
        kind != becomes
    }

    /// The author's resources.
    fn resources(&self) -> &Node {
        static EMPTY: Node = Node { value: crate::tree::Value::Null, position: Position { line: 0, column: 0 } };
        self.source.get("Resources").unwrap_or(&EMPTY)
    }

    /// The author's resource `id`, to be changed.
    fn resource_mut(&mut self, id: &str) -> Option<&mut Node> {
        self.source.get_mut("Resources")?.get_mut(id)
    }

    /// The resource `id` as it is in the result so far.
    fn out_resource(&self, id: &str) -> Option<&Node> {
        self.out.get("Resources")?.get(id)
    }

    /// Takes the author's resource `id`, which an event has changed, into the result.
    fn take_over(&mut self, id: &str) {
        if let Some(resource) = self.resources().get(id).cloned()
            && let Some(resources) = self.out.get_mut("Resources")
        {
            resources.set(id, resource);
        }
    }

    /// Adds a condition to the result.
    fn add_condition(&mut self, name: &str, condition: Node) {
        if let Some(section) = self.out.get_mut("Conditions") {
            section.set(name, condition);
        }
    }

    /// The plan that APIs share, and the template whose conditions it uses.
    fn shared_plan(&mut self) -> (&mut SharedPlan, &mut Node) {
        (&mut self.shared, &mut self.out)
    }

    /// `value` with what the template's mappings have for it.
    fn find_in_map(&self, value: &Node) -> Sam<Node> {
        match self.source.get("Mappings") {
            Some(mappings) if mappings.is_mapping() => intrinsics::find_in_map(value, mappings),
            Some(_) => Refusal::document("'Mappings' or 'Parameters' is either null or not a valid dictionary."),
            None => Ok(value.clone()),
        }
    }

    /// The names of the functions that the API `id` invokes: a new name needs a new deployment.
    fn names_of_callers(&self, id: &str) -> Option<String> {
        let of_api = |event: &Node| {
            let api = event.get("Properties").and_then(|properties| properties.get("RestApiId"));
            event.get("Type").and_then(Node::str) == Some("Api")
                && api.map(implicit_api::api_id).and_then(Node::str) == Some(id)
        };
        let mut names = String::new();
        for (_, resource) in self.resources().entries() {
            let Some(properties) = resource.get("Properties") else { continue };
            let events = properties.get("Events").map(Node::entries).unwrap_or_default();
            let Some(name) = properties.truth("FunctionName") else { continue };
            for _ in events.iter().filter(|(_, event)| of_api(event)) {
                names.push_str(&self.parameters.resolved(name).unwrap_or_else(|_| name.clone()).display());
            }
        }
        (!names.is_empty()).then_some(names)
    }
}
