//! What is known about a request before any of it is looked at: ids, time, caller.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::format_description;

use super::address::Address;
use crate::clock::Clock;
use crate::proxy::{Identity, RequestContext};
use crate::wire::Request;
use stack::{ACCOUNT, RestApi, api_domain_name};

/// The context of `request`, as yet without a resource.
pub(super) fn of(request: &Request, address: &Address<'_>, api: &RestApi, clock: &Clock) -> RequestContext {
    let now = clock.now();
    RequestContext {
        account_id: ACCOUNT.to_string(),
        api_id: api.id.clone(),
        deployment_id: short_id(&api.id, "deployment"),
        domain_name: api_domain_name(&api.id),
        domain_prefix: api.id.clone(),
        // Eleven bytes make sixteen characters that end in one `=`, as API Gateway's own do.
        extended_request_id: STANDARD.encode(&clock.uuid().as_bytes()[5..]),
        http_method: request.method.clone(),
        identity: Identity {
            source_ip: Some(request.peer.ip().to_string()),
            user_agent: request.header("user-agent").map(str::to_string),
            ..Identity::default()
        },
        path: address.full_path.to_string(),
        protocol: request.version.to_string(),
        request_id: clock.uuid().to_string(),
        request_time: request_time(now),
        request_time_epoch: i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX),
        resource_id: String::new(),
        resource_path: String::new(),
        stage: api.stage.clone(),
    }
}

/// `04/Mar/2020:19:15:17 +0000`.
fn request_time(now: OffsetDateTime) -> String {
    let form = format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
    now.format(&form).unwrap_or_default()
}

/// `Wed, 04 Mar 2020 19:15:17 GMT`.
pub(super) fn http_date(now: OffsetDateTime) -> String {
    let form =
        format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
    now.format(&form).unwrap_or_default()
}

/// Six lower-case letters and digits, as the ids of resources and deployments are; the same for the same names.
pub(super) fn short_id(api_id: &str, name: &str) -> String {
    const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    // FNV-1a: small, and the same on every machine and in every release, unlike the standard library's hasher.
    let bytes = api_id.bytes().chain(*b"/").chain(name.bytes());
    let mut hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let digit = |_| {
        let digit = DIGITS[(hash % 36) as usize];
        hash /= 36;
        char::from(digit)
    };
    (0..6).map(digit).collect()
}

/// A value of the context by its path, `identity.sourceIp`, as text.
pub(super) fn value(context: &RequestContext, path: &str) -> Option<String> {
    let context = serde_json::to_value(context).ok()?;
    text(context.pointer(&format!("/{}", path.replace('.', "/")))?)
}

/// What stands in a header or a text for a JSON value: a string without its quotes, and nothing for null.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
