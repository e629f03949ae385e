//! `AWS::Serverless::Connector`: what a source needs to reach a destination, whether it stands alone or in the `Connectors` of its
//! source.
//!
//! Connectors come last, because they look at what was made of the other resources: the role of a function, the mapping that must
//! wait for its permission. Which policy joins which two types is in `connections.json`, as the documentation lists it:
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html>

use std::sync::OnceLock;

use super::Transform;
use super::error::{Cause, Refusal, Sam};
use super::intrinsics::{get_att, logical_id, reference, sub, sub_with};
use super::properties::{self, SamType, Shape, required};
use super::resource::{Attributes, Made};
use super::value::Of;
use crate::kinds::made_of;
use crate::tree::{Node, list, map};

/// The type's name.
pub(super) const CONNECTOR: &str = "AWS::Serverless::Connector";

const TYPE: SamType = SamType {
    name: CONNECTOR,
    properties: &[
        required("Source", Shape::Map),
        required("Destination", Shape::MapOrMaps),
        required("Permissions", Shape::Texts),
    ],
    common: &[],
};

/// One end of a connector.
#[derive(Default)]
struct End {
    id: Option<String>,
    kind: String,
    arn: Option<Node>,
    role_name: Option<Node>,
    queue_url: Option<Node>,
    resource_id: Option<Node>,
    name: Option<Node>,
    qualifier: Option<Node>,
}

/// A row of `connections.json`.
#[derive(Clone, Copy)]
struct Connection(&'static Node);

impl Connection {
    fn between(source: &str, destination: &str) -> Option<Connection> {
        static ALL: OnceLock<Node> = OnceLock::new();
        let all = ALL.get_or_init(|| {
            Node::from_json(&serde_json::from_str(include_str!("connections.json")).unwrap_or_default())
        });
        let is = |row: &&Node, name, kind| row.get(name).and_then(Node::text) == Some(kind);
        all.items().iter().find(|row| is(row, "from", source) && is(row, "to", destination)).map(Connection)
    }

    fn text(self, name: &str) -> &'static str {
        self.0.get(name).and_then(Node::text).unwrap_or_default()
    }

    /// `Read` and `Write`, each with its statements, or with the permission of a function.
    fn categories(self) -> impl Iterator<Item = (&'static str, &'static Node)> {
        let categories = self.0.get("categories").map(Node::items).unwrap_or_default();
        categories.iter().filter_map(|pair| match pair.items() {
            [name, what] => Some((name.text()?, what)),
            _ => None,
        })
    }
}

/// Turns the `Connectors` of resources into connectors of their own.
pub(super) fn embedded(resources: &mut Node, causes: &mut Vec<Cause>) {
    let mut made = Vec::new();
    for (key, resource) in resources.entries() {
        let Some(connectors) = resource.get("Connectors") else { continue };
        let named = Of::Attribute(&key.name).map(connectors, &format!("{}.Connectors", key.name));
        let connectors = match named {
            Ok(connectors) => connectors,
            Err(refusal) => {
                causes.extend(refusal.causes());
                continue;
            }
        };
        for (name, connector) in connectors.entries() {
            match of_source(&key.name, &name.name, connector, resources) {
                Ok(connector) => made.push((format!("{}{}", key.name, name.name), connector)),
                Err(refusal) => causes.extend(refusal.causes()),
            }
        }
    }
    for (id, mut connector) in made {
        connector.place_at(resources.position);
        resources.set(&id, connector);
    }
    for (_, resource) in resources.entries_mut() {
        resource.remove("Connectors");
    }
}

