//! The `Host` header: which API is meant. On AWS the host name is how API Gateway finds the API, and a name that it does not
//! know is `Forbidden`.

use crate::guard::{is_loopback, without_port};
use stack::api_domain_name;

/// Whether `host` names this machine's loopback or the API itself.
pub(super) fn is_ours(host: Option<&str>, api_id: &str) -> bool {
    host.is_some_and(|host| is_loopback(host) || without_port(host).eq_ignore_ascii_case(&api_domain_name(api_id)))
}
