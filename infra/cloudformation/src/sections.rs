//! The template from its first section to its last, and how the resources find each other.

use std::collections::BTreeMap;
use std::path::Path;

use super::apis::ServerlessApi;
use super::events::Route;
use super::expanded::{self, Expanded};
use super::fields::{Fields, scalar};
use super::finding::{Findings, Position, suggestion};
use super::functions::FunctionDeps;
use super::references::IMPLICIT_API;
use super::resources::{Resource, Resources};
use super::schema::Violation;
use super::scope::Scope;
use super::tree::{Node, Value};
use super::{
    Resolved, StackOptions, account, alarms, apis, buckets, conditions, deployment_only, distributions, event_invoke,
    format, functions, globals, graph, inventory, kinds, mappings, parameters, permissions, principals, queues,
    resources, rest_apis, roles, sam, schema, tables, usage_plans, vpc,
};
use stack::{RestApi, Stack};

pub(super) const SAM: &str = "AWS::Serverless-2016-10-31";
/// CloudFormation's own limit.
pub(super) const MOST_RESOURCES: usize = 500;

/// The stack, if everything in it could be read; what could not is in `findings`.
pub(super) fn read(root: &Node, path: &Path, options: &StackOptions, findings: &Findings) -> Option<Stack> {
    let sam = root.get("Transform").is_some_and(|transform| names(transform).any(|name| name == SAM));
    let expanded = if sam { Expanded::of(root, options) } else { Expanded::default() };
    let stack = read_expanded(root, path, options, &expanded, findings);
    format::report(format::malformed(root), findings);
    expanded.report(findings);
    stack
}

/// The text that a node is, or the texts of a list: `Transform` takes either.
pub(super) fn names(transform: &Node) -> impl Iterator<Item = &str> {
    transform.text().into_iter().chain(transform.items().iter().filter_map(Node::text))
}

fn read_expanded(
    root: &Node,
    path: &Path,
    options: &StackOptions,
    expanded: &Expanded,
    findings: &Findings,
) -> Option<Stack> {
    let mut template = Fields::of(root, "", "a template", findings)?;
    check_version(&mut template);
    template.text("Description");
    template.node("Metadata");
    template.required(&["Resources"]);
    let sam = transform(&mut template);
    let parameters = parameters::read(template.node("Parameters"), options, findings);
    let mappings = template.node("Mappings");
    let none = (BTreeMap::new(), Resources::default());
    let before = Scope {
        findings,
        options,
        parameters: &parameters,
        mappings,
        conditions: &none.0,
        resources: &none.1,
        expanded,
        names: Default::default(),
        imports: Default::default(),
        depth: Default::default(),
    };
    let conditions = conditions::read(template.node("Conditions"), &before);
    let globals = globals::read(template.node("Globals"), findings);
    let section = template.node("Resources");
    let outputs = template.node("Outputs");
    template.done();
    let mut resources = resources::read(section?, &conditions, findings);
    if resources.present.len() > MOST_RESOURCES {
        let message = format!("{} resources; a template has at most {MOST_RESOURCES}", resources.present.len());
        findings.report(section?.position, "Resources", message);
        return None;
    }
    for resource in &mut resources.present {
        globals.merge_into(resource);
        if resource.kind == "AWS::Serverless::Function" {
            sam::fill_in_policy_templates(&resource.id, &mut resource.properties);
        }
        if resource.kind.starts_with("AWS::Serverless::") && !sam {
            findings.report(resource.position, &resource.id, needs_transform(&resource.kind));
        }
    }
    let scope = Scope {
        findings,
        options,
        parameters: &parameters,
        mappings,
        conditions: &conditions,
        resources: &resources,
        expanded,
        names: Default::default(),
        imports: Default::default(),
        depth: Default::default(),
    };
    let order = graph::order(&scope)?;
    let values = parameters::values(&parameters);
    let mut stack =
        Stack { id: options.stack_id(), name: options.stack_name.clone(), parameters: values, ..Stack::default() };
    let implicit = globals.implicit_api().map(|api| scope.resolve(api, "Globals.Api"));
    fill(&mut stack, &scope, implicit.flatten(), path, &order);
    (stack.outputs, stack.export_names) = outputs.map(|outputs| read_outputs(outputs, &scope)).unwrap_or_default();
    stack.imports = scope.imports.take();
    Some(stack)
}

/// What CloudFormation says of SAM's type `kind` in a template that is not handed to SAM, with what to write.
pub(super) fn needs_transform(kind: &str) -> String {
    format!(
        "Template format error: Unrecognized resource types: [{kind}]; write the line `Transform: {SAM}` at the top of the template"
    )
}

