//! `AWS::DynamoDB::Table` becomes the body of the `CreateTable` call that makes it.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html>

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::Resolved;
use super::fields::Fields;
use super::finding::Findings;
use stack::Table;
use stack::constraint;
use stack::policy::ServiceRefusal;

const OF: &str = "AWS::DynamoDB::Table";

/// The table that the template describes.
pub(super) fn read(resource: &Resolved<'_>, findings: &Findings) -> Option<Table> {
    let mut fields = resource.fields(OF, findings)?;
    table_name(&mut fields);
    fields.required(&["KeySchema", "AttributeDefinitions"]);
    let defined = attribute_definitions(&mut fields);
    let mut keys = Vec::new();
    let mut create = Map::new();
    create.insert("TableName".into(), resource.name.clone().into());
    let definitions = defined.iter().map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind }));
    create.insert("AttributeDefinitions".into(), definitions.collect());
    create.insert("KeySchema".into(), key_schema(&mut fields, &mut keys));
    let billing = fields.one_of("BillingMode", &["PAY_PER_REQUEST", "PROVISIONED"]);
    // A mode that is neither was reported, and what it would ask for is anybody's guess.
    let on_demand = billing.as_deref().map_or(fields.node("BillingMode").is_some(), |mode| mode == "PAY_PER_REQUEST");
    create.insert("BillingMode".into(), if on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" }.into());
    if let Some(throughput) = throughput(&mut fields, on_demand, None) {
        create.insert("ProvisionedThroughput".into(), throughput);
    }
    for name in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let indexes = indexes(&mut fields, name, on_demand, &mut keys);
        if !indexes.is_empty() {
            create.insert(name.into(), Json::Array(indexes));
        }
    }
    if let Some(mut stream) = fields.fields("StreamSpecification", "AWS::DynamoDB::Table.StreamSpecification") {
        stream.required(&["StreamViewType"]);
        let view = stream.one_of("StreamViewType", &["KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE"]);
        stream.done();
        create.insert("StreamSpecification".into(), json!({ "StreamEnabled": true, "StreamViewType": view }));
    }
    if fields.boolean("DeletionProtectionEnabled") == Some(true) {
        create.insert("DeletionProtectionEnabled".into(), true.into());
    }
    let time_to_live_attribute = time_to_live(&mut fields);
    check_attributes(&fields, &defined, &keys);
    check_indexes(&fields, &create);
    fields.done();
    let logical_id = resource.resource.id.clone();
    Some(Table { logical_id, name: resource.name.clone(), create: Json::Object(create), time_to_live_attribute })
}

fn attribute_definitions(fields: &mut Fields<'_>) -> Vec<(String, String)> {
    let mut defined: Vec<(String, String)> = Vec::new();
    for mut definition in fields.list_of_fields("AttributeDefinitions", "AWS::DynamoDB::Table.AttributeDefinition") {
        definition.required(&["AttributeName", "AttributeType"]);
        let name = definition.text("AttributeName");
        let kind = definition.one_of("AttributeType", &["B", "N", "S"]);
        if let Some(name) = name {
            if defined.iter().any(|(other, _)| *other == name) {
                let what = format!("Duplicate AttributeName in AttributeDefinitions: {name}");
                refuse(&definition, "AttributeName", &format!("{INVALID}{what}"), None);
            }
            // A type that there is not was reported, and the attribute is defined all the same.
            defined.push((name, kind.unwrap_or_default()));
        }
        definition.done();
    }
    defined
}

/// How DynamoDB begins what it says of most requests.
const INVALID: &str = "One or more parameter values were invalid: ";

