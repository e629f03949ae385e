//! Who may invoke a function: its permissions against those that will ask.

use super::template::Foreseen;
use crate::Resolved;
use stack::policy::matches;

/// A function, or a version or an alias of it, as it is invoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Callable {
    pub(super) name: String,
    pub(super) qualifier: Option<String>,
}

impl Callable {
    /// What a name, a part of an ARN, an ARN, or the address of an integration names; nothing where a stage variable decides it.
    pub(super) fn of(text: &str) -> Option<Callable> {
        let text = text.rsplit_once("functions/").map_or(text, |(_, arn)| arn);
        let text = text.strip_suffix("/invocations").unwrap_or(text);
        if text.contains("${") || text.contains('/') {
            return None;
        }
        let rest = match text.split_once(":function:") {
            Some((_, rest)) => rest,
            None if text.starts_with("arn:") => return None,
            None => text.strip_prefix("function:").unwrap_or(text),
        };
        let (name, qualifier) = match rest.split_once(':') {
            Some((name, qualifier)) => (name, Some(qualifier.to_string())),
            None => (rest, None),
        };
        (!name.is_empty()).then(|| Callable { name: name.to_string(), qualifier })
    }

    /// The function of the template that it is, or is a version of.
    pub(super) fn function<'t>(&self, template: &Foreseen<'t>) -> Option<&'t Resolved<'t>> {
        template.of_kind("AWS::Lambda::Function").find(|function| function_name(function) == self.name)
    }

    /// What the template calls it, with the qualifier.
    pub(super) fn label(&self, template: &Foreseen<'_>) -> String {
        let name = self.function(template).map_or(self.name.as_str(), |function| function.resource.id.as_str());
        match &self.qualifier {
            Some(qualifier) => format!("{name}:{qualifier}"),
            None => name.to_string(),
        }
    }
}

/// Why `service` may not invoke a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoPermission {
    /// No permission speaks of them.
    Missing,
    /// A permission does, and not of this source: its logical id, and what it names.
    OtherSource(String, String),
}

/// Why `service` may not invoke `callable` for `source`. Nothing where it may, where it cannot be told, and where the function is not of
/// this template.
pub(super) fn refusal(
    template: &Foreseen<'_>,
    callable: &Callable,
    service: &str,
    source: Option<&str>,
) -> Option<NoPermission> {
    callable.function(template)?;
    let mut other = None;
    for permission in template.of_kind("AWS::Lambda::Permission") {
        let of_function = match permission.text("FunctionName") {
            Some(text) => Callable::of(text).is_none_or(|named| named == *callable),
            None => true,
        };
        let of_service = permission.text("Principal").is_none_or(|principal| principal == service || principal == "*");
        let of_action = permission.text("Action").is_none_or(|action| matches(action, "lambda:InvokeFunction"));
        if !(of_function && of_service && of_action) {
            continue;
        }
        match (permission.value("SourceArn").map(|node| node.text()), source) {
            (Some(Some(pattern)), Some(source)) if !matches(pattern, source) => {
                let id = permission.resource.id.clone();
                other.get_or_insert(NoPermission::OtherSource(id, pattern.to_string()));
            }
            _ => return None,
        }
    }
    Some(other.unwrap_or(NoPermission::Missing))
}

/// The name that a function of the template has.
pub(super) fn function_name(function: &Resolved<'_>) -> String {
    function.text("FunctionName").map_or_else(|| function.name.clone(), str::to_string)
}