/// There is one version of the format.
pub(super) fn check_version(template: &mut Fields<'_>) {
    let version = template.text("AWSTemplateFormatVersion");
    if let Some(other) = version.filter(|version| version != "2010-09-09") {
        let message = format!("Template format error: {other} is not a supported value for AWSTemplateFormatVersion");
        template.report("AWSTemplateFormatVersion", format!("{message}; write '2010-09-09'"));
    }
}

fn transform(template: &mut Fields<'_>) -> bool {
    let Some(node) = template.node("Transform") else { return false };
    let names = match &node.value {
        Value::Sequence(_) => template.texts("Transform").unwrap_or_default(),
        _ => template.text("Transform").into_iter().collect(),
    };
    for name in names.iter().filter(|name| *name != SAM) {
        template.lack("Transform", format!("{name} is not supported; {}", suggestion(name, [SAM])));
    }
    names.iter().any(|name| name == SAM)
}

/// Reads every resource, those first that others are joined to.
fn fill(stack: &mut Stack, scope: &Scope<'_>, implicit: Option<Node>, path: &Path, order: &[String]) {
    let findings = scope.findings;
    let resources: Vec<Resolved<'_>> =
        scope.resources.present.iter().map(|resource| resolved(resource, scope)).collect();
    let of_kind = |kind: &'static str| resources.iter().filter(move |resource| resource.kind() == kind);
    check_names(&resources, scope.options.creates, findings);
    stack.tables = of_kind("AWS::DynamoDB::Table").filter_map(|table| tables::read(table, findings)).collect();
    stack.queues = of_kind("AWS::SQS::Queue").filter_map(|queue| queues::queue(queue, findings)).collect();
    of_kind("AWS::SQS::QueuePolicy").for_each(|policy| queues::policy(policy, &mut stack.queues, findings));
    stack.log_groups = of_kind("AWS::Logs::LogGroup").filter_map(|group| queues::log_group(group, findings)).collect();
    stack.alarms = of_kind("AWS::CloudWatch::Alarm").filter_map(|alarm| alarms::alarm(alarm, findings)).collect();
    stack.vpc_resources = vpc::read(&resources, findings);
    stack.buckets = buckets::read(&resources, findings);
    let roles = roles::read(&resources, findings);
    let StackOptions { stack_name, allowed_folders, packaged, .. } = scope.options;
    let around = FunctionDeps {
        template: path,
        allowed_folders: allowed_folders.as_ref(),
        packaged: *packaged,
        stack: stack_name,
        roles: &roles,
        findings,
    };
    let mut routes = Vec::new();
    let mut subscriptions = Vec::new();
    let mut invocations = Vec::new();
    for resource in of_kind("AWS::Serverless::Function") {
        if let Some((function, events)) = functions::read(resource, &around) {
            stack.functions.push(function);
            routes.extend(events.routes);
            subscriptions.extend(events.streams);
            invocations.extend(events.invocations);
        }
    }
    stack.functions.extend(of_kind("AWS::Lambda::Function").filter_map(|resource| functions::plain(resource, &around)));
    for resource in of_kind("AWS::Lambda::EventSourceMapping") {
        subscriptions.extend(mappings::of_resource(resource, &stack.functions, findings));
    }
    stack.event_source_mappings =
        mappings::connected(subscriptions, &stack.tables, &stack.queues, &stack.buckets, findings);
    stack.event_invoke_configs =
        event_invoke::connected(invocations, &stack.functions, &stack.queues, &stack.buckets, findings).collect();
    for resource in of_kind("AWS::Lambda::Permission") {
        stack.permissions.extend(permissions::of_resource(resource, &stack.functions, findings));
    }
    fill_apis(stack, &resources, &routes, implicit.as_ref(), scope);
    let raw = rest_apis::read(&resources, &stack.functions, &stack.log_groups, scope);
    stack.apis.extend(raw.staged);
    let api_domain = scope.options.addresses.api_domain.as_deref();
    stack.distributions = distributions::read(&resources, (&stack.buckets, &stack.apis), api_domain, findings);
    stack.api_deployments = raw.deployments;
    stack.api_gateway_account = account::read(&resources, &roles, findings);
    stack.premature_logging = account::premature(&stack.apis, stack.api_gateway_account.as_ref(), scope);
    stack.premature_usage_plans = usage_plans::join(&resources, &mut stack.apis, scope);
    principals::check(&resources, scope.options, findings);
    for resource in &resources {
        check_overlooked(resource, findings);
        check_schema(resource, findings);
        if scope.options.creates {
            check_schema_of_made(resource, scope);
        }
    }
    stack.resources = inventory::read(&resources, order, stack, scope);
}

