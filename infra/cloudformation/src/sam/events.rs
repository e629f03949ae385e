//! The events of a function: what invokes it, and what has to exist for that.

mod api;
mod http_api;
mod pull;
mod push;
mod rule;

use super::Transform;
use super::error::{Refusal, Sam};
use super::function::Target;
use super::logical_id::{alphanumeric, hashed};
use super::properties::{self, SamType};
use super::resource::{Attributes, Made};
use super::role::Role;
use super::value::Of;
use crate::tree::Node;

/// An event of the function, with the properties that its type has.
struct Event<'e> {
    /// Its key in `Events`.
    key: &'e str,
    /// The logical id of what it makes.
    id: String,
    properties: Node,
}

impl Event<'_> {
    fn given(&self, name: &str) -> Option<&Node> {
        self.properties.given(name)
    }

    fn truth(&self, name: &str) -> Option<&Node> {
        self.properties.truth(name)
    }

    fn of(&self) -> Of<'_> {
        Of::Event(self.key)
    }

    fn refuse<T>(&self, message: impl AsRef<str>) -> Sam<T> {
        Refusal::event(self.key, message)
    }

    /// The permission for `principal` to invoke the function.
    fn permission(&self, target: &Target, principal: &str, suffix: &str) -> Made {
        permission(&self.id, target, principal, suffix)
    }
}

fn permission(prefix: &str, target: &Target, principal: &str, suffix: &str) -> Made {
    let prefix = format!("{prefix}Permission");
    let id = if alphanumeric(suffix) { format!("{prefix}{suffix}") } else { hashed(&prefix, &suffix.into()) };
    let mut permission = Made::new(id, "AWS::Lambda::Permission", target.attributes.passed_on());
    permission.set("Action", "lambda:InvokeFunction");
    permission.set("FunctionName", target.name());
    permission.set("Principal", principal);
    permission
}

/// What makes the resources of an event: of those named in the function's role it may add policies.
type Make = fn(&mut Event<'_>, &Target, &mut Role, &mut Transform) -> Sam<Vec<Made>>;
/// What an event needs of the rest of the template.
type Linked = fn(&Event<'_>, &Node) -> Sam<()>;

/// A type of event.
struct EventType {
    of: SamType,
    linked: Linked,
    make: Make,
}

fn event_type(name: &str) -> Option<&'static EventType> {
    let all = [api::TYPES, http_api::TYPES, pull::TYPES, rule::TYPES, push::TYPES];
    all.into_iter().flatten().find(|kind| kind.of.name == name)
}

/// Nothing else is needed.
fn alone(_: &Event<'_>, _: &Node) -> Sam<()> {
    Ok(())
}

/// What the event is, if it is of a type that AWS's transform makes and this one does not.
fn unmade(event: &Node) -> Option<&str> {
    let kind = event.get("Type").and_then(Node::str)?;
    let known = ["DocumentDB", "MQ", "MSK", "SelfManagedKafka"].contains(&kind);
    (known && event_type(kind).is_none()).then_some(kind)
}

fn read<'e>(function: &str, key: &'e str, event: &Node) -> Sam<(&'static EventType, Event<'e>)> {
    if !event.is_mapping() {
        return Refusal::event(key, format!("'{}' object has no attribute 'get'", event.python_type()));
    }
    let kind = event.get("Type").and_then(Node::str);
    let Some(kind) = kind.and_then(event_type) else {
        let kind = event.get("Type").map_or("None".to_string(), Node::display);
        let message = format!("Resource dict has missing or invalid value for key Type. Event Type is: {kind}.");
        return Refusal::event(key, message);
    };
    let id = format!("{function}{key}");
    properties::check_id(&id)?;
    let properties = properties::of(&id, event)?;
    kind.of.check(&id, &properties)?;
    Ok((kind, Event { key, id, properties }))
}

/// Holds that the events are well formed and what they refer to is there.
pub(super) fn check(function: &str, events: Option<&Node>, resources: &Node) -> Sam<()> {
    for (key, event) in events.map(Node::entries).unwrap_or_default() {
        if unmade(event).is_some() {
            continue;
        }
        let (kind, event) = read(function, &key.name, event)?;
        (kind.linked)(&event, resources)?;
    }
    Ok(())
}

/// What the events make; the role gets what they need.
pub(super) fn make(
    events: Option<&Node>,
    target: &Target,
    role: &mut Role,
    transform: &mut Transform,
) -> Sam<Vec<Made>> {
    let mut made = Vec::new();
    let mut events: Vec<_> = events.map(Node::entries).unwrap_or_default().iter().collect();
    events.sort_by_key(|(key, event)| {
        let path = event.get("Properties").and_then(|properties| properties.get("Path"));
        path.map_or_else(|| key.name.clone(), Node::display)
    });
    for (key, event) in events {
        if let Some(kind) = unmade(event) {
            transform.leave(&target.function, format!("events of type {kind}"));
            continue;
        }
        let (kind, mut event) = read(&target.function, &key.name, event)?;
        made.extend((kind.make)(&mut event, target, role, transform)?);
    }
    Ok(made)
}

/// A resource made for the event `id` with what the function passes on.
fn made(id: impl Into<String>, kind: &'static str, target: &Target) -> Made {
    let attributes: Attributes = target.attributes.passed_on();
    Made::new(id, kind, attributes)
}
