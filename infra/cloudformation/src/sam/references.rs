//! References to what SAM makes: `!Ref Api.Stage` is `!Ref ApidevStage`, `!Ref Hello.Alias` is `!Ref HelloAliaslive`.

use std::collections::BTreeMap;

use super::implicit_api::{API, FUNCTION, HTTP_API};
use super::layer::LAYER;
use super::resource::Made;
use crate::tree::{Node, Value};

/// What references mean after the transform.
#[derive(Debug, Default)]
pub(super) struct References {
    /// For each SAM resource, the words that may stand after its id and the resource that each means.
    made: BTreeMap<(String, &'static str), String>,
    /// The resources that have another id now.
    renamed: BTreeMap<String, String>,
}

const OF_FUNCTION: &[(&str, &str)] = &[
    ("Alias", "AWS::Lambda::Alias"),
    ("Version", "AWS::Lambda::Version"),
    ("DestinationTopic", "AWS::SNS::Topic"),
    ("DestinationQueue", "AWS::SQS::Queue"),
];
const OF_API: &[(&str, &str)] = &[
    ("Stage", "AWS::ApiGateway::Stage"),
    ("Deployment", "AWS::ApiGateway::Deployment"),
    ("DomainName", "AWS::ApiGateway::DomainName"),
    ("DomainNameV2", "AWS::ApiGateway::DomainNameV2"),
    ("UsagePlan", "AWS::ApiGateway::UsagePlan"),
    ("UsagePlanKey", "AWS::ApiGateway::UsagePlanKey"),
    ("ApiKey", "AWS::ApiGateway::ApiKey"),
];

const OF_HTTP_API: &[(&str, &str)] =
    &[("Stage", "AWS::ApiGatewayV2::Stage"), ("DomainName", "AWS::ApiGatewayV2::DomainName")];

impl References {
    /// Adds what was made of the resource `id`, which is of the type `kind`.
    pub(super) fn add(&mut self, id: &str, kind: &str, made: &[Made]) {
        let words = match kind {
            FUNCTION => OF_FUNCTION,
            API => OF_API,
            HTTP_API => OF_HTTP_API,
            _ => &[],
        };
        if let (LAYER, [layer]) = (kind, made) {
            self.renamed.insert(id.to_string(), layer.id.clone());
        }
        for (word, kind) in words {
            // Of several, such as a queue for each outcome, the last one is meant.
            if let Some(resource) = made.iter().rev().find(|resource| resource.kind == *kind) {
                self.made.insert((id.to_string(), word), resource.id.clone());
            }
        }
    }

    fn get(&self, id: &str, word: &str) -> Option<&String> {
        let words = OF_FUNCTION.iter().chain(OF_API).map(|(word, _)| *word);
        words.filter(|known| *known == word).find_map(|word| self.made.get(&(id.to_string(), word)))
    }

    /// Puts the ids of what was made into all references of `node`.
    pub(super) fn resolve(&self, node: &mut Node) {
        if self.made.is_empty() && self.renamed.is_empty() {
            return;
        }
        if let Value::Mapping(entries) = &mut node.value
            && let [(key, argument)] = entries.as_mut_slice()
        {
            match key.name.as_str() {
                "Ref" => self.resolve_ref(argument),
                "Fn::GetAtt" => self.resolve_get_att(argument),
                "Fn::Sub" => match &mut argument.value {
                    Value::Sequence(items) => items.iter_mut().take(1).for_each(|text| self.resolve_text(text)),
                    _ => self.resolve_text(argument),
                },
                _ => {}
            }
        }
        if let Some(depends_on) = node.get_mut("DependsOn") {
            self.resolve_depends_on(depends_on);
        }
        node.children_mut().for_each(|value| self.resolve(value));
    }

    fn resolve_depends_on(&self, depends_on: &mut Node) {
        let resolve = |name: &mut Node| {
            if let Some(renamed) = name.str().and_then(|name| self.renamed.get(name)) {
                *name = Node::string(renamed.as_str(), name.position);
            }
        };
        match &mut depends_on.value {
            Value::Sequence(names) => names.iter_mut().for_each(resolve),
            _ => resolve(depends_on),
        }
    }

    fn resolve_ref(&self, argument: &mut Node) {
        if let Some(renamed) = argument.str().and_then(|id| self.renamed.get(id)) {
            *argument = Node::string(renamed.as_str(), argument.position);
            return;
        }
        let made = argument.str().and_then(|text| text.split_once('.')).and_then(|(id, word)| self.get(id, word));
        if let Some(made) = made {
            *argument = Node::string(made.as_str(), argument.position);
        }
    }

    fn resolve_get_att(&self, argument: &mut Node) {
        let parts: Option<Vec<&str>> = argument.items().iter().map(Node::str).collect();
        let Some(joined) = parts.filter(|parts| parts.len() >= 2).map(|parts| parts.join(".")) else { return };
        let mut parts = joined.split('.');
        let (Some(id), Some(word)) = (parts.next(), parts.next()) else { return };
        let position = argument.position;
        if let Some(renamed) = self.renamed.get(id) {
            let all = [renamed.as_str(), word].into_iter().chain(parts);
            argument.value = Value::Sequence(all.map(|part| Node::string(part, position)).collect());
        } else if let Some(made) = self.get(id, word) {
            let all = std::iter::once(made.as_str()).chain(parts);
            argument.value = Value::Sequence(all.map(|part| Node::string(part, position)).collect());
        }
    }

    fn resolve_text(&self, node: &mut Node) {
        let Some(text) = node.str() else { return };
        let mut out = text.to_string();
        for name in super::intrinsics::names_in(text) {
            let mut parts = name.split('.');
            let Some(id) = parts.next() else { continue };
            let whole = format!("${{{name}}}");
            if let Some(renamed) = self.renamed.get(id) {
                out = out.replacen(&whole, &whole.replacen(id, renamed, 1), 1);
                continue;
            }
            let Some(word) = parts.next() else { continue };
            if let Some(made) = self.get(id, word) {
                out = out.replacen(&whole, &whole.replace(&format!("{id}.{word}"), made), 1);
            }
        }
        *node = Node::string(out, node.position);
    }
}