/// The connector called `name` of the resource `source`, as if it stood alone.
fn of_source(source: &str, name: &str, connector: &Node, resources: &Node) -> Sam<Node> {
    let id = format!("{source}{name}");
    if !connector.is_mapping() {
        return Refusal::resource(&id, format!("{source}.{id} should be a map."));
    }
    let nothing = Node::nothing();
    let given = connector.get("Properties").unwrap_or(&nothing);
    let mut given = Of::Attribute(source).map(given, &format!("Connectors.{name}.Properties"))?.clone();
    let mut from = map! { "Id" => source };
    if let Some(more) = given.remove("SourceReference") {
        let more = Of::Resource(source).map(&more, &format!("Connectors.{name}.Properties.SourceReference"))?;
        if more.has("Id") {
            return Refusal::resource(name, "'Id' shouldn't be defined in 'SourceReference'.");
        }
        for (key, value) in more.entries() {
            from.set(&key.name, value);
        }
    }
    given.set("Source", from);
    properties::check_id(&id)?;
    TYPE.check(&id, &given)?;
    if resources.has(&id) {
        return Err(Refusal::One(Cause::duplicate(source, &id, CONNECTOR)));
    }
    let mut connector = connector.clone();
    connector.set("Type", CONNECTOR);
    connector.set("Properties", given);
    Ok(connector)
}

/// What is made of the connector `id`; nothing where that depends on a resource of which nothing is made here.
pub(super) fn transform(id: &str, resource: &Node, transform: &mut Transform) -> Sam<Option<Vec<Made>>> {
    properties::check_id(id)?;
    let given = properties::of(id, resource)?;
    TYPE.check(id, &given)?;
    let nothing = Node::nothing();
    let source = given.get("Source").unwrap_or(&nothing);
    let destinations = given.get("Destination").unwrap_or(&nothing);
    let several = destinations.is_list();
    let destinations = if several { destinations.items().to_vec() } else { vec![destinations.clone()] };
    let permissions = given.get("Permissions").map(Node::items).unwrap_or_default();
    let permissions: Vec<&str> = permissions.iter().filter_map(Node::str).collect();
    let mut made = Vec::new();
    for (number, destination) in destinations.iter().enumerate() {
        let to = transform.end(id, destination, source)?;
        let from = transform.end(id, source, destination)?;
        let is_unmade = |end: &End| transform.unmade.iter().any(|unmade| end.id.as_ref() == Some(&unmade.id));
        if is_unmade(&to) || is_unmade(&from) {
            transform.leave(id, format!("a connector from {} to {}", from.kind, to.kind));
            return Ok(None);
        }
        let suffix = if several { format!("Destination{number}") } else { String::new() };
        let connector = Connector { id, resource, permissions: &permissions, suffix, from, to };
        made.extend(connector.made(transform)?);
    }
    if made.is_empty() {
        return Refusal::resource(id, "'Destination' is an empty list");
    }
    let ids: Vec<&str> = made.iter().map(|made| made.id.as_str()).collect();
    transform.replace_depends_on(id, &ids);
    Ok(Some(made))
}

/// A connector with one of its destinations.
struct Connector<'c> {
    id: &'c str,
    resource: &'c Node,
    permissions: &'c [&'c str],
    /// What ends the ids of what is made, where there are several destinations.
    suffix: String,
    from: End,
    to: End,
}

