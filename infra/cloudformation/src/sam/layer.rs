//! `AWS::Serverless::LayerVersion`: a version of a layer, with an id that changes with what is in it.
//!
//! A version cannot be changed. With another id a new one is made beside the old one, which stays unless the template says
//! otherwise, and references follow.

use super::Transform;
use super::error::{Refusal, Sam};
use super::function::s3_location;
use super::intrinsics::is_function;
use super::logical_id::hashed;
use super::properties::{self, SamType, Shape, optional, required};
use super::resource::{Attributes, Made};
use crate::tree::{Node, map};

/// The type's name.
pub(super) const LAYER: &str = "AWS::Serverless::LayerVersion";

const TYPE: SamType = SamType {
    name: LAYER,
    properties: &[
        optional("LayerName", Shape::TextOrMap),
        optional("Description", Shape::Text),
        optional("PublishLambdaVersion", Shape::Boolean),
        required("ContentUri", Shape::TextOrMap),
        optional("CompatibleArchitectures", Shape::TextsOrMaps),
        optional("CompatibleRuntimes", Shape::TextsOrMaps),
        optional("LicenseInfo", Shape::Text),
        optional("RetentionPolicy", Shape::Text),
    ],
    common: &[],
};

/// What its id depends on beside the properties.
const HASHED: &[&str] = &["UpdatePolicy", "Condition"];

/// The layer version that is made of the resource `id`.
pub(super) fn transform(id: &str, resource: &Node, transform: &Transform) -> Sam<Vec<Made>> {
    properties::check_id(id)?;
    let mut given = properties::of(id, resource)?;
    TYPE.check(id, &given)?;
    for name in ["LayerName", "LicenseInfo", "Description", "RetentionPolicy"] {
        let Some(value) = given.truth(name) else { continue };
        let value = transform.parameters.resolved(value)?;
        if value.str().is_none() && !is_function(&value) {
            let message = format!("Could not resolve parameter for '{name}' or parameter is not a String.");
            return Refusal::resource(id, message);
        }
        given.set(name, value);
    }
    let mut attributes = Attributes::of(resource).passed_on();
    match retention(id, given.given("RetentionPolicy"))? {
        Some(policy) => attributes.set("DeletionPolicy", policy),
        None if attributes.get("DeletionPolicy").is_none() => attributes.set("DeletionPolicy", "Retain"),
        None => {}
    }
    let made_id = hashed(id, &map! { id => what_is_hashed(resource, &given) });
    let mut layer = Made::new(&made_id, "AWS::Lambda::LayerVersion", attributes);
    layer.depends_on = resource.get("DependsOn").cloned();
    match given.truth("LayerName") {
        Some(name) => layer.set("LayerName", name),
        None => layer.set("LayerName", id),
    }
    layer.copy(&given, &["Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo"]);
    if let Some(uri) = given.get("ContentUri") {
        layer.set("Content", s3_location(&made_id, uri, "ContentUri")?);
    }
    let architectures = given.truth("CompatibleArchitectures").filter(|given| !is_function(given));
    let known = |given: &Node| is_function(given) || matches!(given.str(), Some("x86_64" | "arm64"));
    if architectures.is_some_and(|given| !given.items().iter().all(known)) {
        let message = "CompatibleArchitectures needs to be a list of 'x86_64' or 'arm64'";
        return Refusal::resource(&made_id, message);
    }
    Ok(vec![layer])
}

/// What becomes of the version when its layer gets another one.
fn retention(id: &str, policy: Option<&Node>) -> Sam<Option<&'static str>> {
    let Some(policy) = policy else { return Ok(None) };
    let options = "['Retain', 'Delete']";
    if is_function(policy) {
        return Refusal::resource(
            id,
            format!(
                "'RetentionPolicy' does not accept intrinsic functions, please use one of the following options: {options}"
            ),
        );
    }
    let Some(policy) = policy.str() else {
        let message = format!("Invalid 'RetentionPolicy' type, please use one of the following options: {options}");
        return Refusal::resource(id, message);
    };
    match ["Retain", "Delete"].into_iter().find(|option| option.eq_ignore_ascii_case(policy)) {
        Some(option) => Ok(Some(option)),
        None => Refusal::resource(id, format!("'RetentionPolicy' must be one of the following options: {options}.")),
    }
}

fn what_is_hashed(resource: &Node, given: &Node) -> Node {
    let mut all = map! { "Type" => LAYER };
    if let Some(depends_on) = resource.truth("DependsOn") {
        all.set("DependsOn", depends_on);
    }
    for name in HASHED {
        if let Some(value) = resource.get(name) {
            all.set(name, value);
        }
    }
    let given = given.entries().iter().filter(|(_, value)| !value.is_null());
    all.set("Properties", Node::mapping(given.map(|(key, value)| (key.name.clone(), value.clone()))));
    all
}
