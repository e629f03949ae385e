//! The lines that CloudFormation writes while it works: one for each step of each resource.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events-by-operation.html>

use std::fmt;

use serde::{Deserialize, Serialize};
use stack::Resource;

/// The type of the stack itself, whose events frame all others.
pub const STACK: &str = "AWS::CloudFormation::Stack";

/// One line: an event of the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackEvent {
    /// When: `2026-11-22T09:41:00.123Z`.
    pub timestamp: String,
    /// `CREATE_COMPLETE`.
    pub resource_status: String,
    /// `AWS::Lambda::Function`.
    pub resource_type: String,
    /// The template's name for it, or the one that SAM makes.
    pub logical_id: String,
    /// Its name or id.
    #[serde(default)]
    pub physical_id: String,
    /// `ResourceStatusReason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl StackEvent {
    /// The event of `resource` at `timestamp`.
    pub fn of(resource: &Resource, status: &str, reason: Option<&str>, timestamp: String) -> StackEvent {
        StackEvent {
            timestamp,
            resource_status: status.to_string(),
            resource_type: resource.resource_type.clone(),
            logical_id: resource.logical_id.clone(),
            physical_id: resource.physical_id.clone(),
            reason: reason.map(str::to_string),
        }
    }
}

impl fmt::Display for StackEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StackEvent { timestamp, resource_status, resource_type, logical_id, reason, .. } = self;
        write!(f, "{timestamp}  {resource_status:<20}  {resource_type:<34}  {logical_id}")?;
        reason.as_ref().map_or(Ok(()), |reason| write!(f, "  {reason}"))
    }
}
