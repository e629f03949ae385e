//! An operation as a value: what a call asks for, parsed once from its head.
//!
//! Everybody who wants to know something about a call asks this value: the activity log and CloudTrail for its name, IAM for the
//! permissions that it needs, and its service's handler gets it to carry out. Each service declares its operations once, in a file of
//! its own.

use serde_json::Value;

/// An operation of a service that is plugged in.
pub trait ServiceOperation: std::fmt::Debug + Send + Sync {
    /// What CloudTrail and the activity log call it: the operation, or method and path where there is none of that name.
    fn name(&self) -> &str;

    /// The permissions that it needs, with the body `request`. None for what is asked further in.
    fn permissions(&self, request: &Value) -> Vec<RequiredPermission>;
}

/// A service's operations, declared with [`operations!`].
pub trait OperationTable: Copy + 'static {
    /// All that the service has here, in the order of their names.
    const ALL: &'static [Self];

    /// The operation's name in the service's API.
    fn name(self) -> &'static str;

    /// All their names, in their order.
    fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|operation| operation.name()).collect()
    }

    /// The operation of this name.
    fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }
}

/// Declares the operations of a service, each once: a variant is called as the operation is.
#[macro_export]
macro_rules! operations {
    ($(#[$attribute:meta])* $visibility:vis enum $Table:ident { $($Operation:ident,)+ }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $visibility enum $Table { $($Operation,)+ }

        impl $crate::service::OperationTable for $Table {
            const ALL: &'static [$Table] = &[$($Table::$Operation,)+];

            fn name(self) -> &'static str {
                match self { $($Table::$Operation => stringify!($Operation),)+ }
            }
        }
    };
}
pub use operations;

/// An operation of the JSON protocols, which name it in `X-Amz-Target`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target<O> {
    /// The name as it was sent.
    pub name: String,
    /// What is called so; none where the service has nothing of that name here.
    pub operation: Option<O>,
}

impl<O: OperationTable> Target<O> {
    /// The operation called `name`.
    pub fn of(name: &str) -> Target<O> {
        Target { name: name.to_string(), operation: O::of(name) }
    }
}

/// One permission that a call needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredPermission {
    /// As policies name it: `dynamodb:PutItem`.
    pub action: String,
    /// The ARN that it is done to; `*` where there is none.
    pub resource: String,
    /// What the call says of itself, for the conditions of policies.
    pub context: CallContext,
}

/// The condition keys of a service that a call has; those of every call are [`crate::iam::request_context`]'s.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallContext {
    /// The keys with their values; a key with several values stands there several times.
    pub keys: Vec<(&'static str, String)>,
    /// Keys that the call has with values that nobody here can tell: see [`stack::policy::AuthorizationRequest::unknown_keys`].
    pub unknown_keys: Vec<&'static str>,
}

impl RequiredPermission {
    /// The permission to do `action` to `resource`.
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> RequiredPermission {
        RequiredPermission { action: action.into(), resource: resource.into(), context: CallContext::default() }
    }

    /// The same permission, asked for with `context`.
    pub fn in_context(self, context: CallContext) -> RequiredPermission {
        RequiredPermission { context, ..self }
    }
}
