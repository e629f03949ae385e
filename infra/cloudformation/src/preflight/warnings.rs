//! What works and surprises later.

use super::Judgements;
use super::Place;
use super::template::Foreseen;
use crate::scope::call;
use crate::tree::Node;

/// `section` is the template's `Resources`, in which it still stands whether a value was written out or referred to.
pub(super) fn judge(template: &Foreseen<'_>, section: &Node, judgements: &mut Judgements<'_>) {
    let tables: Vec<(&str, &str)> = template
        .of_kind("AWS::DynamoDB::Table")
        .map(|table| (table.resource.id.as_str(), table.name.as_str()))
        .collect();
    for function in template.of_kind("AWS::Lambda::Function") {
        let id = function.resource.id.as_str();
        let variables = ["Properties", "Environment", "Variables"];
        let written =
            section.get(id).and_then(|resource| variables.iter().try_fold(resource, |node, name| node.get(name)));
        for (key, value) in written.map(Node::entries).unwrap_or_default() {
            let Some(text) = value.text().filter(|_| call(value).is_none()) else { continue };
            let at = Place { resource: id, position: value.position };
            if let Some((table, _)) = tables.iter().find(|(_, name)| *name == text) {
                let message = format!(
                    "the variable {} names the table by its name: the function is not made after it, and another name breaks it in silence",
                    key.name
                );
                judgements.warning(at, message, format!("write !Ref {table}"));
            } else if key.name.to_uppercase().contains("TABLE") && !tables.is_empty() && is_name(text) {
                let message =
                    format!("the variable {} is {text}, and no table of the template has that name", key.name);
                let known: Vec<String> = tables.iter().map(|(id, _)| format!("!Ref {id}")).collect();
                judgements.warning(at, message, format!("if one of its own is meant, write {}", known.join(" or ")));
            }
        }
    }
}

/// Whether the text could be a table's name.
fn is_name(text: &str) -> bool {
    (3..=255).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}
