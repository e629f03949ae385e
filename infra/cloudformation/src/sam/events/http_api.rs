//! `HttpApi` events: a route of an HTTP API that invokes the function.

use super::{Event, EventType, alone};
use crate::sam::Transform;
use crate::sam::definition::{ANY_METHOD, DEFAULT_PATH, Definition, INTEGRATION, security, starred};
use crate::sam::error::{Refusal, Sam};
use crate::sam::function::Target;
use crate::sam::implicit_api::{MANAGED, api_id};
use crate::sam::intrinsics::{conditional, sub, sub_with};
use crate::sam::properties::{SamType, Shape, optional};
use crate::sam::resource::Made;
use crate::sam::role::Role;
use crate::sam::value::Of;
use crate::tree::{Node, list, map};

pub(super) const TYPES: &[EventType] = &[EventType {
    of: SamType {
        name: "HttpApi",
        properties: &[
            optional("Path", Shape::Text),
            optional("Method", Shape::Text),
            optional("ApiId", Shape::Text),
            optional("Stage", Shape::Text),
            optional("Auth", Shape::Map),
            optional("TimeoutInMillis", Shape::Integer),
            optional("RouteSettings", Shape::Map),
            optional("PayloadFormatVersion", Shape::Text),
        ],
        common: &[],
    },
    linked: alone,
    make: route,
}];

/// One route, as it is written.
struct HttpRoute<'r> {
    event: &'r Event<'r>,
    api: &'r Node,
    api_id: &'r str,
    path: &'r str,
    method: &'r str,
}

fn route(event: &mut Event<'_>, target: &Target, _: &mut Role, transform: &mut Transform) -> Sam<Vec<Made>> {
    let nothing = map! {};
    let id = event.of().text(event.given("ApiId").map(api_id), "ApiId")?;
    let api = transform.resources().get(id).and_then(|api| api.get("Properties")).unwrap_or(&nothing).clone();
    let path = event.of().text(event.given("Path"), "Path")?;
    let method = event.of().text(event.given("Method"), "Method")?.to_lowercase();
    let route = HttpRoute { event, api: &api, api_id: id, path, method: &method };
    let permission = route.permission(target)?;
    if let Some(body) = api.given("DefinitionBody") {
        let body = route.integrated(body, target)?;
        if let Some(api) = transform.resource_mut(id).and_then(|api| api.get_mut("Properties")) {
            api.set("DefinitionBody", body);
        }
    }
    Ok(permission.into_iter().collect())
}

