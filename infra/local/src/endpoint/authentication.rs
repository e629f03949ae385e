//! Who calls: the signature is verified for every service, and each refuses in a form of its own.
//!
//! S3 verifies further in, where chunked bodies and forms are known.

use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::json;
use time::Duration;

use super::service;
use super::{Endpoint, sts_api};
use crate::iam::Caller;
use crate::signature::{self, Scope, SignatureError};
use crate::stack::Service;

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
        let message = why.message(service);
        let typed = |prefix: &str| json!({ "__type": format!("{prefix}{}", why.exception()), "message": message });
        let json = |status: StatusCode, media_type: &'static str, body: serde_json::Value| {
            (status, [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body.to_string()).into_response()
        };
        const CORAL: &str = "com.amazon.coral.service#";
        let mut response = match service {
            Service::DynamoDb | Service::DynamoDbStreams => {
                json(StatusCode::BAD_REQUEST, "application/x-amz-json-1.0", typed(CORAL))
            }
            Service::Logs => json(StatusCode::BAD_REQUEST, "application/x-amz-json-1.1", typed("")),
            Service::Sqs => json(StatusCode::FORBIDDEN, "application/x-amz-json-1.0", typed(CORAL)),
            Service::Lambda => json(StatusCode::FORBIDDEN, "application/json", json!({ "message": message })),
            // Which protocol a service speaks that is not here can only be guessed: most of the old ones post forms.
            Service::Unknown if !service::is_form(parts) => {
                json(StatusCode::FORBIDDEN, "application/x-amz-json-1.0", typed(""))
            }
            Service::S3 | Service::Sts | Service::Unknown => {
                return sts_api::refusal(StatusCode::FORBIDDEN, why.code(), &message, &self.clock.uuid().to_string());
            }
        };
        let headers = response.headers_mut();
        headers.insert("x-amzn-errortype", HeaderValue::from_static(why.exception()));
        // For clients that still know SQS by the codes of its older protocol.
        if service == Service::Sqs
            && let Ok(code) = HeaderValue::from_str(&format!("{};Sender", why.code()))
        {
            headers.insert("x-amzn-query-error", code);
        }
        if let Ok(id) = HeaderValue::from_str(&self.clock.uuid().to_string()) {
            headers.insert("x-amzn-requestid", id);
        }
        response
    }
}

impl Unauthenticated {
    /// The exception of the JSON protocols.
    fn exception(&self) -> &'static str {
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
    fn code(&self) -> &'static str {
        match self {
            Unauthenticated::Expired => "ExpiredToken",
            Unauthenticated::Signature(SignatureError::MissingAuthenticationToken) => "MissingAuthenticationToken",
            Unauthenticated::Signature(SignatureError::Incomplete(_)) => "IncompleteSignature",
            Unauthenticated::Signature(SignatureError::InvalidClientTokenId) => "InvalidClientTokenId",
            Unauthenticated::Signature(SignatureError::Mismatch(_)) => "SignatureDoesNotMatch",
        }
    }

    fn message(&self, service: Service) -> String {
        match self {
            Unauthenticated::Signature(SignatureError::MissingAuthenticationToken)
                if matches!(service, Service::Lambda | Service::Logs) =>
            {
                "Missing Authentication Token".to_string()
            }
            Unauthenticated::Expired => "The security token included in the request is expired".to_string(),
            Unauthenticated::Signature(error) => error.to_string(),
        }
    }
}
