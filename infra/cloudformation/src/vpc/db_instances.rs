//! `AWS::RDS::DBInstance`: where a database is in a VPC. The server itself does not matter here.

use std::collections::BTreeMap;

use super::VpcParts;
use stack::DbInstance;

/// Every database of the template.
pub(super) fn read(parts: &VpcParts<'_>) -> Vec<DbInstance> {
    let mut subnets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    parts.each("AWS::RDS::DBSubnetGroup", |name, fields| {
        fields.required(&["DBSubnetGroupDescription", "SubnetIds"]);
        fields.text("DBSubnetGroupName");
        subnets.insert(name.to_string(), parts.all_named(fields, "SubnetIds", "AWS::EC2::Subnet"));
    });
    let mut databases = Vec::new();
    for resource in parts.resources.iter().filter(|resource| resource.kind() == "AWS::RDS::DBInstance") {
        let Some(mut fields) = resource.fields("AWS::RDS::DBInstance", parts.findings) else { continue };
        fields.required(&["DBInstanceClass", "DBSubnetGroupName", "Engine", "VPCSecurityGroups"]);
        fields.text("DBInstanceIdentifier");
        fields.one_of("Engine", &["postgres"]);
        let group = parts.named(&mut fields, "DBSubnetGroupName", "AWS::RDS::DBSubnetGroup");
        let security_groups = parts.all_named(&mut fields, "VPCSecurityGroups", "AWS::EC2::SecurityGroup");
        fields.done();
        let subnets = subnets.get(&group).cloned().unwrap_or_default();
        databases.push(DbInstance { logical_id: resource.resource.id.clone(), subnets, security_groups });
    }
    databases
}
