//! Who calls: the signature is verified for every service, and each refuses in a form of its own.
//!
//! A service that verifies its callers itself does so later: only S3 knows its chunked bodies and forms.

use axum::response::Response;
use bytes::Bytes;
use time::Duration;

use super::protocol::EndpointError;
use super::{Endpoint, EndpointCall, cloudformation_api, lambda_api, logs_api, query_compatible, service, sts_api};
use crate::iam::Caller;
use crate::service::Unauthenticated;
use crate::signature::{self, CredentialScope, SignatureError};
use stack::{REGION, Service};

/// How far a caller's clock may be behind, for most services.
const PATIENCE: Duration = Duration::minutes(5);
/// And for the older ones.
const LONG_PATIENCE: Duration = Duration::minutes(15);

impl Endpoint {
    /// Who made this call.
    ///
    /// # Errors
    ///
    /// The caller has no proof. A service that verifies its callers asks for it further in, and they are all anonymous until then.
    pub(super) fn authenticate(&self, call: &EndpointCall<'_>, body: &[u8]) -> Result<Caller, Unauthenticated> {
        let EndpointCall { service, parts, .. } = *call;
        if self.services.answering(service).is_some_and(|hosted| hosted.verifies_callers()) {
            return Ok(Caller::Anonymous);
        }
        let named = service::scope_service(parts);
        let service_name = match service {
            // Whichever service that is, the call must be signed for it.
            Service::Unknown => named.as_deref().unwrap_or_default(),
            known => known.signing_name(),
        };
        // AWS's global services, such as IAM, are signed for a region of their own.
        let region = (service != Service::Unknown).then_some(REGION);
        let patience = if matches!(service, Service::Sts | Service::Sqs) { LONG_PATIENCE } else { PATIENCE };
        let scope = CredentialScope { service: service_name, region, patience };
        let key = signature::verify(parts, body, scope, self.clock.now(), |key| self.identities.credentials(key))?;
        match self.identities.caller(&key) {
            Caller::Expired(_) => Err(Unauthenticated::Expired),
            Caller::Anonymous => Err(SignatureError::InvalidClientTokenId.into()),
            caller => Ok(caller),
        }
    }

    /// The refusal of a call whose signature does not hold, or of what its service refuses even before that, in the service's form and
    /// the call's protocol.
    pub(super) async fn unauthenticated(
        &self,
        call: &EndpointCall<'_>,
        body: Bytes,
        why: &Unauthenticated,
    ) -> Response {
        let EndpointCall { service, protocol, parts, .. } = *call;
        let request_id = self.clock.uuid().to_string();
        match service {
            _ if !protocol.is_spoken_by(service) => protocol.error(&EndpointError::unauthenticated(why), &request_id),
            _ if let Some(hosted) = self.services.answering(service) => {
                hosted.unauthenticated(parts, body, why, &request_id).await
            }
            Service::Logs => logs_api::unauthenticated(why, &request_id),
            Service::CloudWatch | Service::Sqs => query_compatible::unauthenticated(protocol, why, &request_id),
            Service::Lambda => lambda_api::unauthenticated(why, &request_id),
            Service::Sts => sts_api::unauthenticated(why, &request_id),
            Service::CloudFormation => cloudformation_api::unauthenticated(why, &request_id),
            // What is not plugged in was answered before.
            Service::DynamoDb | Service::DynamoDbStreams | Service::S3 | Service::Unknown => {
                protocol.error(&EndpointError::unauthenticated(why), &request_id)
            }
        }
    }
}
