//! `AWS::EC2::SecurityGroup` and its rules, as far as HTTPS passes.

use super::Parts;
use crate::stack::SecurityGroup;
use crate::template::fields::Fields;

/// The port of every AWS service.
const HTTPS: i64 = 443;

/// Every group of the template, with the rules that stand in resources of their own.
pub(super) fn read(parts: &Parts<'_>) -> Vec<SecurityGroup> {
    let mut groups = Vec::new();
    parts.each("AWS::EC2::SecurityGroup", |id, fields| {
        fields.required(&["GroupDescription"]);
        let vpc = parts.named(fields, "VpcId", "AWS::EC2::VPC");
        let https_in = rules(fields, "SecurityGroupIngress", "AWS::EC2::SecurityGroup.Ingress");
        let has_egress = fields.node("SecurityGroupEgress").is_some();
        let https_out = rules(fields, "SecurityGroupEgress", "AWS::EC2::SecurityGroup.Egress");
        // A group that says nothing about what goes out lets everything out.
        groups.push(SecurityGroup { id: id.to_string(), vpc, https_out: https_out || !has_egress, https_in });
    });
    for (kind, out) in [("AWS::EC2::SecurityGroupIngress", false), ("AWS::EC2::SecurityGroupEgress", true)] {
        parts.each(kind, |_, fields| {
            fields.required(&["GroupId", "IpProtocol"]);
            let id = parts.named(fields, "GroupId", "AWS::EC2::SecurityGroup");
            let passes = passes_https(fields);
            if let Some(group) = groups.iter_mut().find(|group| group.id == id) {
                let direction = if out { &mut group.https_out } else { &mut group.https_in };
                *direction |= passes;
            }
        });
    }
    groups
}

fn rules(fields: &mut Fields<'_>, name: &'static str, of: &'static str) -> bool {
    let mut passes = false;
    for mut rule in fields.list_of_fields(name, of) {
        rule.required(&["IpProtocol"]);
        passes |= passes_https(&mut rule);
        rule.done();
    }
    passes
}

/// Whether a rule's protocol and ports include HTTPS. Whom it names does not matter here, as long as it is not one single host.
fn passes_https(rule: &mut Fields<'_>) -> bool {
    let protocol = rule.text("IpProtocol").unwrap_or_default();
    let from = rule.number("FromPort", -1..=65_535).unwrap_or(0);
    let to = rule.number("ToPort", -1..=65_535).unwrap_or(65_535);
    let cidr = rule.text("CidrIp");
    for name in [
        "CidrIpv6",
        "Description",
        "DestinationPrefixListId",
        "DestinationSecurityGroupId",
        "SourcePrefixListId",
        "SourceSecurityGroupId",
    ] {
        rule.text(name);
    }
    let one_host = cidr.is_some_and(|cidr| cidr.ends_with("/32"));
    let ports = protocol == "-1" || (protocol == "tcp" || protocol == "6") && (from..=to).contains(&HTTPS);
    ports && !one_host
}
