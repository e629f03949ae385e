//! `Api` events: a method of a REST API that invokes the function.

use super::{Event, EventType};
use crate::sam::Transform;
use crate::sam::definition::{Definition, method_name, security, skeleton, starred};
use crate::sam::error::{Refusal, Sam};
use crate::sam::function::Target;
use crate::sam::implicit_api::{MANAGED, api_id};
use crate::sam::intrinsics::{is_function, sub, sub_with};
use crate::sam::properties::{SamType, Shape, optional, required};
use crate::sam::resource::Made;
use crate::sam::resource_policy;
use crate::sam::role::Role;
use crate::sam::value::Of;
use crate::tree::{Node, list, map};

pub(super) const TYPES: &[EventType] = &[EventType {
    of: SamType {
        name: "Api",
        properties: &[
            required("Path", Shape::Text),
            required("Method", Shape::Text),
            required("RestApiId", Shape::Text),
            optional("Stage", Shape::Text),
            optional("Auth", Shape::Map),
            optional("RequestModel", Shape::Map),
            optional("RequestParameters", Shape::List),
            optional("TimeoutInMillis", Shape::Integer),
            optional("ResponseTransferMode", Shape::Text),
        ],
        common: &[],
    },
    linked: |event, resources| api(event, resources).map(drop),
    make: method,
}];

const PRINCIPAL: &str = "apigateway.amazonaws.com";

/// The event's API: its logical id, its properties, and the word for its stage in ids.
fn api<'e>(event: &'e Event<'_>, resources: &Node) -> Sam<(&'e str, Node, String)> {
    let id = event.given("RestApiId").map(api_id);
    let message = "RestApiId property of Api event must reference a valid resource in the same template.";
    let Some((id, api)) = id.and_then(Node::str).and_then(|id| Some((id, resources.get(id)?))) else {
        return event.refuse(message);
    };
    if !api.is_mapping() {
        return event.refuse(message);
    }
    let empty = map! {};
    let properties = Of::Attribute(id).map(api.get("Properties").unwrap_or(&empty), "Properties")?;
    let stage = match properties.get("StageName").and_then(Node::str) {
        Some("") => return Refusal::resource(id, "StageName cannot be empty."),
        Some(stage) => stage.to_string(),
        None => "Stage".to_string(),
    };
    Ok((id, properties.clone(), stage))
}

/// One method of the API, as it is written.
struct Method<'m> {
    event: &'m Event<'m>,
    api: &'m Node,
    api_id: &'m str,
    path: &'m str,
    method: &'m str,
    stage: &'m Node,
}

fn method(event: &mut Event<'_>, target: &Target, _: &mut Role, transform: &mut Transform) -> Sam<Vec<Made>> {
    let (id, properties, stage) = api(event, transform.resources())?;
    let path = event.of().text(event.given("Path"), "Path")?;
    let name = event.of().text(event.given("Method"), "Method")?.to_lowercase();
    let permission = permitted(event, target, path, &name, &stage, transform.partition);
    let stage: Node = stage.into();
    let method = Method { event, api: &properties, api_id: id, path, method: &name, stage: &stage };
    let managed = properties.truth(MANAGED).is_some();
    let merged = properties.truth("MergeDefinitions").is_some();
    let mut body = properties.given("DefinitionBody").cloned();
    if let Some(given) = body.as_mut().filter(|_| managed || merged) {
        *given = method.integrated(given, target, merged, transform)?;
    }
    if let Some(given) = body.as_mut().filter(|body| body.truthy()) {
        *given = method.overridden(given, transform)?;
    }
    if let Some(body) = body
        && let Some(api) = transform.resource_mut(id).and_then(|api| api.get_mut("Properties"))
    {
        api.set("DefinitionBody", body);
    }
    Ok(vec![permission])
}

/// Lets the API invoke the function by this method, on every stage.
fn permitted(event: &Event<'_>, target: &Target, path: &str, method: &str, stage: &str, partition: &str) -> Made {
    let path = if path.len() > 1 { path.strip_suffix('/').unwrap_or(path) } else { path };
    let method = if method == "any" { "*".to_string() } else { method.to_uppercase() };
    let arn = format!(
        "arn:{partition}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/${{__Stage__}}/{method}{}",
        starred(path)
    );
    let api = event.given("RestApiId").cloned().unwrap_or_else(|| "".into());
    let mut permission = event.permission(target, PRINCIPAL, stage);
    permission.set("SourceArn", sub_with(arn, map! { "__ApiId__" => api, "__Stage__" => "*" }));
    permission
}

