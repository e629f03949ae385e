//! What Lambda tries when it creates a function: to assume the role, to send a trace, and to put a network interface into the VPC.

use super::HandlerError;
use stack::creation::{network_interface_refusal, trace_refusal, trust_refusal};
use stack::{Function, REGION, Role, VpcConfig, VpcResources};

pub(super) fn check(function: &Function, vpc_resources: &VpcResources) -> Result<(), HandlerError> {
    can_be_assumed(&function.role)?;
    if function.is_traced {
        can_send_traces(&function.role)?;
    }
    let Some(vpc) = &function.vpc_config else { return Ok(()) };
    can_make_network_interfaces(&function.role)?;
    network_exists(vpc, vpc_resources)
}

/// Whether the role trusts Lambda. A role without a trust policy comes from no template, and is not asked.
///
/// # Errors
///
/// Lambda's refusal.
pub fn can_be_assumed(role: &Role) -> Result<(), HandlerError> {
    let trust = Some(&role.assume_role_policy).filter(|trust| !trust.is_null());
    trust.and_then(trust_refusal).map_or(Ok(()), |message| Err(HandlerError::invalid_parameter(message)))
}

/// Whether the role lets Lambda send traces.
///
/// # Errors
///
/// Lambda's refusal.
pub fn can_send_traces(role: &Role) -> Result<(), HandlerError> {
    let refusal = trace_refusal(|action, resource| role.allows(action, resource));
    refusal.map_or(Ok(()), |message| Err(HandlerError::invalid_parameter(message)))
}

/// Whether the role lets Lambda attach the function to a VPC.
///
/// # Errors
///
/// Lambda's refusal, which names the first action that is missing.
pub fn can_make_network_interfaces(role: &Role) -> Result<(), HandlerError> {
    let refusal = network_interface_refusal(REGION, |action, resource| role.allows(action, resource));
    refusal.map_or(Ok(()), |message| Err(HandlerError::invalid_parameter(message)))
}

/// Whether the subnets and security groups are there.
///
/// # Errors
///
/// Lambda's refusal, with EC2's error in it.
pub fn network_exists(vpc: &VpcConfig, vpc_resources: &VpcResources) -> Result<(), HandlerError> {
    let missing = |call: &str, code: &str, message: String| {
        Err(HandlerError::invalid_parameter(format!(
            "Error occurred while {call}. EC2 Error Code: {code}. EC2 Error Message: {message}"
        )))
    };
    if let Some(id) = vpc.subnet_ids.iter().find(|id| !vpc_resources.subnets.iter().any(|subnet| subnet.id == **id)) {
        return missing("DescribeSubnets", "InvalidSubnetID.NotFound", format!("The subnet ID '{id}' does not exist"));
    }
    if let Some(id) =
        vpc.security_group_ids.iter().find(|id| !vpc_resources.security_groups.iter().any(|group| group.id == **id))
    {
        return missing(
            "DescribeSecurityGroups",
            "InvalidGroup.NotFound",
            format!("The security group '{id}' does not exist"),
        );
    }
    Ok(())
}
