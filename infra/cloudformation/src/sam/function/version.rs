//! `AutoPublishAlias`: a version for every change of the code, and an alias that moves to it.

use super::Function;
use crate::sam::Transform;
use crate::sam::error::{Refusal, Sam};
use crate::sam::intrinsics::{get_att, logical_id};
use crate::sam::logical_id::{digits, hashed};
use crate::sam::resource::Made;
use crate::tree::{Node, list, map};

impl Function<'_> {
    /// The version and the alias, if the function publishes any.
    pub(super) fn published(&mut self, lambda: &mut Made, transform: &Transform) -> Sam<Option<(Made, Made)>> {
        let Some(alias) = self.truth("AutoPublishAlias") else { return Ok(None) };
        let alias = transform.parameters.resolved(alias)?;
        let Some(alias) = alias.str() else {
            let message = "'AutoPublishAlias' must be a string or a Ref to a template parameter";
            return Refusal::resource(self.id, message);
        };
        let sha = match self.truth("AutoPublishCodeSha256") {
            Some(sha) => {
                let sha = transform.parameters.resolved(sha)?;
                let Some(sha) = sha.str() else {
                    return Refusal::resource(self.id, "AutoPublishCodeSha256 must be a string");
                };
                self.describe(lambda, sha, transform)?;
                Some(sha.to_string())
            }
            None => None,
        };
        let version = self.version(lambda, sha.as_deref(), transform)?;
        let alias = self.alias(alias, &version)?;
        Ok(Some((version, alias)))
    }

    /// The hash goes into the description, so that a new one changes the function.
    fn describe(&self, lambda: &mut Made, sha: &str, transform: &Transform) -> Sam<()> {
        let description = match self.given("Description") {
            Some(description) => Some(transform.parameters.resolved(description)?),
            None => None,
        };
        let described: Node = match description.filter(Node::truthy) {
            None => sha.into(),
            Some(text) => match text.str() {
                Some(text) => format!("{text} {sha}").into(),
                None => map! { "Fn::Join" => list![" ", list![text, sha]] },
            },
        };
        lambda.set("Description", described);
        Ok(())
    }

    fn version(&self, lambda: &mut Made, sha: Option<&str>, transform: &Transform) -> Sam<Made> {
        // What SAM resolves to see whether the code has changed stays resolved in the function.
        let code = match lambda.properties.get_mut("Code") {
            Some(code) => transform.parameters.resolve(code)?,
            None => map! {},
        };
        let prefix = format!("{}Version", self.id);
        let id = match sha {
            Some(sha) => format!("{prefix}{}", sha.chars().take(10).collect::<String>()),
            None => hashed(&prefix, &self.what_changes(lambda, code, transform)),
        };
        let mut attributes = self.attributes.passed_on();
        if attributes.get("DeletionPolicy").is_none() {
            let policy = match (self.given("VersionDeletionPolicy"), self.given("CapacityProviderConfig")) {
                (Some(policy), _) => policy.clone(),
                (None, Some(_)) => "Delete".into(),
                (None, None) => "Retain".into(),
            };
            attributes.set("DeletionPolicy", policy);
        }
        let mut version = Made::new(id, "AWS::Lambda::Version", attributes);
        version.set("FunctionName", lambda.reference());
        version.set_some("Description", self.given("VersionDescription"));
        if self.given("CapacityProviderConfig").is_some() {
            version.set_some("FunctionScalingConfig", self.given("FunctionScalingConfig"));
        }
        Ok(version)
    }

    /// What a new version is made for.
    fn what_changes(&self, lambda: &Made, code: Node, transform: &Transform) -> Node {
        if self.truth("AutoPublishAliasAllProperties").is_some() {
            let mut all = lambda.properties.clone();
            for layer in self.given("Layers").map(Node::items).unwrap_or_default() {
                let Some(id) = logical_id(layer) else { continue };
                let properties = transform.out_resource(id).and_then(|layer| layer.get("Properties"));
                if let Some(properties) = properties.filter(|layer| layer.truth("PublishLambdaVersion").is_some()) {
                    all.set(id, properties);
                }
            }
            return all;
        }
        let mut all = code;
        let of = |name| lambda.properties.truth(name);
        for (key, value) in of("Environment").map(Node::entries).unwrap_or_default() {
            all.set(&key.name, value);
        }
        if let Some(memory) = of("MemorySize") {
            all.set("MemorySize", memory);
        }
        if let Some(snapshot) = of("SnapStart")
            && snapshot.get("ApplyOn").is_some_and(|apply| apply.str() != Some("None"))
        {
            all.set("SnapStart", snapshot);
        }
        all
    }

    fn alias(&self, name: &str, version: &Made) -> Sam<Made> {
        if name.is_empty() {
            return Refusal::resource(self.id, "Alias name is required to create an alias");
        }
        let well = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if !well || name.chars().all(|c| c.is_ascii_digit()) {
            let message = format!(
                "AutoPublishAlias name ('{name}') must contain only alphanumeric characters, hyphens, or underscores matching \
                 (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern."
            );
            return Refusal::resource(self.id, message);
        }
        let id = format!("{}Alias{}", self.id, name.replace('-', "D").replace('_', "U"));
        let mut alias = Made::new(id, "AWS::Lambda::Alias", self.attributes.passed_on());
        alias.set("Name", name);
        alias.set("FunctionName", crate::sam::intrinsics::reference(self.id));
        alias.set("FunctionVersion", get_att(&version.id, "Version"));
        alias.set_some("ProvisionedConcurrencyConfig", self.truth("ProvisionedConcurrencyConfig"));
        Ok(alias)
    }
}

/// A condition's name that does not meet another: the words and ten digits of what it is about.
pub(super) fn condition_name(words: &str, about: &str) -> String {
    let mut name = format!("{words}{}", digits(about, 10));
    name.truncate(255);
    name
}