impl HttpRoute<'_> {
    /// Lets the API invoke the function by this route, unless it may already by the one for everything else.
    fn permission(&self, target: &Target) -> Sam<Option<Made>> {
        let path = if self.path.len() > 1 { self.path.strip_suffix('/').unwrap_or(self.path) } else { self.path };
        let body = self.api.truth("DefinitionBody");
        let mut definition = match body.map(Definition::of_http).transpose() {
            Ok(definition) => definition,
            Err(refusal) => {
                let said: Vec<String> = refusal.causes().into_iter().map(|cause| cause.message).collect();
                return Refusal::resource(self.api_id, said.join(" "));
            }
        };
        let is_default = path == DEFAULT_PATH;
        if let Some(definition) = definition.as_mut().filter(|_| !is_default && target.alias.is_none())
            && definition.default_invokes(&target.function)?
        {
            return Ok(None);
        }
        let path = if is_default { "" } else { path };
        let path = starred(path);
        let method = match self.method {
            "any" | ANY_METHOD => "*".to_string(),
            method => method.to_uppercase(),
        };
        let suffix = match self.method == "any" && path == format!("/{DEFAULT_PATH}") {
            true => path,
            false => format!("/{method}{path}"),
        };
        let arn = format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/${{__Stage__}}{suffix}"
        );
        let api = self.event.given("ApiId").cloned().unwrap_or_else(|| "".into());
        let mut permission = self.event.permission(target, "apigateway.amazonaws.com", "");
        permission.set("SourceArn", sub_with(arn, map! { "__ApiId__" => api, "__Stage__" => "*" }));
        Ok(Some(permission))
    }

    /// `body` with this route in it.
    fn integrated(&self, body: &Node, target: &Target) -> Sam<Node> {
        let mut definition = Definition::of_http(body)?;
        if self.api.truth(MANAGED).is_some() && definition.has_integration(self.path, self.method)? {
            let message = format!("API method '{}' defined multiple times for path '{}'.", self.method, self.path);
            return self.event.refuse(message);
        }
        let condition = target.attributes.condition();
        let arn = target.arn_in_text();
        let uri = sub(format!(
            "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{arn}/invocations"
        ));
        let uri = match condition {
            Some(condition) => conditional(condition, uri, None),
            None => uri,
        };
        let integration = map! {
            "type" => "aws_proxy",
            "httpMethod" => "POST",
            "payloadFormatVersion" => "2.0",
            "uri" => uri,
        };
        definition.add_http_integration(self.path, self.method, &integration, condition)?;
        if let Some(auth) = self.event.truth("Auth") {
            self.authorize(auth, &mut definition)?;
        }
        for (name, property) in
            [("timeoutInMillis", "TimeoutInMillis"), ("payloadFormatVersion", "PayloadFormatVersion")]
        {
            let Some(value) = self.event.truth(property) else { continue };
            definition.each_method(self.path, self.method, |method| {
                if let Some(integration) = method.get_mut(INTEGRATION) {
                    integration.set(name, value);
                }
                Ok(())
            })?;
        }
        let names: Vec<&str> =
            self.path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
        if !names.is_empty() {
            definition.each_method(self.path, self.method, |method| {
                if let Some(parameters) = method.entry("parameters", || list![]) {
                    names.iter().for_each(|name| add_parameter(parameters, name));
                }
                Ok(())
            })?;
        }
        Ok(definition.into_node())
    }

    fn place(&self) -> String {
        format!("API method [{}] for path [{}]", self.method, self.path)
    }

    /// Says who may call the route.
    fn authorize(&self, auth: &Node, definition: &mut Definition) -> Sam<()> {
        let empty = map! {};
        let of_api = self.api.get("Auth").unwrap_or(&empty);
        Of::Resource(self.api_id).map(of_api, "Auth")?;
        let Some(authorizer) = auth.truth("Authorizer").or(of_api.truth("DefaultAuthorizer")) else {
            return self.event.refuse(
                "'Auth' section requires either an explicit 'Authorizer' set or a 'DefaultAuthorizer' configured on the HttpApi.",
            );
        };
        let authorizers = if of_api.truthy() { of_api.get("Authorizers") } else { Some(of_api) };
        let is_iam = of_api.get("EnableIamAuthorizer").and_then(Node::boolean) == Some(true);
        let (name, place) = (authorizer.display(), self.place());
        self.check_authorizer(authorizer, authorizers, is_iam, of_api.truth("DefaultAuthorizer").is_some())?;
        let scopes = auth.truth("AuthorizationScopes");
        if scopes.is_some_and(|scopes| !scopes.is_list()) {
            let message =
                format!("Unable to set Authorizer on {place} because 'AuthorizationScopes' must be a list of strings.");
            return self.event.refuse(message);
        }
        let mut granted = list![];
        if name != "NONE" && name != "AWS_IAM" {
            let own = authorizers.and_then(|authorizers| authorizers.get(&name));
            if own.is_some_and(|own| !own.is_mapping()) {
                return Refusal::document(format!("Type of authorizer '{name}' must be a dictionary"));
            }
            let of_authorizer = own.and_then(|own| own.truth("AuthorizationScopes"));
            if let Some(scopes) = scopes.or(of_authorizer) {
                granted = scopes.clone();
            }
        }
        definition.each_method(self.path, self.method, |method| {
            let mut all = security(method, self.path, self.method)?;
            all.push(map! { name.as_str() => &granted });
            method.set("security", all);
            Ok(())
        })
    }

    fn check_authorizer(
        &self,
        authorizer: &Node,
        authorizers: Option<&Node>,
        is_iam: bool,
        has_default: bool,
    ) -> Sam<()> {
        let (name, place) = (authorizer.display(), self.place());
        let refuse = |reason: &str| self.event.refuse(format!("Unable to set Authorizer [{name}] on {place}{reason}"));
        if name == "NONE" {
            return match has_default {
                true => Ok(()),
                false => self.event.refuse(format!(
                    "Unable to set Authorizer on {place} because 'NONE' is only a valid value when a DefaultAuthorizer on the API \
                     is specified."
                )),
            };
        }
        if name == "AWS_IAM" && is_iam {
            return Ok(());
        }
        let known = authorizers.filter(|authorizers| authorizers.is_mapping() && authorizer.str().is_some());
        let Some(known) = known else {
            return refuse(
                ". The method authorizer must be a string with a corresponding dict entry in the api authorizer.",
            );
        };
        if !known.truthy() {
            return refuse(" because the related API does not define any Authorizers.");
        }
        if known.truth(&name).is_none() {
            return refuse(" because it wasn't defined in the API's Authorizers.");
        }
        Ok(())
    }
}

/// A parameter of the path; one of the same name becomes it.
fn add_parameter(parameters: &mut Node, name: &str) {
    if let crate::tree::Value::Sequence(known) = &mut parameters.value
        && let Some(known) = known.iter_mut().find(|known| known.get("name").and_then(Node::text) == Some(name))
    {
        known.set("in", "path");
        known.set("required", true);
        return;
    }
    parameters.push(map! { "name" => name, "in" => "path", "required" => true });
}
