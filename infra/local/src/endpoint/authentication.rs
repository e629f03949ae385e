//! Who calls: the signature is verified for every service, and each refuses in a form of its own.
//!
//! S3 verifies further in, where chunked bodies and forms are known.

use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use time::Duration;

use super::{Endpoint, dynamodb_api, lambda_api, logs_api, service, sqs_api, sts_api, unknown};
use crate::iam::Caller;
use crate::signature::{self, Scope, SignatureError};
use stack::Service;

/// How far a caller's clock may be behind, for most services.
const PATIENCE: Duration = Duration::minutes(5);
/// And for the older ones.
const LONG_PATIENCE: Duration = Duration::minutes(15);

/// Why a caller is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unauthenticated {
    /// The signature, or what it is made with.
    Signature(SignatureError),
    /// The environment that held the credentials has ended.
    Expired,
}

impl From<SignatureError> for Unauthenticated {
    fn from(error: SignatureError) -> Unauthenticated {
        Unauthenticated::Signature(error)
    }
}

impl Endpoint {
    /// Who made this call.
    ///
    /// # Errors
    ///
    /// The caller has no proof. S3 asks for its own further in, and all its callers are anonymous until then.
    pub(super) fn authenticate(&self, service: Service, parts: &Parts, body: &[u8]) -> Result<Caller, Unauthenticated> {
        if service == Service::S3 {
            return Ok(Caller::Anonymous);
        }
        let named = service::scope_service(parts);
        let service_name = match service {
            // Whatever it is, it must be signed for what it is.
            Service::Unknown => named.as_deref().unwrap_or_default(),
            known => known.prefix(),
        };
        let patience = if matches!(service, Service::Sts | Service::Sqs) { LONG_PATIENCE } else { PATIENCE };
        let scope = Scope { service: service_name, patience };
        let key = signature::verify(parts, body, scope, self.clock.now(), |key| self.identities.credentials(key))?;
        match self.identities.caller(&key) {
            Caller::Expired(_) => Err(Unauthenticated::Expired),
            Caller::Anonymous => Err(SignatureError::InvalidClientTokenId.into()),
            caller => Ok(caller),
        }
    }

    /// The refusal of a call whose signature does not hold, or of what its service refuses even before that.
    pub(super) async fn refuse_unauthenticated(
        &self,
        service: Service,
        parts: &Parts,
        body: Bytes,
        why: &Unauthenticated,
    ) -> Response {
        #[cfg(feature = "tables")]
        if matches!(service, Service::DynamoDb | Service::DynamoDbStreams)
            && let Some(earlier) = self.tables.refuse_unsigned(&parts.headers, body).await
        {
            return earlier.map(axum::body::Body::from);
        }
        #[cfg(not(feature = "tables"))]
        drop(body);
        self.unauthenticated(service, parts, why)
    }

    /// The refusal in the form of `service`.
    fn unauthenticated(&self, service: Service, parts: &Parts, why: &Unauthenticated) -> Response {
        let request_id = self.clock.uuid().to_string();
        match service {
            Service::DynamoDb | Service::DynamoDbStreams => dynamodb_api::unauthenticated(why, &request_id),
            Service::Logs => logs_api::unauthenticated(why, &request_id),
            Service::Sqs => sqs_api::unauthenticated(why, &request_id),
            Service::Lambda => lambda_api::unauthenticated(why, &request_id),
            // S3 looks at signatures itself.
            Service::Sts | Service::S3 => sts_api::unauthenticated(why, &request_id),
            Service::Unknown => unknown::unauthenticated(parts, why, &request_id),
        }
    }
}

impl Unauthenticated {
    /// The exception of the JSON protocols.
    pub(super) fn exception(&self) -> &'static str {
        match self {
            Unauthenticated::Expired => "ExpiredTokenException",
            Unauthenticated::Signature(SignatureError::MissingAuthenticationToken) => {
                "MissingAuthenticationTokenException"
            }
            Unauthenticated::Signature(SignatureError::Incomplete(_)) => "IncompleteSignatureException",
            Unauthenticated::Signature(SignatureError::InvalidClientTokenId) => "UnrecognizedClientException",
            Unauthenticated::Signature(SignatureError::Mismatch(_)) => "InvalidSignatureException",
        }
    }

    /// The code of the query protocol.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Unauthenticated::Expired => "ExpiredToken",
            Unauthenticated::Signature(SignatureError::MissingAuthenticationToken) => "MissingAuthenticationToken",
            Unauthenticated::Signature(SignatureError::Incomplete(_)) => "IncompleteSignature",
            Unauthenticated::Signature(SignatureError::InvalidClientTokenId) => "InvalidClientTokenId",
            Unauthenticated::Signature(SignatureError::Mismatch(_)) => "SignatureDoesNotMatch",
        }
    }

    /// What is wrong, with what could be done about it.
    pub(super) fn message(&self) -> String {
        match self {
            Unauthenticated::Expired => "The security token included in the request is expired".to_string(),
            Unauthenticated::Signature(error) => error.to_string(),
        }
    }

    /// As [`Unauthenticated::message`], of the services that say of a missing signature only that it is missing.
    pub(super) fn short_message(&self) -> String {
        match self {
            Unauthenticated::Signature(SignatureError::MissingAuthenticationToken) => {
                "Missing Authentication Token".to_string()
            }
            other => other.message(),
        }
    }
}
