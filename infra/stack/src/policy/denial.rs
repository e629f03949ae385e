//! The sentence that a refused caller gets.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>

use std::fmt;

use super::AuthorizationRequest;

/// Why a call was refused; [`Denial`] displays as AWS's own sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// Who asked.
    pub principal: String,
    /// What for, such as `dynamodb:PutItem`.
    pub action: String,
    /// To what.
    pub resource: String,
    reason: Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    NothingAllows,
    RoleDenies,
    ResourcePolicyDenies,
    ResourcePolicyAllowsNothing,
    EndpointAllowsNothing,
    EndpointDenies,
}

impl Denial {
    /// The role's own policies refuse: with a statement (`explicit`), or because none allows.
    pub fn of_identity(principal: String, request: &AuthorizationRequest<'_>, explicit: bool) -> Denial {
        let reason = if explicit { Reason::RoleDenies } else { Reason::NothingAllows };
        Denial { principal, action: request.action.to_string(), resource: request.resource.to_string(), reason }
    }

    /// A statement of the policy on the resource refuses.
    pub fn of_resource(principal: String, request: &AuthorizationRequest<'_>) -> Denial {
        let (action, resource) = (request.action.to_string(), request.resource.to_string());
        Denial { principal, action, resource, reason: Reason::ResourcePolicyDenies }
    }

    /// The resource belongs to another account, and no policy on it lets this one's in.
    pub fn of_another_account(principal: String, request: &AuthorizationRequest<'_>) -> Denial {
        let (action, resource) = (request.action.to_string(), request.resource.to_string());
        Denial { principal, action, resource, reason: Reason::ResourcePolicyAllowsNothing }
    }

    /// The policy of the VPC endpoint on the way refuses: with a statement (`explicit`), or because none allows.
    pub fn of_vpc_endpoint(principal: String, request: &AuthorizationRequest<'_>, explicit: bool) -> Denial {
        let reason = if explicit { Reason::EndpointDenies } else { Reason::EndpointAllowsNothing };
        Denial { principal, action: request.action.to_string(), resource: request.resource.to_string(), reason }
    }

    /// Whether a statement refuses, where otherwise no statement allows.
    pub fn is_explicit(&self) -> bool {
        let unless_allowed =
            [Reason::NothingAllows, Reason::ResourcePolicyAllowsNothing, Reason::EndpointAllowsNothing];
        !unless_allowed.contains(&self.reason)
    }

    /// Why, as the end of the sentence says it.
    pub fn reason(&self) -> String {
        match self.reason {
            Reason::NothingAllows => format!("because no identity-based policy allows the {} action", self.action),
            Reason::RoleDenies => "with an explicit deny in an identity-based policy".to_string(),
            Reason::ResourcePolicyDenies => "with an explicit deny in a resource-based policy".to_string(),
            Reason::ResourcePolicyAllowsNothing => {
                format!("because no resource-based policy allows the {} action", self.action)
            }
            Reason::EndpointAllowsNothing => {
                format!("because no VPC endpoint policy allows the {} action", self.action)
            }
            Reason::EndpointDenies => "with an explicit deny in a VPC endpoint policy".to_string(),
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Denial { principal, action, resource, .. } = self;
        write!(f, "User: {principal} is not authorized to perform: {action} on resource: {resource} {}", self.reason())
    }
}
