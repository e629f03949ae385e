//! `Domain` of an API: its own name, the paths below it, and the records in Route 53.

use super::Api;
use crate::sam::Transform;
use crate::sam::error::{Refusal, Sam};
use crate::sam::intrinsics::{get_att, reference};
use crate::sam::logical_id::hashed;
use crate::sam::resource::Made;
use crate::tree::{Node, list, map};

/// The hosted zone of all CloudFront distributions, which stand in front of edge-optimised names.
const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";

impl Api<'_> {
    /// The name, its mappings and records. What SAM works out stays in the settings, from which the deployment's id is drawn.
    pub(super) fn domain(&mut self, transform: &mut Transform) -> Sam<Vec<Made>> {
        let Some(domain) = self.given("Domain").cloned() else { return Ok(Vec::new()) };
        self.of().map(&domain, "Domain")?;
        let name = self.of().required(&domain, "DomainName", "Domain.DomainName")?;
        let certificate = self.of().required(&domain, "CertificateArn", "Domain.CertificateArn")?;
        let private = domain.get("EndpointConfiguration").and_then(Node::str) == Some("PRIVATE");
        let endpoint = match domain.given("EndpointConfiguration") {
            None => "REGIONAL".to_string(),
            Some(endpoint) => match endpoint.str() {
                Some(known @ ("EDGE" | "REGIONAL" | "PRIVATE")) => known.to_string(),
                _ => {
                    let message =
                        "EndpointConfiguration for Custom Domains must be one of ['EDGE', 'REGIONAL', 'PRIVATE'].";
                    return self.refuse(message);
                }
            },
        };
        let (prefix, kind) = match private {
            true => ("ApiGatewayDomainNameV2", "AWS::ApiGateway::DomainNameV2"),
            false => ("ApiGatewayDomainName", "AWS::ApiGateway::DomainName"),
        };
        let id = hashed(prefix, name);
        let mut made = Made::new(id.as_str(), kind, self.passed_on());
        made.set("DomainName", name);
        made.set(if endpoint == "REGIONAL" { "RegionalCertificateArn" } else { "CertificateArn" }, certificate);
        let mut configuration = map! { "Types" => list![endpoint.as_str()] };
        if let Some(kind) = domain.truth("IpAddressType") {
            configuration.set("IpAddressType", kind);
        }
        made.set("EndpointConfiguration", configuration);
        if !private {
            made.set_some("MutualTlsAuthentication", self.mutual_tls(&domain)?);
        }
        for name in ["SecurityPolicy", "EndpointAccessMode", "Policy", "OwnershipVerificationCertificateArn"] {
            let given = domain.truth(name);
            // A policy is for private names only, ownership for the others.
            if given.is_some() && name == if private { "OwnershipVerificationCertificateArn" } else { "Policy" } {
                return Refusal::resource(&id, format!("property {name} not defined for resource of type {kind}"));
            }
            made.set_some(name, given);
        }
        let mut all = self.mappings(&domain, &id, private)?;
        if let Some(association) = domain.given("AccessAssociation").filter(|_| private) {
            all.push(self.association(association, &id)?);
        }
        let mut settings = domain.clone();
        if !private {
            settings.set("ApiDomainName", id.as_str());
            settings.set("EndpointConfiguration", endpoint);
        }
        if domain.given("Route53").is_some() {
            // A private name has no address of its own: its records lead to the endpoint that is given.
            let address = if private { name.clone() } else { id.as_str().into() };
            all.push(self.records(&settings, &address, transform)?);
        }
        self.properties.set("Domain", settings);
        all.push(made);
        Ok(all)
    }

    fn mutual_tls(&self, domain: &Node) -> Sam<Option<Node>> {
        const FIELDS: &[&str] = &["TruststoreUri", "TruststoreVersion"];
        let Some(given) = domain.truth("MutualTlsAuthentication") else { return Ok(None) };
        self.of().map(given, "Domain.MutualTlsAuthentication")?;
        if given.names().any(|name| !FIELDS.contains(&name)) {
            let message = "Available Domain.MutualTlsAuthentication fields are ['TruststoreUri', 'TruststoreVersion'].";
            return self.refuse(message);
        }
        let field = |name: &&'static str| given.truth(name).map(|value| (*name, value.clone()));
        Ok(Some(Node::mapping(FIELDS.iter().filter_map(field))))
    }

    fn mappings(&self, domain: &Node, domain_id: &str, private: bool) -> Sam<Vec<Made>> {
        let mapping = |id: String, path: Option<Node>| {
            let kind = if private { "AWS::ApiGateway::BasePathMappingV2" } else { "AWS::ApiGateway::BasePathMapping" };
            let mut mapping = Made::new(id, kind, self.passed_on());
            mapping.set(if private { "DomainNameArn" } else { "DomainName" }, reference(domain_id));
            mapping.set("RestApiId", reference(self.id));
            mapping.set("Stage", reference(&format!("{}.Stage", self.id)));
            mapping.set_some("BasePath", path);
            mapping
        };
        let paths = match domain.truth("BasePath") {
            Some(path) if path.str().is_some() => vec![path],
            Some(paths) if paths.is_list() => paths.items().iter().collect(),
            _ => return Ok(vec![mapping(format!("{}BasePathMapping", self.id), None)]),
        };
        let normal = domain.get("NormalizeBasePath").is_none_or(Node::truthy);
        let mut all = Vec::new();
        for (at, path) in paths.into_iter().enumerate() {
            let path = self.of().text(Some(path), &format!("Domain.BasePath[{at}]"))?;
            let words: String = path.chars().filter(|c| c.is_alphanumeric()).collect();
            let base = if normal { words.as_str() } else { path };
            all.push(mapping(format!("{}{words}BasePathMapping", self.id), Some(base.into())));
        }
        Ok(all)
    }

    fn association(&self, given: &Node, domain_id: &str) -> Sam<Made> {
        self.of().map(given, "Domain.AccessAssociation")?;
        let nothing = Node::nothing();
        let endpoint = given.get("VpcEndpointId").unwrap_or(&nothing);
        let id = hashed("DomainNameAccessAssociation", &list![endpoint, domain_id]);
        let mut made = Made::new(id, "AWS::ApiGateway::DomainNameAccessAssociation", self.passed_on());
        made.set("DomainNameArn", reference(domain_id));
        made.set("AccessAssociationSourceType", "VPCE");
        made.set("AccessAssociationSource", endpoint);
        Ok(made)
    }

    pub(super) fn records(&self, domain: &Node, address: &Node, transform: &mut Transform) -> Sam<Made> {
        let nothing = map! {};
        let route = domain.get("Route53").unwrap_or(&nothing);
        self.of().map(route, "Domain.Route53")?;
        let (id, name) = (route.given("HostedZoneId"), route.given("HostedZoneName"));
        let Some(zone) = route.truth("HostedZoneId").or(route.truth("HostedZoneName")).or(id).or(name) else {
            let message = "HostedZoneId or HostedZoneName is required to enable Route53 support on Custom Domains.";
            return self.refuse(message);
        };
        let group = |id: String| {
            let mut group = Made::new(id, "AWS::Route53::RecordSetGroup", self.passed_on());
            group.copy(route, &["HostedZoneId", "HostedZoneName"]);
            group.set("RecordSets", list![]);
            group
        };
        let add = |group: &mut Made| {
            if let Some(records) = group.properties.get_mut("RecordSets") {
                self.record_sets(domain, address, route).into_iter().for_each(|record| records.push(record));
            }
        };
        if let Some(separate) = route.truth("SeparateRecordSetGroup") {
            self.of().flag(separate, "Domain.Route53.SeparateRecordSetGroup")?;
            let nothing = Node::from("");
            let domain_name = domain.get("DomainName").unwrap_or(&nothing);
            let mut alone = group(hashed("RecordSetGroup", &list![zone, domain_name]));
            add(&mut alone);
            return Ok(alone);
        }
        let id = hashed("RecordSetGroup", zone);
        let shared = transform.record_sets.entry(id.clone()).or_insert_with(|| group(id));
        add(shared);
        Ok(shared.clone())
    }

    fn record_sets(&self, domain: &Node, address: &Node, route: &Node) -> Vec<Node> {
        let mut target = map! {};
        let mut set = |name: &str, value: Option<Node>| {
            if let Some(value) = value {
                target.set(name, value);
            }
        };
        set("EvaluateTargetHealth", route.given("EvaluateTargetHealth").cloned());
        let id = address.text().unwrap_or_default();
        let nothing = Node::nothing();
        let or_nothing = |value: Option<&Node>| Some(value.unwrap_or(&nothing).clone());
        match domain.get("EndpointConfiguration").and_then(Node::str) {
            Some("REGIONAL") => {
                set("HostedZoneId", Some(get_att(id, "RegionalHostedZoneId")));
                set("DNSName", Some(get_att(id, "RegionalDomainName")));
            }
            Some("EDGE") => {
                let name = route.given("DistributionDomainName").cloned();
                set("HostedZoneId", Some(CLOUDFRONT_ZONE.into()));
                set("DNSName", name.or_else(|| Some(get_att(id, "DistributionDomainName"))));
            }
            _ => {
                set("HostedZoneId", or_nothing(route.get("VpcEndpointHostedZoneId")));
                set("DNSName", or_nothing(route.get("VpcEndpointDomainName")));
            }
        }
        let record = |kind: &str| {
            let mut record = map! {
                "Name" => domain.get("DomainName").unwrap_or(&nothing),
                "Type" => kind,
                "AliasTarget" => &target,
            };
            for name in ["Region", "SetIdentifier"] {
                if let Some(value) = route.given(name) {
                    record.set(name, value);
                }
            }
            record
        };
        let mut records = vec![record("A")];
        if route.get("IpV6").and_then(Node::boolean) == Some(true) {
            records.push(record("AAAA"));
        }
        records
    }
}
