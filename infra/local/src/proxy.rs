//! Lambda proxy integration (`AWS_PROXY`, payload format 1.0): an HTTP request as an event, a function's reply as HTTP.
//!
//! Both directions are pure functions. [`event`] makes the JSON that a function receives; [`reply`] judges what it sends
//! back and says, in [`Malformed`], which rule a refused reply breaks. API Gateway's caller never learns that much: a
//! malformed reply is a 502 whose body is the same for every mistake. A course needs the reason.
//!
//! Read `event` for what stands in an event and what is `null` there, `reply` for the rules of a reply, `headers` for
//! what happens to headers in either direction, `media_type` for when a body is binary.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

mod context;
mod edge_hop;
mod event;
pub(crate) mod headers;
mod malformed;
pub(crate) mod media_type;
pub(crate) mod parameter;
pub(crate) mod query;
mod reply;
pub(crate) mod values;

pub use context::{Identity, RequestContext};
pub use edge_hop::EdgeHop;
pub use event::{MatchedRequest, ProxyEvent, event};
pub use malformed::Malformed;
pub use reply::reply;

#[cfg(test)]
mod tests;