/// What DynamoDB refuses of the field `name` when it is to make the table.
fn refuse(fields: &Fields<'_>, name: &str, message: &str, help: Option<&str>) {
    let message = message.to_string();
    let refusal = ServiceRefusal { service: "DynamoDb", status: 400, code: "ValidationException", message };
    fields.refuse_creation(name, &refusal, help);
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html>
fn table_name(fields: &mut Fields<'_>) {
    let Some(name) = fields.text("TableName") else { return };
    let legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let bounds = [
        (name.chars().all(legal), "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"),
        (name.len() >= 3, "have length greater than or equal to 3"),
        (name.len() <= 255, "have length less than or equal to 255"),
    ];
    let violation = |(_, bound): &(bool, &str)| constraint::violation(&format!("'{name}'"), "tableName", bound);
    let violations: Vec<String> = bounds.iter().filter(|(is_kept, _)| !is_kept).map(violation).collect();
    if !violations.is_empty() {
        refuse(fields, "TableName", &constraint::message(&violations), None);
    }
}

/// What DynamoDB refuses of indexes. It knows them by their names, and projects attributes by name with INCLUDE alone.
fn check_indexes(fields: &Fields<'_>, create: &Map<String, Json>) {
    let wrong = |property: &str, what: &str| refuse(fields, property, &format!("{INVALID}{what}"), None);
    let mut names = BTreeSet::new();
    for (property, most) in [("LocalSecondaryIndexes", 5), ("GlobalSecondaryIndexes", 20)] {
        let indexes = create.get(property).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let is_local = property == "LocalSecondaryIndexes";
        let has_range = |of: &Json| of["KeySchema"].as_array().is_some_and(|keys| keys.len() > 1);
        if is_local
            && !indexes.is_empty()
            && create.get("KeySchema").is_some_and(|keys| keys.as_array().is_some_and(|keys| keys.len() == 1))
        {
            let what =
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex";
            wrong(property, what);
        }
        if indexes.len() > most {
            let what = match is_local {
                true => format!("Number of LocalSecondaryIndexes exceeds per-table limit of {most}"),
                false => format!("GlobalSecondaryIndex count exceeds the per-table limit of {most}"),
            };
            wrong(property, &what);
        }
        for index in indexes {
            let name = index["IndexName"].as_str().unwrap_or_default();
            if !names.insert(name.to_string()) {
                wrong(property, &format!("Duplicate index name: {name}"));
            }
            if is_local && !has_range(index) {
                wrong(property, &format!("Index KeySchema does not have a range key for index: {name}"));
            }
            let named = index["Projection"]["NonKeyAttributes"].as_array();
            match (index["Projection"]["ProjectionType"].as_str(), named) {
                (Some("INCLUDE"), None) => {
                    wrong(property, "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
                }
                (Some(kind @ ("ALL" | "KEYS_ONLY")), Some(_)) => {
                    wrong(property, &format!("ProjectionType is {kind}, but NonKeyAttributes is specified"));
                }
                _ => {}
            }
        }
    }
}

/// DynamoDB refuses a key that is not defined, and a definition that no key uses. `keys` are those of the table, then of each index.
fn check_attributes(fields: &Fields<'_>, defined: &[(String, String)], keys: &[Vec<String>]) {
    let names = |names: &mut dyn Iterator<Item = &String>| names.map(String::as_str).collect::<Vec<_>>().join(", ");
    let is_defined = |name: &&String| defined.iter().any(|(other, _)| other == *name);
    let definitions = names(&mut defined.iter().map(|(name, _)| name));
    if let Some(key) = keys.iter().find(|key| !key.iter().all(|name| is_defined(&name))) {
        let message = format!(
            "{INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], AttributeDefinitions: \
             [{definitions}]",
            names(&mut key.iter())
        );
        let missing = names(&mut key.iter().filter(|name| !is_defined(name)));
        refuse(fields, "AttributeDefinitions", &message, Some(&format!("add {missing} with its AttributeType")));
        return;
    }
    let used: BTreeSet<&String> = keys.iter().flatten().collect();
    let unused = names(&mut defined.iter().map(|(name, _)| name).filter(|name| !used.contains(name)));
    if unused.is_empty() {
        return;
    }
    let message = match keys.len() {
        1 => {
            let what = "Number of attributes in KeySchema does not exactly match number of attributes defined in \
                        AttributeDefinitions";
            format!("{INVALID}{what}")
        }
        _ => format!(
            "{INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [{definitions}], keys used: [{}]",
            names(&mut used.into_iter())
        ),
    };
    let help = format!("remove {unused}: only attributes of keys are defined");
    refuse(fields, "AttributeDefinitions", &message, Some(&help));
}

fn key_schema(fields: &mut Fields<'_>, all: &mut Vec<Vec<String>>) -> Json {
    let mut keys = Vec::new();
    for mut key in fields.list_of_fields("KeySchema", "AWS::DynamoDB::Table.KeySchema") {
        key.required(&["AttributeName", "KeyType"]);
        let name = key.text("AttributeName");
        let kind = key.one_of("KeyType", &["HASH", "RANGE"]);
        if let (Some(name), Some(kind)) = (name, kind) {
            keys.push((name, kind));
        }
        key.done();
    }
    let order: Vec<&str> = keys.iter().map(|(_, kind)| kind.as_str()).collect();
    let wrong = |what: &str| refuse(fields, "KeySchema", &format!("Invalid KeySchema: {what}"), None);
    match order.as_slice() {
        ["HASH"] | ["HASH", "RANGE"] => {}
        ["RANGE", ..] => wrong("The first KeySchemaElement is not a HASH key type"),
        ["HASH", "HASH"] => wrong("The second KeySchemaElement is not a RANGE key type"),
        _ if fields.node("KeySchema").is_none() => {}
        _ => fields.report("KeySchema", "must be one HASH key, and after it at most one RANGE key"),
    }
    all.push(keys.iter().map(|(name, _)| name.clone()).collect());
    keys.into_iter().map(|(name, kind)| json!({ "AttributeName": name, "KeyType": kind })).collect()
}

/// What a table, or the index called `index`, reads and writes in a second. DynamoDB asks for it in one billing mode, and refuses it in
/// the other.
fn throughput(fields: &mut Fields<'_>, on_demand: bool, index: Option<&str>) -> Option<Json> {
    let refuse = |fields: &Fields<'_>, what: &str, help: Option<&str>| {
        refuse(fields, "ProvisionedThroughput", &format!("{INVALID}{what}"), help);
    };
    let throughput = fields.fields("ProvisionedThroughput", "AWS::DynamoDB::Table.ProvisionedThroughput");
    let Some(mut throughput) = throughput else {
        if !on_demand {
            let what = match index {
                None => {
                    "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
                        .to_string()
                }
                Some(index) => format!("ProvisionedThroughput is not specified for index: {index}"),
            };
            refuse(fields, &what, Some("give it ProvisionedThroughput, or the table BillingMode: PAY_PER_REQUEST"));
        }
        return None;
    };
    if on_demand {
        let what = match index {
            None => {
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
                    .to_string()
            }
            Some(index) => format!(
                "ProvisionedThroughput should not be specified for index: {index} when BillingMode is PAY_PER_REQUEST"
            ),
        };
        refuse(fields, &what, None);
    }
    throughput.required(&["ReadCapacityUnits", "WriteCapacityUnits"]);
    let read = throughput.number("ReadCapacityUnits", 1..=u64::MAX);
    let write = throughput.number("WriteCapacityUnits", 1..=u64::MAX);
    throughput.done();
    Some(json!({ "ReadCapacityUnits": read?, "WriteCapacityUnits": write? }))
}

fn indexes(fields: &mut Fields<'_>, name: &'static str, on_demand: bool, keys: &mut Vec<Vec<String>>) -> Vec<Json> {
    let global = name == "GlobalSecondaryIndexes";
    let of =
        if global { "AWS::DynamoDB::Table.GlobalSecondaryIndex" } else { "AWS::DynamoDB::Table.LocalSecondaryIndex" };
    let mut indexes = Vec::new();
    for mut index in fields.list_of_fields(name, of) {
        index.required(&["IndexName", "KeySchema", "Projection"]);
        let index_name = index.text("IndexName");
        let mut body = json!({ "IndexName": index_name, "KeySchema": key_schema(&mut index, keys) });
        if let Some(mut projection) = index.fields("Projection", "AWS::DynamoDB::Table.Projection") {
            let kind = projection.one_of("ProjectionType", &["ALL", "INCLUDE", "KEYS_ONLY"]);
            body["Projection"] = json!({ "ProjectionType": kind });
            if let Some(attributes) = projection.texts("NonKeyAttributes") {
                body["Projection"]["NonKeyAttributes"] = json!(attributes);
            }
            projection.done();
        }
        let of_index = index_name.as_deref().unwrap_or_default();
        if global && let Some(throughput) = throughput(&mut index, on_demand, Some(of_index)) {
            body["ProvisionedThroughput"] = throughput;
        }
        index.done();
        indexes.push(body);
    }
    indexes
}

fn time_to_live(fields: &mut Fields<'_>) -> Option<String> {
    let mut ttl = fields.fields("TimeToLiveSpecification", "AWS::DynamoDB::Table.TimeToLiveSpecification")?;
    ttl.required(&["Enabled"]);
    let enabled = ttl.boolean("Enabled")?;
    if enabled {
        ttl.required(&["AttributeName"]);
    }
    let attribute = ttl.text("AttributeName");
    ttl.done();
    attribute.filter(|_| enabled)
}