impl Connector<'_> {
    fn made(&self, transform: &mut Transform) -> Sam<Vec<Made>> {
        let connection = self.connection()?;
        let ofs = connection.text("of");
        let side = if ofs == "Source" { &self.from } else { &self.to };
        let mut statements = Vec::new();
        let mut rights = Vec::new();
        for (name, what) in connection.categories() {
            let filled = self.filled(what)?;
            if self.permissions.contains(&name) {
                statements.extend_from_slice(filled.items());
                rights.push((name, filled));
            }
        }
        let document = map! { "Version" => "2012-10-17", "Statement" => statements };
        let missing = |what: &str| Refusal::resource(self.id, format!("Unable to get {what} from '{ofs}' resource."));
        let mut made = match connection.text("makes") {
            "role policy" => {
                let Some(role) = &side.role_name else { return missing("IAM role name") };
                let mut policy = self.resource("Policy", "AWS::IAM::ManagedPolicy");
                policy.set("PolicyDocument", document);
                policy.set("Roles", list![role]);
                self.put_before(connection, &policy.id, transform);
                vec![policy]
            }
            "queue policy" => {
                let Some(queue) = &side.queue_url else { return missing("SQS queue URL") };
                let mut policy = self.resource("QueuePolicy", "AWS::SQS::QueuePolicy");
                policy.set("PolicyDocument", document);
                policy.set("Queues", list![queue]);
                vec![policy]
            }
            "topic policy" => {
                let Some(topic) = &side.arn else { return missing("SNS topic ARN") };
                let mut policy = self.resource("TopicPolicy", "AWS::SNS::TopicPolicy");
                policy.set("PolicyDocument", document);
                policy.set("Topics", list![topic]);
                vec![policy]
            }
            _ => {
                let Some(function) = &side.arn else { return missing("Lambda function ARN") };
                let permission = |(name, what): &(&str, Node)| {
                    let mut permission = self.resource(&format!("{name}LambdaPermission"), "AWS::Lambda::Permission");
                    permission.set("FunctionName", function);
                    permission.copy(what, &["Action", "Principal", "SourceArn", "SourceAccount"]);
                    permission
                };
                rights.iter().map(permission).collect()
            }
        };
        let metadata = self.metadata(transform);
        for resource in &mut made {
            let mut all = resource.attributes.get("Metadata").cloned().unwrap_or_else(|| map! {});
            all.set("aws:sam:connectors", &metadata);
            resource.attributes.set("Metadata", all);
        }
        Ok(made)
    }

    /// The row that joins the two types, if what is asked for is in it.
    fn connection(&self) -> Sam<Connection> {
        let (from, to) = (&self.from.kind, &self.to.kind);
        let refuse = |message: String| Refusal::resource(self.id, message);
        let Some(connection) = Connection::between(from, to) else {
            return refuse(format!(
                "Unable to create connector from {from} to {to}; it's not supported or the template is invalid."
            ));
        };
        let known: Vec<&str> = connection.categories().map(|(name, _)| name).collect();
        if self.permissions.is_empty() {
            return refuse(format!("'Permissions' cannot be empty; valid values are: {}.", known.join(", ")));
        }
        let unsupported = format!("Unsupported 'Permissions' provided for connector from {from} to {to}; valid");
        if !self.permissions.iter().all(|name| known.contains(name)) {
            return refuse(format!("{unsupported} values are: {}.", known.join(", ")));
        }
        let sorted = |names: &mut Vec<&str>| {
            names.sort_unstable();
            names.dedup();
        };
        let mut asked = self.permissions.to_vec();
        sorted(&mut asked);
        let together: Vec<Vec<&str>> = connection
            .0
            .get("together")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .map(|names| {
                let mut names = names.items().iter().filter_map(Node::text).collect();
                sorted(&mut names);
                names
            })
            .collect();
        if !together.is_empty() && !together.contains(&asked) {
            let all: Vec<String> = together.iter().map(|names| names.join(" + ")).collect();
            return refuse(format!("{unsupported} combinations are: {}.", all.join(", ")));
        }
        Ok(connection)
    }

    fn resource(&self, what: &str, kind: &'static str) -> Made {
        let id = format!("{}{what}{}", self.id, self.suffix);
        let mut made = Made::new(id, kind, Attributes::of(self.resource));
        made.depends_on = self.resource.get("DependsOn").cloned();
        made
    }

    /// `node` with what the two ends are in it: `%{Source.Arn}`.
    fn filled(&self, node: &Node) -> Sam<Node> {
        if let Some(text) = node.str() {
            return self.filled_text(text, node);
        }
        // What a statement is about comes before its conditions: the first thing that is missing is named.
        if let Some(resource) = node.get("Resource") {
            self.filled(resource)?;
        }
        let mut node = node.clone();
        for inner in node.children_mut() {
            *inner = self.filled(inner)?;
        }
        Ok(node)
    }

    fn filled_text(&self, text: &str, node: &Node) -> Sam<Node> {
        let known = [
            ("Source.Arn", &self.from.arn),
            ("Destination.Arn", &self.to.arn),
            ("Source.ResourceId", &self.from.resource_id),
            ("Destination.ResourceId", &self.to.resource_id),
            ("Source.Name", &self.from.name),
            ("Destination.Name", &self.to.name),
            ("Source.Qualifier", &self.from.qualifier),
            ("Destination.Qualifier", &self.to.qualifier),
        ];
        let mut out = text.to_string();
        let mut variables = map! {};
        for (name, value) in known {
            let pattern = format!("%{{{name}}}");
            if !out.contains(&pattern) {
                continue;
            }
            let Some(value) = value else { return Refusal::resource(self.id, format!("{name} is missing.")) };
            if out == pattern {
                return Ok(value.clone());
            }
            let variable = name.replace('.', "");
            out = out.replace(&pattern, &format!("${{{variable}}}"));
            variables.set(&variable, value);
        }
        Ok(match (out.contains("${"), variables.entries().is_empty()) {
            (true, false) => sub_with(out, variables),
            (true, true) => sub(out),
            (false, _) => node.clone(),
        })
    }

    /// Has what needs the policy wait for it: the mapping between the two ends, or the source.
    fn put_before(&self, connection: Connection, policy: &str, transform: &mut Transform) {
        let (Some(from), to) = (&self.from.id, &self.to.id) else { return };
        match (connection.text("before"), to) {
            ("source", _) => transform.add_depends_on(from, policy),
            ("mapping", Some(to)) => {
                let mappings = transform.mappings_between(from, to);
                // A second mapping of the same two cannot be deployed.
                if let [mapping] = mappings.as_slice() {
                    transform.add_depends_on(mapping, policy);
                }
            }
            _ => {}
        }
    }

    /// The types of the two ends as the author wrote them.
    fn metadata(&self, transform: &Transform) -> Node {
        let kind = |end: &End| {
            let written = end.id.as_deref().and_then(|id| transform.resources().get(id));
            let written = written.and_then(|resource| resource.truth("Type")).cloned();
            map! { "Type" => written.unwrap_or_else(|| end.kind.as_str().into()) }
        };
        map! { self.id => map! { "Source" => kind(&self.from), "Destination" => kind(&self.to) } }
    }
}

