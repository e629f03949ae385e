//! What a name in a template stands for: parameters, pseudo parameters, resources and their attributes.

use std::collections::BTreeSet;

use super::finding::{Position, suggestion};
use super::kinds::{self, Kind};
use super::resources::{Naming, Resource};
use super::scope::Scope;
use super::tree::{Node, Value};
use stack::ACCOUNT;

const PSEUDO_PARAMETERS: &[&str] = &[
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The sentence: <https://github.com/aws-cloudformation/cfn-lint/pull/1430>.
const VARIABLE_NAMES: &str = "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, \
                              periods, and colons; write ${!…} for a text that is to stay as it is";

/// The API that SAM makes for events that name none.
pub(super) const IMPLICIT_API: &str = "ServerlessRestApi";

/// An attribute that a function asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attribute<'n> {
    pub(super) name: &'n str,
    /// Whether `Fn::Sub` asks for it, and not `Fn::GetAtt`.
    pub(super) in_text: bool,
}

/// A resource that exists, under the name that AWS knows it by.
pub(super) struct Existing {
    pub(super) kind: &'static Kind,
    pub(super) name: String,
}

/// What CloudFormation says of a name that is not in the template.
pub(super) fn unresolved_dependency(name: &str, place: &str) -> String {
    let block = if place.starts_with("Outputs") { "Outputs" } else { "Resources" };
    format!("Template format error: Unresolved resource dependencies [{name}] in the {block} block of the template")
}

