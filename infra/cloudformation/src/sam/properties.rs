//! Which properties a SAM resource or event has, and of what shape.

use super::error::{Refusal, Sam};
use super::value::Of;
use crate::tree::{Node, ScalarKind, Value};

/// What a property may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Any,
    Text,
    /// Text, of which SAM does not say so when it is not.
    Word,
    Boolean,
    Integer,
    List,
    Map,
    TextOrMap,
    TextOrTexts,
    BooleanOrMap,
    TextsOrMaps,
    Texts,
    MapOrMaps,
    TextMapOrList,
    MapOfMaps,
    MapOfTexts,
    MapOfNumbers,
    DeleteOrRetain,
}

/// A property of a SAM type.
#[derive(Debug, Clone, Copy)]
pub(super) struct SamProperty {
    name: &'static str,
    shape: Shape,
    required: bool,
    /// Whether a function may stand for it.
    function: bool,
}

/// A property that may be left out and be given by a function.
pub(super) const fn optional(name: &'static str, shape: Shape) -> SamProperty {
    SamProperty { name, shape, required: false, function: true }
}

/// A property that must be there.
pub(super) const fn required(name: &'static str, shape: Shape) -> SamProperty {
    SamProperty { name, shape, required: true, function: true }
}

impl SamProperty {
    /// The same, whose value may not be given by a function.
    pub(super) const fn literal(mut self) -> SamProperty {
        self.function = false;
        self
    }
}

/// A SAM type with its properties.
pub(super) struct SamType {
    pub(super) name: &'static str,
    pub(super) properties: &'static [SamProperty],
    /// What several types have.
    pub(super) common: &'static [SamProperty],
}

impl SamType {
    /// Holds that `properties` of the resource `id` are properties of this type, and of the right shape.
    pub(super) fn check(&self, id: &str, properties: &Node) -> Sam<()> {
        // What several types have comes first, as the type itself says it.
        let own = |common: &'static SamProperty| self.properties.iter().find(|own| own.name == common.name);
        let others = || self.properties.iter().filter(|own| !self.common.iter().any(|common| common.name == own.name));
        let known = || self.common.iter().map(|common| own(common).unwrap_or(common)).chain(others());
        for name in properties.names() {
            if !known().any(|property| property.name == name) {
                let message = format!("property {name} not defined for resource of type {}", self.name);
                return Refusal::resource(id, message);
            }
        }
        for property in known() {
            let Some(value) = properties.given(property.name) else {
                if property.required {
                    return Refusal::resource(id, format!("Missing required property '{}'.", property.name));
                }
                continue;
            };
            if property.function && value.entries().len() == 1 {
                continue;
            }
            if !fits(value, property.shape) {
                return Of::Resource(id).refuse(wrong_shape(property));
            }
        }
        Ok(())
    }
}

fn wrong_shape(property: &SamProperty) -> String {
    let name = property.name;
    match property.shape {
        Shape::Map => format!("Property '{name}' should be a map."),
        Shape::Text => format!("Property '{name}' should be a string."),
        Shape::DeleteOrRetain => format!("Property '{name}' should be a one of the strings: 'Delete' or 'Retain'."),
        _ => format!("Type of property '{name}' is invalid."),
    }
}

fn fits(value: &Node, shape: Shape) -> bool {
    let text = value.str().is_some();
    let map = value.is_mapping();
    let each = |holds: fn(&Node) -> bool| map && value.entries().iter().all(|(_, value)| holds(value));
    let items = |holds: fn(&Node) -> bool| value.is_list() && value.items().iter().all(holds);
    match shape {
        Shape::Any => true,
        Shape::Text | Shape::Word => text,
        Shape::Boolean => value.boolean().is_some(),
        Shape::Integer => integer(value),
        Shape::List => value.is_list(),
        Shape::Map => map,
        Shape::TextOrMap => text || map,
        Shape::TextOrTexts => text || items(|item| item.str().is_some()),
        Shape::BooleanOrMap => map || value.boolean().is_some(),
        Shape::TextsOrMaps => items(text_or_map),
        Shape::Texts => items(|item| item.str().is_some()),
        Shape::MapOrMaps => map || items(Node::is_mapping),
        Shape::TextMapOrList => text || map || items(text_or_map),
        Shape::MapOfMaps => each(Node::is_mapping),
        Shape::MapOfTexts => each(|value| value.str().is_some()),
        Shape::MapOfNumbers => each(|value| integer(value) || value.is_mapping()),
        Shape::DeleteOrRetain => matches!(value.str(), Some("Delete" | "Retain")),
    }
}

fn text_or_map(value: &Node) -> bool {
    value.str().is_some() || value.is_mapping()
}

/// In Python a boolean is a number.
fn integer(value: &Node) -> bool {
    matches!(value.scalar_kind(), Some(ScalarKind::Integer | ScalarKind::Boolean))
}

/// The properties of the resource or event, which may be left out.
///
/// # Errors
///
/// They are something else than a mapping.
pub(super) fn of(id: &str, resource: &Node) -> Sam<Node> {
    match resource.get("Properties") {
        Some(properties) if !properties.is_mapping() => {
            Refusal::resource(id, "Properties of a resource must be an object.")
        }
        Some(properties) => Ok(properties.clone()),
        None => Ok(Node { value: Value::Mapping(Vec::new()), position: resource.position }),
    }
}

/// Holds that `id` can be a logical id.
pub(super) fn check_id(id: &str) -> Sam<()> {
    if !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Refusal::resource(id, "Logical ids must be alphanumeric.")
}
