//! The `X-Amzn-Trace-Id` header.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>

use crate::clock::Clock;

/// A request's place in a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trace {
    /// What the function sees among its headers.
    pub(super) received: String,
    /// What the caller gets back, and the function as its own trace id: always with root, parent and decision.
    pub(super) complete: String,
}

impl Trace {
    /// Goes on with the trace in the client's header, if there is a valid one, or begins a trace.
    pub(super) fn of(header: Option<&str>, clock: &Clock) -> Trace {
        let given = header.unwrap_or_default();
        let field = |name: &str| {
            let mut fields = given.split(';').filter_map(|field| field.trim().split_once('='));
            fields.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let client_root = field("Root").filter(|root| is_root(root));
        let root = match client_root {
            Some(root) => root.to_string(),
            None => clock.trace_root(),
        };
        let parent = match client_root.and(field("Parent")).filter(|parent| is_hex(parent, 16)) {
            Some(parent) => parent.to_string(),
            None => clock.hex(16),
        };
        let sampled = client_root.and(field("Sampled")).filter(|sampled| matches!(*sampled, "0" | "1")).unwrap_or("0");
        let received = if client_root.is_some() { given.to_string() } else { format!("Root={root}") };
        Trace { received, complete: format!("Root={root};Parent={parent};Sampled={sampled}") }
    }
}

/// `1-5e5ffa15-7491f09xmpl79d18acf3d050`, with hexadecimal digits only.
fn is_root(root: &str) -> bool {
    let mut parts = root.split('-');
    let (version, time, id) = (parts.next(), parts.next(), parts.next());
    version == Some("1")
        && time.is_some_and(|time| is_hex(time, 8))
        && id.is_some_and(|id| is_hex(id, 24))
        && parts.next().is_none()
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
