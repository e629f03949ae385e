//! `AWS::EC2::SecurityGroup` and its rules, as far as they decide about HTTPS and PostgreSQL.

use super::VpcParts;
use crate::fields::Fields;
use stack::{IngressRule, SecurityGroup};

/// The port of every AWS service.
const HTTPS: i64 = 443;
/// The port of a PostgreSQL server.
const POSTGRESQL: i64 = 5432;

/// What a set of rules lets through.
#[derive(Debug, Default)]
struct Passage {
    https: bool,
    postgresql: bool,
    /// Whom the rules for PostgreSQL name.
    peers: Vec<String>,
    /// All rules, as they are written.
    rules: Vec<IngressRule>,
}

/// Every group of the template, with the rules that stand in resources of their own.
pub(super) fn read(parts: &VpcParts<'_>) -> Vec<SecurityGroup> {
    let mut groups = Vec::new();
    parts.each("AWS::EC2::SecurityGroup", |id, fields| {
        fields.required(&["GroupDescription"]);
        let vpc = parts.named(fields, "VpcId", "AWS::EC2::VPC");
        let into = rules(fields, "SecurityGroupIngress", "AWS::EC2::SecurityGroup.Ingress");
        let has_egress = fields.node("SecurityGroupEgress").is_some();
        let out = rules(fields, "SecurityGroupEgress", "AWS::EC2::SecurityGroup.Egress");
        groups.push(SecurityGroup {
            id: id.to_string(),
            vpc,
            // A group that says nothing about what goes out lets everything out.
            https_out: out.https || !has_egress,
            https_in: into.https,
            postgresql_out: out.postgresql || !has_egress,
            postgresql_in: into.peers,
            ingress: into.rules,
        });
    });
    for (kind, out) in [("AWS::EC2::SecurityGroupIngress", false), ("AWS::EC2::SecurityGroupEgress", true)] {
        parts.each(kind, |_, fields| {
            fields.required(&["GroupId", "IpProtocol"]);
            let id = parts.named(fields, "GroupId", "AWS::EC2::SecurityGroup");
            let mut passage = Passage::default();
            passage.add(fields);
            let Some(group) = groups.iter_mut().find(|group| group.id == id) else { return };
            if out {
                group.https_out |= passage.https;
                group.postgresql_out |= passage.postgresql;
            } else {
                group.https_in |= passage.https;
                group.postgresql_in.extend(passage.peers);
                group.ingress.extend(passage.rules);
            }
        });
    }
    groups
}

fn rules(fields: &mut Fields<'_>, name: &'static str, of: &'static str) -> Passage {
    let mut passage = Passage::default();
    for mut rule in fields.list_of_fields(name, of) {
        rule.required(&["IpProtocol"]);
        passage.add(&mut rule);
        rule.done();
    }
    passage
}

impl Passage {
    /// Adds what one rule lets through by its protocol and ports. For HTTPS it does not matter whom the rule names, as long as it is not
    /// one single host.
    fn add(&mut self, rule: &mut Fields<'_>) {
        let protocol = rule.text("IpProtocol").unwrap_or_default();
        let from = rule.number("FromPort", -1..=65_535).unwrap_or(0);
        let to = rule.number("ToPort", -1..=65_535).unwrap_or(65_535);
        let cidr = rule.text("CidrIp");
        let group = rule.text("SourceSecurityGroupId");
        for name in ["Description", "DestinationPrefixListId", "DestinationSecurityGroupId"] {
            rule.text(name);
        }
        let (cidr_ipv6, prefix_list) = (rule.text("CidrIpv6"), rule.text("SourcePrefixListId"));
        let sources = [&group, &cidr, &cidr_ipv6, &prefix_list].into_iter().flatten();
        self.rules.extend(sources.map(|source| IngressRule {
            protocol: protocol.clone(),
            from_port: from,
            to_port: to,
            source: source.clone(),
        }));
        let one_host = cidr.as_ref().is_some_and(|cidr| cidr.ends_with("/32"));
        let passes = |port: i64| {
            let ports = protocol == "-1" || (protocol == "tcp" || protocol == "6") && (from..=to).contains(&port);
            ports && !one_host
        };
        self.https |= passes(HTTPS);
        if passes(POSTGRESQL) {
            self.postgresql = true;
            self.peers.extend(group.into_iter().chain(cidr));
        }
    }
}
