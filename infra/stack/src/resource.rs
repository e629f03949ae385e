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
    /// Its `Metadata`, whose change is a change of the resource.
    pub metadata: Option<Value>,
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
    /// When the deployment that made it is rolled back (`DeletionPolicy: Retain`, and not `RetainExceptOnCreate`).
    pub rolled_back: bool,
}

/// Whether a resource of the type has a name that no other one of it in the account has. Parts of an API have names inside it, and a
/// permission has one inside its function's policy.
pub fn is_alone_in_account(resource_type: &str) -> bool {
    let part = resource_type.starts_with("AWS::ApiGateway::") && resource_type != "AWS::ApiGateway::RestApi";
    !part && resource_type != "AWS::Lambda::Permission"
}

impl Resource {
    /// The stack called `name` as a resource, whose events frame those of all others.
    pub fn of_stack(name: &str) -> Resource {
        Resource {
            logical_id: name.to_string(),
            resource_type: "AWS::CloudFormation::Stack".to_string(),
            physical_id: name.to_string(),
            custom_named: true,
            properties: Value::Null,
            metadata: None,
            retained: Retention::default(),
        }
    }

    /// Whether no other resource of its type in the account has its name.
    pub fn is_alone_in_account(&self) -> bool {
        is_alone_in_account(&self.resource_type)
    }

    /// Whether it is the same resource under an older template: the same type and the same name.
    pub fn is(&self, other: &Resource) -> bool {
        self.resource_type == other.resource_type && self.physical_id == other.physical_id
    }
}
