//! `Auth` of an API: its authorizers, and what every method asks for unless it says otherwise.

use super::Api;
use crate::sam::definition::{Definition, security};
use crate::sam::error::{Refusal, Sam};
use crate::sam::intrinsics::{reference, sub_with};
use crate::sam::resource::Made;
use crate::sam::value::Of;
use crate::tree::{Node, list, map};

const IAM: &str = "AWS_IAM";

/// The authorizers of an API, by name.
pub(super) struct Authorizers<'a> {
    api: &'a str,
    all: Vec<Authorizer<'a>>,
}

struct Authorizer<'a> {
    name: &'a str,
    /// Its settings; none for requests that IAM signs.
    settings: Option<&'a Node>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum AuthorizerKind {
    Iam,
    UserPool,
    Token,
    Request,
}

impl<'a> Authorizers<'a> {
    /// The authorizers in `auth`, with IAM if it is the default.
    pub(super) fn of(api: &'a str, auth: &'a Node, default: Option<&Node>) -> Sam<Authorizers<'a>> {
        let mut all = Vec::new();
        if default.and_then(Node::str) == Some(IAM) {
            all.push(Authorizer { name: IAM, settings: None });
        }
        let of = Of::Resource(api);
        if let Some(given) = auth.truth("Authorizers") {
            of.map(given, "Auth.Authorizers")?;
            for (key, settings) in given.entries() {
                of.map(settings, &format!("Auth.Authorizers.{}", key.name))?;
                let authorizer = Authorizer { name: &key.name, settings: Some(settings) };
                authorizer.check(api)?;
                all.retain(|known| known.name != key.name);
                all.push(authorizer);
            }
        }
        Ok(Authorizers { api, all })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Writes them into the definition.
    pub(super) fn add_to(&self, definition: &mut Definition, partition: &str) -> Sam<()> {
        for authorizer in &self.all {
            definition.add_security(authorizer.name, authorizer.scheme(self.api, partition)?, false)?;
        }
        Ok(())
    }

    /// Lets every method without an authorizer of its own ask for `default`.
    pub(super) fn set_default(&self, definition: &mut Definition, default: &Node, to_preflight: bool) -> Sam<()> {
        let Some(default) = default.str() else {
            return Refusal::resource(self.api, "DefaultAuthorizer is not a string.");
        };
        let authorizer = self.all.iter().find(|authorizer| authorizer.name == default);
        if authorizer.is_none() && default != IAM {
            let message =
                format!("Unable to set DefaultAuthorizer because '{default}' was not defined in 'Authorizers'.");
            return Refusal::resource(self.api, message);
        }
        let settings = authorizer.and_then(|authorizer| authorizer.settings);
        let scopes = settings.and_then(|settings| settings.given("AuthorizationScopes"));
        let entry = map! { default => scopes.cloned().unwrap_or_else(|| list![]) };
        let known = |entry: &Node| entry.names().any(|name| name == IAM || self.all.iter().any(|one| one.name == name));
        let mut iam = false;
        for path in definition.paths() {
            definition.all_methods(&path, |name, method| {
                if name == "options" && !to_preflight {
                    return Ok(());
                }
                let (own, mut others): (Vec<Node>, Vec<Node>) =
                    entries(method, &path, name)?.into_iter().partition(|entry| known(entry));
                let none = others.iter().position(|entry| entry.has("NONE"));
                match none {
                    Some(at) => drop(others.remove(at)),
                    None if own.is_empty() => others.push(entry.clone()),
                    None => others.extend(own),
                }
                if let Some(first) = others.first() {
                    iam = iam || first.has(IAM);
                    method.set("security", others);
                }
                Ok(())
            })?;
        }
        if iam { definition.add_iam() } else { Ok(()) }
    }
}

/// Lets every method of the path ask for an API key, unless it says that it needs none.
pub(super) fn require_key(definition: &mut Definition, path: &str, to_preflight: bool) -> Sam<()> {
    definition.all_methods(path, |name, method| {
        let existing = entries(method, path, name)?;
        let (keys, mut others): (Vec<Node>, Vec<Node>) =
            existing.iter().cloned().partition(|entry| entry.has("api_key") || entry.has("api_key_false"));
        let needed = !keys.iter().any(|entry| entry.has("api_key_false"));
        if needed && (name != "options" || to_preflight) {
            others.push(map! { "api_key" => list![] });
        }
        let same = others.len() == existing.len() && others.iter().zip(&existing).all(|(one, other)| one.same(other));
        if !same {
            method.set("security", others);
        }
        Ok(())
    })
}

