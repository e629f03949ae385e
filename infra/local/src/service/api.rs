//! A service at the AWS endpoint: whom it admits, what a call asks for, how it refuses a caller, and its answer.
//!
//! The endpoint keeps the order, in one place for all services: it asks the guard, reads the body, verifies the signature and asks the
//! caller's role. The words of each refusal are the service's own.

use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use stack::policy::Denial;

use super::{ServiceOperation, Unauthenticated};
use crate::future::BoxFuture;
use crate::guard::{FetchMetadata, Guard, ListenerKind, TurnedAway};

/// What a service is at the endpoint.
pub trait ServiceApi {
    /// Whether a request may be answered at all: see [`crate::guard`].
    ///
    /// # Errors
    ///
    /// The refusal to send.
    fn admit(&self, guard: &Guard, _: &Parts, metadata: &FetchMetadata<'_>) -> Result<(), TurnedAway> {
        guard.check(ListenerKind::Aws, metadata, |_| false)
    }

    /// What a call asks for, parsed from its head.
    fn operation(&self, parts: &Parts) -> Box<dyn ServiceOperation>;

    /// What its answers say in the header `Server`, where the endpoint is to say it.
    fn server(&self) -> Option<&'static str> {
        None
    }

    /// Whether it verifies signatures and asks for permissions itself, because only its own protocol says where they stand. Then the
    /// endpoint does neither, and the three refusals below are never asked for.
    fn verifies_callers(&self) -> bool {
        false
    }

    /// The refusal of a caller that cannot be authenticated, or of what the service refuses even before it looks for
    /// one.
    fn unauthenticated<'a>(
        &'a self,
        _: &'a Parts,
        _: Bytes,
        why: &'a Unauthenticated,
        _request_id: &'a str,
    ) -> BoxFuture<'a, Response> {
        Box::pin(async move { (StatusCode::FORBIDDEN, why.message()).into_response() })
    }

    /// The refusal of a body that is not JSON, if the service reads nothing else: a role cannot be asked about it.
    fn unreadable(&self, _: &Parts) -> Option<Response> {
        None
    }

    /// The refusal of a caller whose role does not allow the call.
    fn denied(&self, denial: &Denial) -> Response {
        (StatusCode::FORBIDDEN, denial.to_string()).into_response()
    }

    /// What is refused by the head of a call alone, whatever body follows: asked for a caller that waits for `100 Continue`.
    fn refusal_of_head<'a>(&'a self, _: &'a Parts) -> BoxFuture<'a, Option<ServiceAnswer>> {
        Box::pin(async { None })
    }

    /// The answer to a caller who may ask.
    fn answer<'a>(&'a self, parts: &'a Parts, body: Bytes) -> BoxFuture<'a, ServiceAnswer>;
}

/// An answer, with what the service found out about its caller where it asked by itself.
#[derive(Debug)]
pub struct ServiceAnswer {
    /// What is sent.
    pub response: Response,
    /// The function that called.
    pub function: Option<String>,
    /// Why it was refused for want of a permission.
    pub denied: Option<String>,
}

impl From<Response> for ServiceAnswer {
    fn from(response: Response) -> ServiceAnswer {
        ServiceAnswer { response, function: None, denied: None }
    }
}
