//! What Lambda tries when it creates a function: to assume the role, and to put a network interface into the VPC.

use super::Refused;
use stack::creation::{network_interface_refusal, trust_refusal};
use stack::{Function, Network, REGION, Role, VpcConfig};

pub(super) fn check(function: &Function, network: &Network) -> Result<(), Refused> {
    can_be_assumed(&function.role)?;
    let Some(vpc) = &function.vpc_config else { return Ok(()) };
    can_make_network_interfaces(&function.role)?;
    network_exists(vpc, network)
}

/// Whether the role trusts Lambda. A role without a trust policy comes from no template, and is not asked.
///
/// # Errors
///
/// Lambda's refusal.
pub fn can_be_assumed(role: &Role) -> Result<(), Refused> {
    let trust = Some(&role.assume_role_policy).filter(|trust| !trust.is_null());
    trust.and_then(trust_refusal).map_or(Ok(()), |message| Err(Refused::invalid_parameter(message)))
}

/// Whether the role lets Lambda attach the function to a VPC.
///
/// # Errors
///
/// Lambda's refusal, which names the first action that is missing.
pub fn can_make_network_interfaces(role: &Role) -> Result<(), Refused> {
    let refusal = network_interface_refusal(REGION, |action, resource| role.allows(action, resource));
    refusal.map_or(Ok(()), |message| Err(Refused::invalid_parameter(message)))
}

/// Whether the subnets and security groups are there.
///
/// # Errors
///
/// Lambda's refusal, with EC2's error in it.
pub fn network_exists(vpc: &VpcConfig, network: &Network) -> Result<(), Refused> {
    let missing = |call: &str, code: &str, message: String| {
        Err(Refused::invalid_parameter(format!(
            "Error occurred while {call}. EC2 Error Code: {code}. EC2 Error Message: {message}"
        )))
    };
    if let Some(id) = vpc.subnet_ids.iter().find(|id| !network.subnets.iter().any(|subnet| subnet.id == **id)) {
        return missing("DescribeSubnets", "InvalidSubnetID.NotFound", format!("The subnet ID '{id}' does not exist"));
    }
    if let Some(id) =
        vpc.security_group_ids.iter().find(|id| !network.security_groups.iter().any(|group| group.id == **id))
    {
        return missing(
            "DescribeSecurityGroups",
            "InvalidGroup.NotFound",
            format!("The security group '{id}' does not exist"),
        );
    }
    Ok(())
}