pub(super) fn resolved<'t>(resource: &'t Resource, scope: &Scope<'_>) -> Resolved<'t> {
    let empty = Node { value: Value::Mapping(Vec::new()), position: resource.position };
    let properties = scope.resolve(&resource.properties, &resource.place()).unwrap_or(empty);
    let metadata = resource.metadata.as_ref();
    let metadata = metadata.and_then(|metadata| scope.resolve(metadata, &format!("{}.Metadata", resource.id)));
    Resolved { resource, name: scope.existing_resource(resource).name, properties, metadata }
}

/// Two resources of a type cannot have one name. Inline policies can: each belongs to its roles. So can the
/// parts of two APIs. Two mappings of one stream for one function are refused in words of their own. Where resources are to be made
/// (`creates`), the second one with a name is refused when it is.
pub(super) fn check_names(resources: &[Resolved<'_>], creates: bool, findings: &Findings) {
    let mut names: BTreeMap<(&str, Option<&str>, &str), &Resolved<'_>> = BTreeMap::new();
    let own = ["AWS::IAM::Policy", "AWS::Lambda::EventSourceMapping"];
    let named = |resource: &&Resolved<'_>| {
        let is_left = creates && stack::is_alone_in_account(kinds::made_of(resource.kind()));
        kinds::kind(resource.kind()).is_some() && !own.contains(&resource.kind()) && !is_left
    };
    for resource in resources.iter().filter(named) {
        let api = resource.properties.get("RestApiId").and_then(Node::text);
        if let Some(first) = names.insert((resource.kind(), api, &resource.name), resource) {
            let message = format!("{} already exists: {} has the same name", resource.name, first.resource.id);
            findings.report(resource.resource.position, &resource.resource.place(), message);
        }
    }
}

