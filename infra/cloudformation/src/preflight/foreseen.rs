//! What `Ref` and `Fn::GetAtt` will give for a resource of any type, as far as that can be foreseen.
//!
//! Policies and permissions name resources by what these two give, so judging them before anything is made needs names that agree with
//! each other. Names and ids that AWS draws are made up as in a local cloud. What nobody can foresee stays unknown, and nothing is
//! judged by it.

use crate::finding::{Position, suggestion};
use crate::kinds;
use crate::references::{Attribute, unresolved_dependency};
use crate::resources::{Naming, Resource};
use crate::schema;
use crate::scope::Scope;
use crate::tree::{Node, Value};
use stack::{ACCOUNT, REGION, api_domain_name};

impl Scope<'_> {
    /// What `Ref` gives for the resource `id`, or what `Fn::GetAtt` gives for its `attribute`.
    pub(crate) fn foreseen(
        &self,
        id: &str,
        attribute: Option<Attribute<'_>>,
        position: Position,
        place: &str,
    ) -> Option<Node> {
        let unknown = Some(Node { value: Value::Unresolved, position });
        let Some(resource) = self.resources.get(id) else {
            self.report_missing(id, attribute, position, place);
            return unknown;
        };
        let attribute = attribute.map(|attribute| attribute.name);
        if let Some(attribute) = attribute
            && !self.has_attribute(&resource.id, &resource.kind, attribute, position, place)
        {
            return unknown;
        }
        if self.resources.naming == Naming::Unknown {
            return unknown;
        }
        match self.value(resource, attribute) {
            Some(value) => Some(Node::string(value.replace(REGION, &self.options.region), position)),
            None => unknown,
        }
    }

    /// Reports that a reference to `id`, or to an `attribute` of it, leads nowhere. The sentences of those that ask for an attribute:
    /// <https://github.com/awslabs/aws-api-gateway-developer-portal/issues/216>,
    /// <https://github.com/sid88in/serverless-appsync-plugin/issues/134>.
    pub(crate) fn report_missing(&self, id: &str, attribute: Option<Attribute<'_>>, position: Position, place: &str) {
        let is_absent = self.resources.absent.iter().any(|absent| absent == id);
        let sentence = match attribute {
            _ if place.starts_with("Conditions") => format!(
                "Template format error: Unresolved dependencies [{id}]. Cannot reference resources in the Conditions block of the template"
            ),
            Some(Attribute { name, in_text: true }) if !is_absent => {
                format!("Template error: instance of Fn::Sub references invalid resource attribute {id}.{name}")
            }
            Some(_) if !is_absent => {
                format!("Template error: instance of Fn::GetAtt references undefined resource {id}")
            }
            _ => unresolved_dependency(id, place),
        };
        if self.resources.unread.iter().any(|unread| unread == id) {
            return;
        }
        if self.is_made_elsewhere(id) {
            return self.lack_made_elsewhere(id, position, place);
        }
        let of_name = |name: &str| self.resources.get(name).is_some();
        let repair = match id.split_once('.') {
            Some((name, _)) if of_name(name) => format!("an attribute is asked for with !GetAtt {id}"),
            _ if attribute.is_some() && self.parameters.contains_key(id) => {
                format!("{id} is a parameter, which has no attributes; write !Ref {id}")
            }
            _ if is_absent => {
                let repair = "its condition does not hold; refer to it under the same condition, with Fn::If";
                // A condition that nobody can work out counts as one that does not hold.
                return match self.parameters.values().any(|value| value.at(position).value == Value::Unresolved) {
                    true => self.findings.lack(position, place, format!("{id} may not be there; {repair}")),
                    false => self.report(position, place, format!("{sentence}; {repair}")),
                };
            }
            _ => {
                let resources = self.resources.present.iter().map(|resource| resource.id.as_str());
                let parameters = self.parameters.keys().map(String::as_str).filter(|_| attribute.is_none());
                suggestion(id, resources.chain(parameters))
            }
        };
        self.report(position, place, format!("{sentence}; {repair}"));
    }

    /// Whether AWS's transform may make `id` of a resource that this one leaves as it is.
    pub(crate) fn is_made_elsewhere(&self, id: &str) -> bool {
        let naming = self.resources.naming;
        let mut left = self.resources.present.iter().filter(|resource| resource.is_left_by_transform(naming));
        left.any(|resource| id.starts_with(&resource.id))
    }

    /// Lists a reference to something of the kind.
    pub(crate) fn lack_made_elsewhere(&self, id: &str, position: Position, place: &str) {
        let message = format!("whether there is a resource called {id}, which AWS's transform may make");
        self.findings.lack(position, place, message);
    }

    /// Whether the resource `id` of the type `kind` has the attribute; if not, that is reported. Nothing is said of types without facts.
    pub(crate) fn has_attribute(&self, id: &str, kind: &str, attribute: &str, position: Position, place: &str) -> bool {
        let Some(attributes) = schema::attributes(kinds::made_of(kind)) else { return true };
        let of_kind = kinds::kind(kind).map_or(&[][..], |kind| kind.attributes);
        if !attributes.has(attribute) && !of_kind.contains(&attribute) {
            let known = attributes.names.iter().map(String::as_str).chain(of_kind.iter().copied());
            let message = format!(
                "Template error: resource {id} does not support attribute type {attribute} in Fn::GetAtt; {}",
                suggestion(attribute, known)
            );
            self.report(position, place, message);
            return false;
        }
        let is_streamed =
            self.resources.get(id).is_some_and(|table| table.properties.get("StreamSpecification").is_some());
        if kind == "AWS::DynamoDB::Table" && attribute == "StreamArn" && !is_streamed {
            let message = format!("{id} has no stream, so there is no StreamArn; add StreamSpecification to the table");
            self.report(position, place, message);
            return false;
        }
        true
    }

    /// What the template gives as the property that `GetAtt` asks for, of a type whose properties it can be asked for.
    pub(crate) fn given_property(&self, resource: &Resource, name: &str) -> Option<Node> {
        let attributes = schema::attributes(kinds::made_of(&resource.kind))?;
        let given = resource.properties.get(name).filter(|_| attributes.is_property(name))?;
        self.resolve(given, &format!("{}.{name}", resource.place()))
    }

    fn value(&self, resource: &Resource, attribute: Option<&str>) -> Option<String> {
        if let Some(kind) = kinds::kind(&resource.kind) {
            let name = self.existing_resource(resource).name;
            let value = match attribute {
                None => Some(kind.reference(&name)),
                Some(attribute) => kind.attribute(&name, attribute, &self.options.addresses),
            };
            if value.is_some() {
                return value;
            }
        }
        let stack = &self.options.stack_name;
        let property = |name: &str| {
            let node = resource.properties.get(name)?;
            self.resolve(node, &resource.place())?.text().map(str::to_string)
        };
        let named = |name: &str| property(name).unwrap_or_else(|| format!("{stack}-{}", resource.id));
        let drawn = |count: usize| drawn(stack, &resource.id, count);
        let arn = |service: &str, rest: String| format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}");
        let value = match (resource.kind.as_str(), attribute) {
            ("AWS::Lambda::Function", None) => named("FunctionName"),
            ("AWS::Lambda::Function", Some("Arn")) => arn("lambda", format!("function:{}", named("FunctionName"))),
            ("AWS::Lambda::Version", None | Some("FunctionArn")) => {
                format!("{}:1", function_arn(&property("FunctionName")?))
            }
            ("AWS::Lambda::Version", Some("Version")) => "1".to_string(),
            ("AWS::Lambda::Alias", None | Some("AliasArn")) => {
                format!("{}:{}", function_arn(&property("FunctionName")?), property("Name")?)
            }
            ("AWS::ApiGatewayV2::Api", None | Some("ApiId")) => drawn(10),
            ("AWS::ApiGateway::Authorizer", None | Some("AuthorizerId"))
            | ("AWS::ApiGatewayV2::Integration" | "AWS::ApiGatewayV2::Route" | "AWS::ApiGatewayV2::Authorizer", None) => {
                drawn(7)
            }
            ("AWS::ApiGatewayV2::Api", Some("ApiEndpoint")) => {
                format!("https://{}", api_domain_name(&drawn(10)))
            }
            ("AWS::Kinesis::Stream", None) => named("Name"),
            ("AWS::Kinesis::Stream", Some("Arn")) => arn("kinesis", format!("stream/{}", named("Name"))),
            ("AWS::IAM::ManagedPolicy", None | Some("PolicyArn")) => {
                format!("arn:aws:iam::{ACCOUNT}:policy/{}", named("ManagedPolicyName"))
            }
            ("AWS::StepFunctions::StateMachine", None | Some("Arn")) => {
                arn("states", format!("stateMachine:{}", named("StateMachineName")))
            }
            ("AWS::Events::Rule", None) => named("Name"),
            ("AWS::Events::Rule", Some("Arn")) => match property("EventBusName").filter(|bus| bus != "default") {
                Some(bus) => arn("events", format!("rule/{}/{}", bus.rsplit('/').next()?, named("Name"))),
                None => arn("events", format!("rule/{}", named("Name"))),
            },
            ("AWS::Events::EventBus", None | Some("Name")) => named("Name"),
            ("AWS::Events::EventBus", Some("Arn")) => arn("events", format!("event-bus/{}", named("Name"))),
            ("AWS::KMS::Key", None | Some("KeyId")) => kinds::uuid(&drawn(10)),
            ("AWS::KMS::Key", Some("Arn")) => arn("kms", format!("key/{}", kinds::uuid(&drawn(10)))),
            ("AWS::SecretsManager::Secret", None | Some("Id")) => {
                arn("secretsmanager", format!("secret:{}-{}", named("Name"), drawn(6)))
            }
            ("AWS::Cognito::UserPool", None | Some("UserPoolId")) => format!("{REGION}_{}", drawn(9)),
            ("AWS::Cognito::UserPool", Some("Arn")) => arn("cognito-idp", format!("userpool/{REGION}_{}", drawn(9))),
            ("AWS::SSM::Parameter", None) => named("Name"),
            // Whatever it names, it has the form of an ARN, and is the same wherever it is asked for.
            (kind, Some(attribute)) if attribute.ends_with("Arn") => {
                let is_list = schema::attributes(kind).is_some_and(|known| known.is_list(attribute));
                let service = kind.split("::").nth(1)?.to_lowercase();
                (!is_list).then(|| arn(&service, format!("{stack}-{}/{attribute}", resource.id)))?
            }
            (_, Some(attribute)) => self.given_property(resource, attribute)?.text()?.to_string(),
            _ => return None,
        };
        Some(value)
    }
}

/// `count` letters and digits, as AWS draws them for an id of the resource `id`.
pub(super) fn drawn(stack: &str, id: &str, count: usize) -> String {
    kinds::letters(&format!("{stack}/{id}"), count)
}

/// The ARN of a function that is named, or named by its ARN.
fn function_arn(function: &str) -> String {
    if function.starts_with("arn:") { function.to_string() } else { stack::function_arn(function) }
}
