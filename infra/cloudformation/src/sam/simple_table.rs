//! `AWS::Serverless::SimpleTable`: a table with one key.

use super::error::{Refusal, Sam};
use super::properties::{self, SamType, Shape, optional};
use super::resource::{Attributes, Made, tag_list};
use super::value::Of;
use crate::tree::{Node, list, map};

const TYPE: SamType = SamType {
    name: "AWS::Serverless::SimpleTable",
    properties: &[
        optional("PointInTimeRecoverySpecification", Shape::Any),
        optional("PrimaryKey", Shape::MapOfTexts),
        optional("ProvisionedThroughput", Shape::MapOfNumbers),
        optional("TableName", Shape::TextOrMap),
        optional("Tags", Shape::Map),
        optional("SSESpecification", Shape::Map),
    ],
    common: &[],
};

/// The table that is made of the resource `id`.
pub(super) fn transform(id: &str, resource: &Node) -> Sam<Vec<Made>> {
    properties::check_id(id)?;
    let given = properties::of(id, resource)?;
    TYPE.check(id, &given)?;
    let (name, kind) = match given.truth("PrimaryKey") {
        None => ("id".into(), "S"),
        Some(key) => {
            let name = Of::Resource(id).required(key, "Name", "PrimaryKey.Name")?;
            let kind = Of::Resource(id).required(key, "Type", "PrimaryKey.Type")?;
            let kind = match kind.str() {
                Some("String") => "S",
                Some("Number") => "N",
                Some("Binary") => "B",
                _ => return Refusal::resource(id, format!("Invalid 'Type' \"{}\".", kind.display())),
            };
            (name.clone(), kind)
        }
    };
    let mut table = Made::new(id, "AWS::DynamoDB::Table", Attributes::of(resource));
    table.depends_on = resource.get("DependsOn").cloned();
    table.set("AttributeDefinitions", list![map! { "AttributeName" => &name, "AttributeType" => kind }]);
    table.set("KeySchema", list![map! { "AttributeName" => &name, "KeyType" => "HASH" }]);
    match given.truth("ProvisionedThroughput") {
        Some(throughput) => table.set("ProvisionedThroughput", throughput),
        None => table.set("BillingMode", "PAY_PER_REQUEST"),
    }
    for name in ["PointInTimeRecoverySpecification", "SSESpecification", "TableName"] {
        table.set_some(name, given.truth(name));
    }
    if let Some(tags) = given.truth("Tags") {
        table.set("Tags", tag_list(Some(tags)));
    }
    Ok(vec![table])
}