impl Scope<'_> {
    /// What `Ref` gives.
    pub(super) fn reference(&self, name: &str, position: Position, place: &str) -> Option<Node> {
        if let Some(parameter) = self.parameters.get(name) {
            return Some(parameter.at(position));
        }
        if name == "AWS::NoValue" {
            return None;
        }
        if name.starts_with("AWS::") {
            return self.pseudo_parameter(name, position, place);
        }
        if self.resources.naming != Naming::Local {
            return self.foreseen(name, None, position, place);
        }
        if let Some((id, part)) = name.split_once('.') {
            return self.referable(id, part, position, place);
        }
        if let Some(made) = self.expanded.made(name).and_then(|made| self.made(name, made)) {
            return Some(Node::string(made, position));
        }
        let Some(existing) = self.existing(name, None, position, place) else {
            return Some(Node { value: Value::Unresolved, position });
        };
        Some(Node::string(existing.kind.reference(&existing.name), position))
    }

    /// SAM's way to name what it makes: `!Ref BoardApi.Stage`. An attribute of anything else is asked for by `GetAtt`.
    fn referable(&self, id: &str, part: &str, position: Position, place: &str) -> Option<Node> {
        let made = match part {
            "Stage" => self.expanded.made_of(id, "AWS::ApiGateway::Stage"),
            "Deployment" => self.expanded.made_of(id, "AWS::ApiGateway::Deployment"),
            _ => None,
        };
        let of_api = self.resources.get(id).is_none_or(|resource| resource.kind == "AWS::Serverless::Api");
        if let Some(value) = made.filter(|_| of_api).and_then(|made| self.made(made, self.expanded.made(made)?)) {
            return Some(Node::string(value, position));
        }
        if part == "Stage" && self.resources.get(id).is_some_and(|resource| resource.kind == "AWS::Serverless::Api") {
            // SAM has refused the template; what else is wrong with it is reported all the same.
            return Some(Node::string(self.stage_name(id), position));
        }
        let name = format!("{id}.{part}");
        let message = format!("{}; an attribute is asked for with !GetAtt {name}", unresolved_dependency(&name, place));
        self.unresolved(position, place, message)
    }

    /// What `Ref` gives for a resource that SAM makes, as far as a template needs it.
    fn made(&self, id: &str, made: &Node) -> Option<String> {
        match made.get("Type").and_then(Node::text)? {
            "AWS::ApiGateway::Stage" => {
                let stage = made.get("Properties")?.get("StageName")?;
                self.resolve(stage, &format!("{id}.Properties.StageName"))?.text().map(str::to_string)
            }
            "AWS::ApiGateway::Deployment" => Some(kinds::deployment_id(id)),
            "AWS::Lambda::Permission" => Some(format!("{}-{id}", self.options.stack_name)),
            "AWS::Lambda::EventSourceMapping" => self.mapping_uuid(made.get("Properties")?, id),
            _ => None,
        }
    }

    /// The id of an event source mapping with these properties: whose stream, for which function. What is wrong with them is reported
    /// where they stand.
    fn mapping_uuid(&self, properties: &Node, id: &str) -> Option<String> {
        let text = |name: &str| {
            let value = self.resolve(properties.get(name)?, &format!("{id}.Properties.{name}"))?;
            value.text().map(str::to_string)
        };
        let (stream, function) = (text("EventSourceArn")?, text("FunctionName")?);
        Some(kinds::mapping_uuid(stream.split_once(":table/")?.1.split('/').next()?, function.rsplit(':').next()?))
    }

    fn pseudo_parameter(&self, name: &str, position: Position, place: &str) -> Option<Node> {
        let stack = &self.options.stack_name;
        let value = match name {
            "AWS::AccountId" => ACCOUNT.to_string(),
            "AWS::Partition" => "aws".to_string(),
            "AWS::Region" => self.options.region.clone(),
            "AWS::StackName" => stack.clone(),
            "AWS::NotificationARNs" => {
                let message =
                    "the local cloud has no notifications of a deployment, and so no topics for them; leave them out";
                return self.lacking(position, place, message);
            }
            "AWS::URLSuffix" => "amazonaws.com".to_string(),
            "AWS::StackId" => self.options.stack_id(),
            _ => {
                let known = suggestion(name, PSEUDO_PARAMETERS.iter().copied());
                let message = format!("{}; {known}", unresolved_dependency(name, place));
                return self.unresolved(position, place, message);
            }
        };
        Some(Node::string(value, position))
    }

    /// What `Fn::GetAtt` gives, in both its forms: `Table.Arn` and `[Table, Arn]`. Only the attribute may be worked out.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html>
    pub(super) fn get_att(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        const ARGUMENTS: &str = "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the \
                                 resource attribute; write Table.Arn";
        let attribute = match &argument.value {
            Value::Sequence(parts) if parts.len() == 2 => self.resolve(&parts[1], place)?,
            _ => argument.clone(),
        };
        if attribute.value == Value::Unresolved {
            return Some(Node { value: Value::Unresolved, position });
        }
        let asked = match &argument.value {
            Value::Sequence(parts) => parts.first().and_then(Node::text).zip(attribute.text()),
            _ => attribute.text().and_then(|path| path.split_once('.')),
        };
        match asked.filter(|(id, name)| !id.is_empty() && !name.is_empty()) {
            Some((id, name)) => self.attribute(id, Attribute { name, in_text: false }, position, place),
            None => self.unresolved(position, place, ARGUMENTS),
        }
    }

    fn attribute(&self, id: &str, asked: Attribute<'_>, position: Position, place: &str) -> Option<Node> {
        if self.resources.naming != Naming::Local {
            return self.foreseen(id, Some(asked), position, place);
        }
        let Some(Existing { kind, name }) = self.existing(id, Some(asked), position, place) else {
            return Some(Node { value: Value::Unresolved, position });
        };
        let attribute = asked.name;
        if kind.name == "AWS::Serverless::Api" && attribute == "Stage" {
            return Some(Node::string(self.stage_name(id), position));
        }
        let resource = self.resources.get(id);
        let of = resource.map_or(kind.name, |of| of.kind.as_str());
        if !self.has_attribute(id, of, attribute, position, place) {
            return Some(Node { value: Value::Unresolved, position });
        }
        if let Some(value) = kind.attribute(&name, attribute, &self.options.addresses) {
            return Some(Node::string(value, position));
        }
        if let Some(value) = resource.and_then(|of| self.given_property(of, attribute)) {
            return Some(value);
        }
        let message = format!(
            "AWS has the attribute {attribute} of {id} ({}), and the local cloud has not; {}",
            kind.name,
            suggestion(attribute, kind.attributes.iter().copied())
        );
        self.lacking(position, place, message)
    }

    /// The stage of the API `id`; SAM calls that of the implicit API `Prod`.
    pub(super) fn stage_name(&self, id: &str) -> String {
        let stage = self.resources.get(id).and_then(|api| api.properties.get("StageName"));
        let stage = stage.and_then(|stage| self.resolve(stage, &format!("{id}.Properties.StageName")));
        stage.as_ref().and_then(Node::text).unwrap_or("Prod").to_string()
    }

    /// The resource `id`, which a reference names, or one with an `attribute` of it; `None` after it was reported that there is none.
    fn existing(
        &self,
        id: &str,
        attribute: Option<Attribute<'_>>,
        position: Position,
        place: &str,
    ) -> Option<Existing> {
        if let Some(resource) = self.resources.get(id) {
            return Some(self.existing_resource(resource));
        }
        if let Some(generated) = self.generated(id) {
            return Some(generated);
        }
        self.report_missing(id, attribute, position, place);
        None
    }

    /// `resource` with its name: the one that the template gives, or the one that its type makes.
    pub(super) fn existing_resource(&self, resource: &Resource) -> Existing {
        let stack = &self.options.stack_name;
        let Some(kind) = kinds::kind(&resource.kind) else {
            return Existing { kind: &kinds::OVERLOOKED, name: kinds::id(&resource.kind, stack, &resource.id) };
        };
        if let Some(name) = self.names.borrow().get(&resource.id) {
            return Existing { kind, name: name.clone() };
        }
        let name = match kind.name_property {
            Some(property) => {
                let given = resource.properties.get(property);
                let given = given.and_then(|node| self.resolve(node, &format!("{}.{property}", resource.place())));
                given
                    .as_ref()
                    .and_then(Node::text)
                    .map_or_else(|| kind.default_name(stack, &resource.id) + self.suffix(resource), str::to_string)
            }
            None => {
                let is_mapping = kind.name == "AWS::Lambda::EventSourceMapping";
                let uuid = is_mapping.then(|| self.mapping_uuid(&resource.properties, &resource.id)).flatten();
                uuid.unwrap_or_else(|| kinds::id(kind.name, stack, &resource.id))
            }
        };
        self.names.borrow_mut().insert(resource.id.clone(), name.clone());
        Existing { kind, name }
    }

    /// How a name ends that the template leaves out: those of FIFO queues and topics say so.
    fn suffix(&self, resource: &Resource) -> &'static str {
        let is_fifo = ["FifoQueue", "FifoTopic"].iter().any(|property| {
            let given = resource.properties.get(property);
            let given = given.and_then(|node| self.resolve(node, &format!("{}.{property}", resource.place())));
            given.as_ref().and_then(Node::text) == Some("true")
        });
        if is_fifo { ".fifo" } else { "" }
    }

    /// What SAM makes and a template may refer to: a function's role, the implicit API.
    fn generated(&self, id: &str) -> Option<Existing> {
        let stack = &self.options.stack_name;
        if id == IMPLICIT_API && self.resources.present.iter().any(Resource::needs_implicit_api) {
            let kind = kinds::kind("AWS::Serverless::Api")?;
            return Some(Existing { kind, name: kinds::id(kind.name, stack, id) });
        }
        let function = self.resources.get(id.strip_suffix("Role")?)?;
        if function.kind != "AWS::Serverless::Function" || function.properties.get("Role").is_some() {
            return None;
        }
        let kind = kinds::kind("AWS::IAM::Role")?;
        Some(Existing { kind, name: kind.default_name(stack, id) })
    }

    /// What `${name}` gives: a reference, or an attribute, or what SAM makes.
    fn named_in_text(&self, name: &str, position: Position, place: &str) -> Option<Node> {
        match name.split_once('.') {
            Some((id, "Stage" | "Deployment")) if self.expanded.made_of(id, "AWS::ApiGateway::Stage").is_some() => {
                self.reference(name, position, place)
            }
            Some((id, attribute)) if !self.parameters.contains_key(name) => {
                self.attribute(id, Attribute { name: attribute, in_text: true }, position, place)
            }
            _ => self.reference(name, position, place),
        }
    }

    /// What `Fn::Sub` gives: `${Name}`, `${Resource.Attribute}`, `${!Literal}`, and its own variables in the long form.
    pub(super) fn sub(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        const ARGUMENTS: &str = "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as \
                                 first argument, and an optional second argument to specify a mapping of values to replace in the string";
        let empty = Node { value: Value::Mapping(Vec::new()), position };
        let (text, variables) = match &argument.value {
            Value::Scalar { text, .. } => (text.as_str(), &empty),
            Value::Sequence(items) => match items.as_slice() {
                [text, variables] if text.text().is_some() => (text.text().unwrap_or_default(), variables),
                _ => return self.unresolved(position, place, ARGUMENTS),
            },
            _ => return self.unresolved(position, place, ARGUMENTS),
        };
        let mut result = String::new();
        let mut rest = text;
        let mut complete = true;
        let mut used = BTreeSet::new();
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let Some((name, next)) = after.split_once('}') else {
                return self.unresolved(position, place, format!("a `}}` is missing after `${{{after}`"));
            };
            rest = next;
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str(&format!("${{{literal}}}"));
                continue;
            }
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_.:".contains(c)) {
                return self.unresolved(position, place, VARIABLE_NAMES);
            }
            let value = match variables.get(name) {
                Some(variable) => {
                    used.insert(name);
                    self.resolve(variable, place)
                }
                None => self.named_in_text(name, position, place),
            };
            match value.as_ref().map(|node| (&node.value, node.text())) {
                Some((_, Some(text))) => {
                    if !self.fits(result.len() + text.len(), position, place) {
                        return Some(Node { value: Value::Unresolved, position });
                    }
                    result.push_str(text);
                }
                Some((Value::Sequence(_) | Value::Mapping(_), _)) => {
                    complete = false;
                    self.report(
                        position,
                        place,
                        format!("${{{name}}} is not a single value, so it cannot be part of a text"),
                    );
                }
                Some(_) => complete = false,
                None => {
                    complete = false;
                    self.report(
                        position,
                        place,
                        format!("${{{name}}} is AWS::NoValue, which cannot be part of a text"),
                    );
                }
            }
        }
        result.push_str(rest);
        // What a variable refers to must be there, whether or not the text has the variable.
        for (_, unused) in variables.entries().iter().filter(|(key, _)| !used.contains(key.name.as_str())) {
            self.resolve(unused, place);
        }
        Some(self.computed(complete.then_some(result), position))
    }
}
