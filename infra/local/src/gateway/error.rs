//! The errors that the gateway answers with, and how each comes about.

use super::response_type::ResponseType;
use crate::lambda::Refusal;
use crate::proxy::Malformed;
use crate::wire::Request;

/// An answer of the gateway's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GatewayError {
    /// The type's name, which decides what customisation applies.
    pub(super) response_type: &'static str,
    /// The status, unless customised.
    pub(super) status: u16,
    /// `x-amzn-ErrorType`.
    pub(super) error_type: &'static str,
    /// `$context.error.message`.
    pub(super) message: String,
    /// What the execution log says about it, if it says anything.
    pub(super) log_line: Option<String>,
}

impl From<ResponseType> for GatewayError {
    fn from(response_type: ResponseType) -> GatewayError {
        GatewayError {
            response_type: response_type.name,
            status: response_type.status.unwrap_or(500),
            error_type: response_type.error_type.unwrap_or_default(),
            message: response_type.message.unwrap_or_default().to_string(),
            log_line: None,
        }
    }
}

impl GatewayError {
    /// The host name or the stage is not this API's.
    pub(super) fn forbidden() -> GatewayError {
        // No type of the API applies in front of its stage; this one has the same words.
        ResponseType::INVALID_API_KEY.into()
    }

    /// No resource has this path and method. With a header that looks like a signature gone wrong API Gateway talks about
    /// that instead, because only a signed request could still be for something else (an IAM-protected method).
    pub(super) fn no_such_method(request: &Request) -> GatewayError {
        let missing = GatewayError::from(ResponseType::MISSING_AUTHENTICATION_TOKEN);
        let Some(authorization) = request.header("authorization") else { return missing };
        let Some(part) = authorization.split([' ', ',']).skip(1).find(|part| !part.is_empty() && !part.contains('='))
        else {
            return missing;
        };
        GatewayError {
            response_type: ResponseType::DEFAULT_4XX.name,
            error_type: "IncompleteSignatureException",
            message: format!(
                "'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{authorization}'."
            ),
            ..missing
        }
    }

    /// The function ran and failed: it returned an error, panicked, exited, could not start, or ran out of time.
    pub(super) fn function_error(message: &str, request_id: &str) -> GatewayError {
        GatewayError {
            status: 502,
            log_line: Some(format!(
                "Lambda execution failed with status 200 due to customer function error: {message}. \
                 Lambda request id: {request_id}"
            )),
            ..ResponseType::INTEGRATION_FAILURE.into()
        }
    }

    /// The integration took too long. The function goes on: API Gateway only stops waiting.
    pub(super) fn timeout() -> GatewayError {
        GatewayError {
            log_line: Some("Execution failed due to a timeout error".to_string()),
            ..ResponseType::INTEGRATION_TIMEOUT.into()
        }
    }

    /// The function's policy does not let this API invoke it. The function is not asked.
    pub(super) fn not_permitted() -> GatewayError {
        GatewayError::configuration(ResponseType::API_CONFIGURATION_ERROR, "Invalid permissions on Lambda function")
    }

    fn configuration(response_type: ResponseType, why: &str) -> GatewayError {
        GatewayError {
            status: 500,
            log_line: Some(format!("Execution failed due to configuration error: {why}")),
            ..response_type.into()
        }
    }
}

impl From<Malformed> for GatewayError {
    fn from(malformed: Malformed) -> GatewayError {
        let response_type = match malformed {
            Malformed::Base64(_) => ResponseType::API_CONFIGURATION_ERROR,
            _ => ResponseType::INTEGRATION_FAILURE,
        };
        GatewayError {
            status: malformed.status(),
            log_line: Some(malformed.log_line().to_string()),
            ..response_type.into()
        }
    }
}

impl From<Refusal> for GatewayError {
    /// Lambda did not run the function. Even its throttling is a 500 here, not a 429: the caller did nothing wrong.
    fn from(refusal: Refusal) -> GatewayError {
        match refusal {
            Refusal::RequestTooLarge { .. } => ResponseType::REQUEST_TOO_LARGE.into(),
            // A function that does not exist gives nobody permission to invoke it, and that is all the gateway sees.
            Refusal::FunctionNotFound(_) => GatewayError::not_permitted(),
            other => GatewayError::configuration(ResponseType::INTEGRATION_FAILURE, &other.to_string()),
        }
    }
}