impl Transform {
    /// The end that `given` describes; `other` describes the other one.
    fn end(&self, id: &str, given: &Node, other: &Node) -> Sam<End> {
        let refuse = |message: String| Refusal::resource(id, message);
        let described = given.names().any(|name| name != "Id" && name != "Qualifier");
        if given.has("Id") == described {
            let message =
                "Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties.";
            return refuse(message.to_string());
        }
        let no_type = "'Type' is missing or not a string.";
        let value = |name: &str| given.given(name).cloned();
        let Some(named) = given.truth("Id") else {
            let Some(kind) = given.truth("Type").and_then(Node::str) else { return refuse(no_type.to_string()) };
            return Ok(End {
                id: None,
                kind: made_of(kind).to_string(),
                arn: value("Arn"),
                role_name: value("RoleName"),
                queue_url: value("QueueUrl"),
                resource_id: value("ResourceId"),
                name: value("Name"),
                qualifier: value("Qualifier"),
            });
        };
        let Some(named) = named.str() else { return refuse("'Id' is missing or not a string.".to_string()) };
        let Some(resource) = self.out_resource(named).filter(|resource| resource.truthy()) else {
            return refuse(format!("Unable to find resource with logical ID '{named}'."));
        };
        let Some(kind) = resource.truth("Type").and_then(Node::str) else { return refuse(no_type.to_string()) };
        let nothing = Node::nothing();
        let role = role_of(kind, resource.get("Properties").unwrap_or(&nothing), other);
        let end = End {
            id: Some(named.to_string()),
            kind: kind.to_string(),
            role_name: role.and_then(logical_id).map(reference),
            ..outputs(kind, named)
        };
        Ok(End { qualifier: if given.has("Qualifier") { value("Qualifier") } else { end.qualifier.clone() }, ..end })
    }

