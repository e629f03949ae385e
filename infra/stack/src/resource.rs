//! A stack as CloudFormation lists it: resource after resource, as SAM's transform leaves them.

use serde_json::Value;

/// One resource of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The template's name for it, or the one that SAM makes.
    pub logical_id: String,
    /// `AWS::Lambda::Function`.
    pub resource_type: String,
    /// Its name or id. Another one means another resource: CloudFormation replaces it.
    pub physical_id: String,
    /// Whether the template chose that name itself.
    pub custom_named: bool,
    /// Its properties with every reference worked out, which is what an update compares.
    pub properties: Value,
    /// When it stays although the stack gives it up.
    pub retained: Retention,
}

/// When a resource stays although its stack gives it up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// When the template leaves it out (`DeletionPolicy`).
    pub left_out: bool,
    /// When another one takes its place (`UpdateReplacePolicy`).
    pub replaced: bool,
}

impl Resource {
    /// Whether it is the same resource under an older template: the same type and the same name.
    pub fn is(&self, other: &Resource) -> bool {
        self.resource_type == other.resource_type && self.physical_id == other.physical_id
    }
}