fn entries(method: &Node, path: &str, name: &str) -> Sam<Vec<Node>> {
    let all = security(method, path, name)?;
    match all.iter().find(|entry| !entry.is_mapping()) {
        None => Ok(all),
        Some(entry) => Refusal::document(format!(
            "{} in Security for path {path} method {name} is not a valid dictionary.",
            entry.display()
        )),
    }
}

impl Authorizer<'_> {
    fn setting(&self, name: &str) -> Option<&Node> {
        self.settings.and_then(|settings| settings.given(name))
    }

    fn identity(&self) -> Option<&Node> {
        self.setting("Identity").filter(|identity| identity.truthy())
    }

    fn kind(&self) -> AuthorizerKind {
        match (self.settings, self.setting("FunctionPayloadType").and_then(Node::str)) {
            (None, _) => AuthorizerKind::Iam,
            (Some(settings), _) if settings.truth("UserPoolArn").is_some() => AuthorizerKind::UserPool,
            (_, Some("REQUEST")) => AuthorizerKind::Request,
            _ => AuthorizerKind::Token,
        }
    }

    fn check(&self, api: &str) -> Sam<()> {
        let (of, name) = (Of::Resource(api), self.name);
        let payload = self.setting("FunctionPayloadType");
        if let Some(payload) = payload.filter(|payload| !matches!(payload.str(), Some("TOKEN" | "REQUEST"))) {
            return of.refuse(format!("{name} Authorizer has invalid 'FunctionPayloadType': {}.", payload.display()));
        }
        if payload.and_then(Node::str) == Some("REQUEST") && self.lacks_identity(api)? {
            return of.refuse(format!(
                "{name} Authorizer must specify Identity with at least one of Headers, QueryStrings, StageVariables, or Context."
            ));
        }
        if let Some(scopes) = self.setting("AuthorizationScopes") {
            of.list(scopes, &format!("Authorizers.{name}.AuthorizationScopes"))?;
        }
        if let Some(flag) = self.setting("DisableFunctionDefaultPermissions") {
            of.flag(flag, &format!("Authorizers.{name}.DisableFunctionDefaultPermissions"))?;
        }
        Ok(())
    }

    /// Whether nothing tells callers apart; without a cache nothing needs to.
    fn lacks_identity(&self, api: &str) -> Sam<bool> {
        let Some(identity) = self.identity() else { return Ok(true) };
        Of::Resource(api).map(identity, &format!("Authorizer.{}.Identity", self.name))?;
        let given = ["Headers", "QueryStrings", "StageVariables", "Context"];
        let missing = given.iter().all(|name| identity.truth(name).is_none());
        let seconds = identity.given("ReauthorizeEvery").and_then(Node::text);
        let cached = seconds.and_then(|seconds| seconds.trim().parse::<i64>().ok()).is_none_or(|seconds| seconds > 0);
        Ok(missing && cached)
    }

    /// The authorizer as OpenAPI has it.
    fn scheme(&self, api: &str, partition: &str) -> Sam<Node> {
        let kind = self.kind();
        let header = match kind {
            AuthorizerKind::Request => "Unused".into(),
            _ => self.header(api)?,
        };
        let auth_type = match kind {
            AuthorizerKind::Iam => "awsSigv4",
            AuthorizerKind::UserPool => "cognito_user_pools",
            AuthorizerKind::Token | AuthorizerKind::Request => "custom",
        };
        let mut scheme = map! {
            "type" => "apiKey",
            "name" => header,
            "in" => "header",
            "x-amazon-apigateway-authtype" => auth_type,
        };
        let mut authorizer = match kind {
            AuthorizerKind::Iam => return Ok(scheme),
            AuthorizerKind::UserPool => {
                let pools = self.setting("UserPoolArn").cloned().unwrap_or_else(|| list![]);
                let pools = if pools.is_list() { pools } else { list![pools] };
                map! { "type" => "cognito_user_pools", "providerARNs" => pools }
            }
            AuthorizerKind::Token => map! { "type" => "token" },
            AuthorizerKind::Request => map! { "type" => "request" },
        };
        if kind != AuthorizerKind::UserPool {
            self.add_function(&mut authorizer, api, partition)?;
        }
        if kind != AuthorizerKind::Request
            && let Some(expression) = self.identity().and_then(|identity| identity.truth("ValidationExpression"))
        {
            authorizer.set("identityValidationExpression", expression);
        }
        scheme.set("x-amazon-apigateway-authorizer", authorizer);
        Ok(scheme)
    }

    fn add_function(&self, authorizer: &mut Node, api: &str, partition: &str) -> Sam<()> {
        let nothing = Node::nothing();
        let function = self.setting("FunctionArn").unwrap_or(&nothing);
        let uri = format!(
            "arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{__FunctionArn__}}/invocations"
        );
        authorizer.set("authorizerUri", sub_with(uri, map! { "__FunctionArn__" => function }));
        if let Some(seconds) = self.identity().and_then(|identity| identity.given("ReauthorizeEvery")) {
            authorizer.set("authorizerResultTtlInSeconds", seconds);
        }
        let role = self.setting("FunctionInvokeRole").filter(|role| role.truthy() && role.str() != Some("NONE"));
        if let Some(role) = role {
            authorizer.set("authorizerCredentials", role);
        }
        if self.kind() == AuthorizerKind::Request {
            let sources = self.identity_sources(api)?;
            if !sources.is_empty() {
                authorizer.set("identitySource", sources.join(", "));
            }
        }
        Ok(())
    }

    fn identity_sources(&self, api: &str) -> Sam<Vec<String>> {
        let mut sources = Vec::new();
        for (name, prefix) in [
            ("Headers", "method.request.header."),
            ("QueryStrings", "method.request.querystring."),
            ("StageVariables", "stageVariables."),
            ("Context", "context."),
        ] {
            let Some(values) = self.identity().and_then(|identity| identity.truth(name)) else { continue };
            let path = format!("Auth.Authorizers.{}.Identity.{name}", self.name);
            for (at, value) in Of::Resource(api).list(values, &path)?.iter().enumerate() {
                let value = Of::Resource(api).text(Some(value), &format!("{path}[{at}]"))?;
                sources.push(format!("{prefix}{value}"));
            }
        }
        Ok(sources)
    }

    fn header(&self, api: &str) -> Sam<Node> {
        let Some(identity) = self.identity() else { return Ok("Authorization".into()) };
        if !identity.is_mapping() {
            return Refusal::resource(
                api,
                "Auth.Authorizers.<Authorizer>.Identity must be a dict (LambdaTokenAuthorizationIdentity, \
                 LambdaRequestAuthorizationIdentity or CognitoAuthorizationIdentity).",
            );
        }
        Ok(identity.truth("Header").cloned().unwrap_or_else(|| "Authorization".into()))
    }
}

impl Api<'_> {
    /// Lets the API invoke the functions of its authorizers.
    pub(super) fn authorizer_permissions(&self) -> Sam<Vec<Made>> {
        let Some(auth) = self.truth("Auth") else { return Ok(Vec::new()) };
        let mut made = Vec::new();
        for authorizer in Authorizers::of(self.id, auth, None)?.all {
            let function = authorizer.setting("FunctionArn").filter(|function| function.truthy());
            let disabled = authorizer.setting("DisableFunctionDefaultPermissions").is_some_and(Node::truthy);
            let Some(function) = function.filter(|_| !disabled) else { continue };
            let id = format!("{}{}AuthorizerPermission", self.id, authorizer.name);
            crate::sam::properties::check_id(&id)?;
            let mut permission = Made::new(id, "AWS::Lambda::Permission", self.passed_on());
            permission.set("Action", "lambda:InvokeFunction");
            permission.set("FunctionName", function);
            permission.set("Principal", "apigateway.amazonaws.com");
            let arn = format!(
                "arn:{}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/authorizers/*",
                self.partition
            );
            permission.set("SourceArn", sub_with(arn, map! { "__ApiId__" => reference(self.id) }));
            made.push(permission);
        }
        Ok(made)
    }
}