    /// The mappings from one resource to another.
    fn mappings_between(&self, source: &str, function: &str) -> Vec<String> {
        let resources = self.out.get("Resources").map(Node::entries).unwrap_or_default();
        let joins = |resource: &Node| {
            let names = |name: &str| resource.get("Properties")?.get(name).and_then(logical_id);
            resource.get("Type").and_then(Node::str) == Some("AWS::Lambda::EventSourceMapping")
                && names("FunctionName") == Some(function)
                && names("EventSourceArn") == Some(source)
        };
        resources.iter().filter(|(_, resource)| joins(resource)).map(|(key, _)| key.name.clone()).collect()
    }

    fn add_depends_on(&mut self, id: &str, on: &str) {
        if let Some(resource) = self.out.get_mut("Resources").and_then(|resources| resources.get_mut(id)) {
            let depends_on = with_all(resource.get("DependsOn"), &[on]);
            resource.set("DependsOn", depends_on);
        }
    }

    /// Whatever waits for the connector waits for what is made of it.
    fn replace_depends_on(&mut self, connector: &str, made: &[&str]) {
        let Some(resources) = self.out.get_mut("Resources") else { return };
        for (_, resource) in resources.entries_mut() {
            let Some(depends_on) = resource.get("DependsOn") else { continue };
            let others = with_all(Some(depends_on), &[]);
            let others: Vec<Node> =
                others.items().iter().filter(|other| other.str() != Some(connector)).cloned().collect();
            if others.len() < with_all(Some(depends_on), &[]).items().len() {
                resource.set("DependsOn", with_all(Some(&others.into()), made));
            }
        }
    }
}

/// The names of `DependsOn` and `more` of them, each once.
fn with_all(depends_on: Option<&Node>, more: &[&str]) -> Node {
    let mut all: Vec<Node> = match depends_on {
        Some(list) if list.is_list() => list.items().to_vec(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    for name in more {
        if !all.iter().any(|known| known.str() == Some(name)) {
            all.push((*name).into());
        }
    }
    all.into()
}

/// What a resource of type `kind` has under its id.
fn outputs(kind: &str, id: &str) -> End {
    let (arn, named) = (Some(get_att(id, "Arn")), Some(reference(id)));
    match kind {
        "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api" => {
            End { arn, resource_id: named, qualifier: Some("*".into()), ..End::default() }
        }
        "AWS::AppSync::DataSource" | "AWS::SNS::Topic" => End { arn: named, ..End::default() },
        "AWS::AppSync::GraphQLApi" => End { arn: named, resource_id: Some(get_att(id, "ApiId")), ..End::default() },
        "AWS::SQS::Queue" => End { arn, queue_url: named, ..End::default() },
        "AWS::StepFunctions::StateMachine" => End { arn: named, name: Some(get_att(id, "Name")), ..End::default() },
        "AWS::DynamoDB::Table"
        | "AWS::Events::EventBus"
        | "AWS::Events::Rule"
        | "AWS::Lambda::Function"
        | "AWS::Location::PlaceIndex"
        | "AWS::S3::Bucket" => End { arn, ..End::default() },
        _ => End::default(),
    }
}

/// The role that a resource acts with. A rule has one for each target, of which `other` is one.
fn role_of<'n>(kind: &str, given: &'n Node, other: &Node) -> Option<&'n Node> {
    let property = match kind {
        "AWS::Lambda::Function" => "Role",
        "AWS::StepFunctions::StateMachine" => "RoleArn",
        "AWS::AppSync::DataSource" => "ServiceRoleArn",
        "AWS::Events::Rule" => {
            let (id, arn) = (other.given("Id").and_then(Node::str), other.truth("Arn"));
            let is_other = |target: &&Node| {
                let Some(of_target) = target.get("Arn") else { return false };
                let names = logical_id(of_target).is_some_and(|named| Some(named) == id);
                names || arn.is_some_and(|arn| arn.same(of_target))
            };
            return given.get("Targets")?.items().iter().find(is_other)?.truth("RoleArn");
        }
        _ => return None,
    };
    given.truth(property)
}