impl Method<'_> {
    /// `body` with this method in it.
    fn integrated(&self, body: &Node, target: &Target, merged: bool, transform: &Transform) -> Sam<Node> {
        let mut definition = Definition::of(&if merged { skeleton() } else { body.clone() })?;
        if definition.has_integration(self.path, self.method)? {
            let message = format!("API method \"{}\" defined multiple times for path \"{}\".", self.method, self.path);
            return self.event.refuse(message);
        }
        let empty = map! {};
        let auth = self.event.truth("Auth").unwrap_or(&empty);
        self.event.of().map(auth, "Auth")?;
        let api_auth = self.api.truth("Auth").unwrap_or(&empty);
        Of::Resource(self.api_id).map(api_auth, "Auth")?;
        let condition = target.attributes.condition();
        let integration = self.integration(target, auth, api_auth, condition, transform.partition);
        definition.add_lambda_integration(self.path, self.method, &integration, condition)?;
        if auth.truthy() {
            self.authorize(auth, &mut definition, transform)?;
        }
        if let Some(timeout) = self.event.truth("TimeoutInMillis") {
            definition.each_method(self.path, self.method, |method| {
                if let Some(integration) = method.get_mut(crate::sam::definition::INTEGRATION) {
                    integration.set("timeoutInMillis", timeout);
                }
                Ok(())
            })?;
        }
        if let Some(model) = self.event.truth("RequestModel") {
            self.model(model, &mut definition)?;
        }
        if let Some(parameters) = self.event.truth("RequestParameters") {
            let parameters = self.parameters(parameters)?;
            definition.add_parameters(self.path, self.method, &parameters)?;
        }
        let definition = definition.into_node();
        if merged { self.merged(body, &definition) } else { Ok(definition) }
    }

    fn integration(
        &self,
        target: &Target,
        auth: &Node,
        api_auth: &Node,
        condition: Option<&str>,
        partition: &str,
    ) -> Node {
        let stream = self.event.given("ResponseTransferMode").and_then(Node::str) == Some("RESPONSE_STREAM");
        let (version, call) = match stream {
            true => ("2021-11-15", "response-streaming-invocations"),
            false => ("2015-03-31", "invocations"),
        };
        let arn = target.arn_in_text();
        let uri =
            sub(format!("arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/{version}/functions/{arn}/{call}"));
        let uri = match condition {
            Some(condition) => crate::sam::intrinsics::conditional(condition, uri, None),
            None => uri,
        };
        let mut integration = map! { "type" => "aws_proxy", "httpMethod" => "POST", "uri" => uri };
        if stream {
            integration.set("responseTransferMode", "STREAM");
        }
        let is_iam = |auth: &Node, name| auth.get(name).and_then(Node::str) == Some("AWS_IAM");
        if is_iam(auth, "Authorizer") || (is_iam(api_auth, "DefaultAuthorizer") && !auth.truthy()) {
            // `InvokeRole: NONE` and an empty one both mean that the API invokes the function by itself.
            let role = |auth: &Node| match (auth.truth("InvokeRole"), auth.has("InvokeRole")) {
                (Some(role), _) => Some(role.clone()),
                (None, true) => Some("NONE".into()),
                (None, false) => None,
            };
            let role = role(auth).or_else(|| role(api_auth));
            let caller = || format!("arn:{partition}:iam::*:user/*").into();
            let credentials = match &role {
                Some(role) if role.str() == Some("CALLER_CREDENTIALS") => caller(),
                Some(role) => role.clone(),
                None => caller(),
            };
            if credentials.str() != Some("NONE") {
                integration.set("credentials", credentials);
            }
        }
        integration
    }

    /// A definition whose event overrides what the API says of authorization.
    fn overridden(&self, body: &Node, transform: &Transform) -> Sam<Node> {
        let auth = self.event.truth("Auth").filter(|auth| auth.truth("OverrideApiAuth").is_some());
        let Some(auth) = auth else { return Ok(body.clone()) };
        if !["Authorizer", "ApiKeyRequired", "ResourcePolicy"].iter().any(|name| auth.truth(name).is_some()) {
            return self.event.refuse(
                "Must define one of: Authorizer, ApiKeyRequired or ResourcePolicy when using the OverrideApiAuth property.",
            );
        }
        let mut definition = Definition::of(body)?;
        self.authorize(auth, &mut definition, transform)?;
        Ok(definition.into_node())
    }

    fn place(&self) -> String {
        format!("API method [{}] for path [{}]", self.method, self.path)
    }

    /// Says who may call the method.
    fn authorize(&self, auth: &Node, definition: &mut Definition, transform: &Transform) -> Sam<()> {
        let of_api = match self.api.given("Auth") {
            Some(auth) => transform.parameters.resolved(auth)?,
            None => map! {},
        };
        let authorizer = auth.truth("Authorizer");
        if let Some(authorizer) = authorizer {
            self.check_authorizer(authorizer, &of_api)?;
        }
        let scopes = auth.truth("AuthorizationScopes");
        if let Some(scopes) = scopes {
            self.event.of().list(scopes, "Auth.AuthorizationScopes")?;
            if authorizer.is_none() {
                return self.event.refuse("AuthorizationScopes works only when Authorizer is set");
            }
        }
        let key = auth.given("ApiKeyRequired");
        if key.is_some_and(|key| !key.truthy()) && of_api.truth("ApiKeyRequired").is_none() {
            let message = format!(
                "Unable to set ApiKeyRequired [False] on {} because the related API does not specify any ApiKeyRequired.",
                self.place()
            );
            return self.event.refuse(message);
        }
        if let Some(authorizer) = authorizer {
            self.set_authorizer(&authorizer.display(), auth, definition)?;
        }
        if let Some(key) = key {
            if key.truthy() {
                definition.add_api_key()?;
            }
            let name = if key.truthy() { "api_key" } else { "api_key_false" };
            self.add_security(map! { name => list![] }, definition)?;
        }
        if let Some(policy) = auth.truth("ResourcePolicy") {
            Of::Resource(self.event.key).map(policy, "Auth.ResourcePolicy")?;
            resource_policy::add(definition, policy, self.path, self.stage)?;
            if let Some(statements) = policy.truth("CustomStatements") {
                resource_policy::add_statements(definition, statements);
            }
        }
        Ok(())
    }

    fn check_authorizer(&self, authorizer: &Node, of_api: &Node) -> Sam<()> {
        let authorizers = of_api.truth("Authorizers");
        if let Some(authorizers) = authorizers {
            Of::Resource(self.api_id).map(authorizers, "Auth.Authorizers")?;
        }
        let (name, place) = (authorizer.display(), self.place());
        if name == "AWS_IAM" {
            return Ok(());
        }
        let refuse = |reason: &str| self.event.refuse(format!("Unable to set Authorizer [{name}] on {place}{reason}"));
        if name == "NONE" {
            if of_api.truth("DefaultAuthorizer").is_none() {
                let message = format!(
                    "Unable to set Authorizer on {place} because 'NONE' is only a valid value when a DefaultAuthorizer on the API \
                     is specified."
                );
                return self.event.refuse(message);
            }
            return Ok(());
        }
        let Some(authorizers) = authorizers else {
            return refuse(" because the related API does not define any Authorizers.");
        };
        if authorizer.str().is_none() {
            return refuse(
                ". The method authorizer must be a string with a corresponding dict entry in the api authorizer.",
            );
        }
        if authorizers.truth(&name).is_none() {
            return refuse(" because it wasn't defined in the API's Authorizers.");
        }
        Ok(())
    }

    fn set_authorizer(&self, name: &str, auth: &Node, definition: &mut Definition) -> Sam<()> {
        let authorizers = self.api.given("Auth").and_then(|auth| auth.truth("Authorizers"));
        let mut scopes = list![];
        if let Some(authorizers) = authorizers.filter(|_| name != "NONE") {
            let authorizer = authorizers.get(name);
            if authorizer.is_some_and(|authorizer| !authorizer.is_mapping()) {
                return Refusal::document(format!("Type of authorizer '{name}' must be a dictionary"));
            }
            let of_authorizer = authorizer.and_then(|authorizer| authorizer.given("AuthorizationScopes"));
            if let (Some(chosen), Some(_)) = (auth.given("AuthorizationScopes").or(of_authorizer), authorizer) {
                scopes = chosen.clone();
            }
        }
        self.add_security(map! { name => scopes }, definition)
    }

    fn add_security(&self, entry: Node, definition: &mut Definition) -> Sam<()> {
        let mut iam = false;
        definition.each_method(self.path, self.method, |method| {
            let mut all = security(method, self.path, self.method)?;
            all.push(entry.clone());
            iam = iam || all.first().is_some_and(|first| first.has("AWS_IAM"));
            method.set("security", all);
            Ok(())
        })?;
        if iam { definition.add_iam() } else { Ok(()) }
    }

    fn model(&self, request: &Node, definition: &mut Definition) -> Sam<()> {
        self.event.of().map(request, "RequestModel")?;
        let Some(model) = request.truth("Model") else { return Ok(()) };
        let place = self.place();
        let refuse = |reason: &str| {
            self.event.refuse(format!("Unable to set RequestModel [{}] on {place} {reason}", model.display()))
        };
        let Some(models) = self.api.truth("Models") else {
            return refuse("because the related API does not define any Models.");
        };
        if !is_function(models) && !models.is_mapping() {
            return refuse("because the related API Models defined is of invalid type.");
        }
        let Some(name) = model.str() else {
            return refuse("because the related API does not contain valid Models.");
        };
        if models.truth(name).is_none() {
            return refuse("because it wasn't defined in the API's Models.");
        }
        definition.add_request_model(self.path, self.method, name, request.given("Required"))?;
        let (body, parameters) = (request.given("ValidateBody"), request.given("ValidateParameters"));
        if body.is_none() && parameters.is_none() {
            return Ok(());
        }
        let flag = |value: Option<&Node>| value.map_or(Some(false), Node::boolean);
        let (Some(body), Some(parameters)) = (flag(body), flag(parameters)) else {
            let message = format!(
                "Unable to set Validator to RequestModel [{name}] on {place} ValidateBody and ValidateParameters must be a boolean \
                 type, strings or intrinsics are not supported."
            );
            return self.event.refuse(message);
        };
        definition.add_validator(self.path, self.method, body, parameters)
    }

    fn parameters(&self, parameters: &Node) -> Sam<Vec<(String, Node, Node)>> {
        let refuse =
            |reason: &str| self.event.refuse(format!("Invalid value for 'RequestParameters' property. {reason}"));
        let no_key = "Keys must be in the format 'method.request.[querystring|path|header].{value}', e.g \
                      'method.request.header.Authorization'.";
        // Of a parameter's text SAM takes the letters for keys, of a function its name.
        if parameters.str().is_some() || parameters.is_mapping() {
            return refuse(no_key);
        }
        let mut all = Vec::new();
        for parameter in parameters.items() {
            let (name, settings) = match (parameter.str(), parameter.entries().first()) {
                (Some(name), _) => (name, None),
                (None, Some((key, value))) => (key.name.as_str(), Some(value)),
                _ => return refuse("Property must be either a string or an object"),
            };
            let known = ["querystring.", "path.", "header."];
            let location = name.strip_prefix("method.request.");
            if !location.is_some_and(|location| known.iter().any(|known| location.starts_with(known))) {
                return refuse(no_key);
            }
            let well = |settings: &Node| {
                settings.is_mapping() && settings.names().all(|name| matches!(name, "Required" | "Caching"))
            };
            if settings.is_some_and(|settings| !well(settings)) {
                return refuse("Values must be an object, e.g { Required: true, Caching: false }");
            }
            let setting =
                |name| settings.and_then(|settings| settings.get(name)).cloned().unwrap_or_else(|| false.into());
            all.push((name.to_string(), setting("Required"), setting("Caching")));
        }
        Ok(all)
    }

    /// The reader's own definition with what SAM made for the method over it.
    fn merged(&self, body: &Node, made: &Node) -> Sam<Node> {
        let mut body = body.clone();
        let of = |node: &Node, what: &str| {
            if node.is_mapping() {
                return Ok(());
            }
            let what = if what.is_empty() {
                "It should be a map".to_string()
            } else {
                format!("The value of '{what}' should be a map")
            };
            Refusal::resource(self.api_id, format!("Property 'DefinitionBody' is invalid: {what}"))
        };
        let empty = map! {};
        let paths = body.truth("paths").unwrap_or(&empty);
        of(paths, "")?;
        let mut method = map! {};
        if let Some(item) = paths.given(self.path) {
            of(item, self.path)?;
            if let Some(own) = item.truth(self.method) {
                let path = format!("DefinitionBody.paths.{}.{}", self.path, self.method);
                Of::Resource(self.api_id).map(own, &path)?;
                method = own.clone();
            }
        }
        let of_sam = made.get("paths").and_then(|paths| paths.get(self.path)?.get(&method_name(self.method)));
        for (key, value) in of_sam.map(Node::entries).unwrap_or_default() {
            method.set(&key.name, value);
        }
        // SAM adds to paths that are there, and lets what it makes go where there are none.
        if let Some(paths) = body.get_mut("paths").filter(|paths| paths.truthy())
            && let Some(item) = paths.entry(self.path, || map! {})
        {
            item.set(self.method, method);
        }
        Ok(body)
    }
}