fn fill_apis(
    stack: &mut Stack,
    resources: &[Resolved<'_>],
    routes: &[Route],
    implicit: Option<&Node>,
    scope: &Scope<'_>,
) {
    let findings = scope.findings;
    let named = resources.iter().filter(|resource| resource.kind() == "AWS::Serverless::Api");
    let mut ids = Vec::new();
    for resource in named {
        let id = resource.name.as_str();
        let served: Vec<&Route> = routes.iter().filter(|route| route.api.as_deref() == Some(id)).collect();
        if let Some(fields) = resource.fields("AWS::Serverless::Api", findings) {
            let document = resource.properties.get("DefinitionBody").and_then(|_| sam_document(resource, scope));
            let place = format!("{}.DefinitionBody", resource.resource.place());
            let document = document.as_ref().and_then(|body| rest_apis::ApiDocument::of(body, place, findings));
            let definition = document.map(|document| document.read(&stack.functions, scope.options.models));
            let api = ServerlessApi { logical_id: &resource.resource.id, id, served: &served, definition };
            stack.apis.push(apis::read(fields, api, &stack.log_groups, scope));
        }
        stack.permissions.extend(served.iter().map(|route| permissions::of_route(route, id)));
        ids.push((id, resource.resource.id.as_str()));
    }
    let unnamed: Vec<&Route> = routes.iter().filter(|route| route.api.is_none()).collect();
    if !unnamed.is_empty() {
        let id = kinds::id("AWS::Serverless::Api", &scope.options.stack_name, IMPLICIT_API);
        let empty = Node { value: Value::Mapping(Vec::new()), position: Position { line: 1, column: 1 } };
        let node = implicit.unwrap_or(&empty);
        if let Some(fields) = Fields::of(node, "Globals.Api", "AWS::Serverless::Api", findings) {
            let api = ServerlessApi { logical_id: IMPLICIT_API, id: &id, served: &unnamed, definition: None };
            stack.apis.push(apis::read(fields, api, &stack.log_groups, scope));
        }
        stack.permissions.extend(unnamed.iter().map(|route| permissions::of_route(route, &id)));
    }
    // What a document of the author's own asks for has been read from it.
    let has_document =
        |id: &str| scope.resources.get(id).is_some_and(|api| api.properties.get("DefinitionBody").is_some());
    for RestApi { logical_id, methods, .. } in stack.apis.iter_mut().filter(|api| !has_document(&api.logical_id)) {
        for method in methods {
            let asked = scope.expanded.asks_for_key(logical_id, &method.resource_path, &method.http_method);
            method.api_key_required = asked.unwrap_or(method.api_key_required);
        }
    }
    // An id that could not be resolved is empty, and was reported where it stands.
    let lost = routes.iter().filter_map(|route| Some((route, route.api.as_deref()?)));
    for (route, api) in lost.filter(|(_, api)| !api.is_empty() && !ids.iter().any(|(id, _)| id == api)) {
        let names: Vec<String> = ids.iter().map(|(_, logical)| format!("!Ref {logical}")).collect();
        let message = format!(
            "RestApiId {api} is not an API of this template; {}",
            suggestion(api, names.iter().map(String::as_str))
        );
        findings.report(route.position, &route.place, message);
    }
}

/// The document that SAM makes of `DefinitionBody` and of the events of an API.
fn sam_document(resource: &Resolved<'_>, scope: &Scope<'_>) -> Option<Node> {
    let made = scope.expanded.get(&resource.resource.id)?;
    let mut body = made.get("Properties")?.get("Body")?.clone();
    body.place_at(resource.properties.get("DefinitionBody").map_or(resource.resource.position, |given| given.position));
    scope.resolve(&body, &format!("{}.DefinitionBody", resource.resource.place()))
}

/// Puts CloudFormation's sentences in front of what the readers have said of the same values.
pub(super) fn check_schema(resource: &Resolved<'_>, findings: &Findings) {
    let uploaded = expanded::uploaded(resource.kind(), &resource.properties);
    let violations = schema::check(resource.kind(), uploaded.as_ref().unwrap_or(&resource.properties));
    report_violations(&resource.resource.id, &resource.resource.place(), violations, findings);
}

pub(super) fn report_violations(id: &str, place: &str, violations: Vec<Violation>, findings: &Findings) {
    let mut messages: BTreeMap<Position, Vec<String>> = BTreeMap::new();
    for violation in violations {
        messages.entry(violation.position).or_default().push(violation.message);
    }
    for (position, messages) in messages {
        let sentence = format!("Properties validation failed for resource {id} with message: {}", messages.join(" "));
        findings.prepend(position, place, &sentence, messages);
    }
}

/// The same for what SAM makes of one of its resources under the same name. What in it is not known here (a role that SAM makes, for one)
/// is left open.
fn check_schema_of_made(resource: &Resolved<'_>, scope: &Scope<'_>) {
    let Some(made) = scope.expanded.get(&resource.resource.id) else { return };
    let (Some(kind), Some(properties)) = (made.get("Type").and_then(Node::text), made.get("Properties")) else {
        return;
    };
    let silent = Findings::default();
    let quiet = Scope {
        findings: &silent,
        names: Default::default(),
        imports: Default::default(),
        depth: Default::default(),
        ..*scope
    };
    let Some(properties) = quiet.resolve(properties, &resource.resource.place()) else { return };
    report_violations(
        &resource.resource.id,
        &resource.resource.place(),
        schema::check(kind, &properties),
        scope.findings,
    );
}

/// A resource that only AWS acts on still has its properties' names checked.
fn check_overlooked(resource: &Resolved<'_>, findings: &Findings) {
    let Some(kind) = deployment_only::resource_type(resource.kind()) else { return };
    for (key, _) in resource.properties.entries() {
        if !kind.properties().contains(&key.name.as_str()) {
            let known = kind.properties().iter().copied();
            let message = format!("not a property of {}; {}", kind.name, suggestion(&key.name, known));
            findings.report(key.position, &format!("{}.{}", resource.resource.place(), key.name), message);
        }
    }
}

/// What the outputs say, and the names by which other stacks may import them.
pub(super) fn read_outputs(section: &Node, scope: &Scope<'_>) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let (mut outputs, mut export_names) = (BTreeMap::new(), BTreeMap::new());
    for (key, node) in section.entries() {
        let place = format!("Outputs.{}", key.name);
        let Some(mut fields) = Fields::of(node, place.as_str(), "Output", scope.findings) else { continue };
        fields.required(&["Value"]);
        let value = fields.node("Value");
        let export = fields.node("Export");
        let mut present = true;
        if let Some(name) = fields.text("Condition") {
            match scope.conditions.get(&name) {
                Some(holds) => present = *holds,
                None => {
                    let known = suggestion(&name, scope.conditions.keys().map(String::as_str));
                    fields.report("Condition", format!("{}; {known}", conditions::unresolved(&name, "Outputs")));
                }
            }
        }
        fields.done();
        // What an output that is left out would refer to need not be there.
        let value = value.filter(|_| present).and_then(|value| scope.resolve(value, &place));
        if let Some(text) = value.and_then(|value| scalar(&value, &place, scope.findings)) {
            if let Some(name) = export.and_then(|export| export_name(export, &place, scope)) {
                let position = export.map_or(key.position, |export| export.position);
                if export_names.values().any(|other| *other == name) {
                    let message = format!("another output is exported as {name}");
                    scope.findings.report(position, &format!("{place}.Export"), message);
                }
                export_names.insert(key.name.clone(), name);
            }
            outputs.insert(key.name.clone(), text);
        }
    }
    (outputs, export_names)
}

/// The name that an output is exported by.
fn export_name(export: &Node, place: &str, scope: &Scope<'_>) -> Option<String> {
    let mut export = Fields::of(export, format!("{place}.Export"), "Output.Export", scope.findings)?;
    let place = export.at("Name");
    let name = export.node("Name").and_then(|name| scope.resolve(name, &place));
    export.done();
    scalar(&name?, &place, scope.findings)
}
