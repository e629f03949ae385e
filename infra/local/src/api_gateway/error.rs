//! The errors that the gateway answers with, and how each comes about.

use super::mapping::MappingError;
use crate::lambda::Refusal;
use crate::proxy::Malformed;
use crate::signature::parts_of_header;
use crate::wire::Request;
use stack::Quota;
use stack::ResponseType;

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

    /// No resource has this path and method. With an `Authorization` header API Gateway talks about that instead, which it reads as a
    /// signature, because only a signed request could still be for something else (an IAM-protected method).
    pub(super) fn no_such_method(request: &Request) -> GatewayError {
        let missing = GatewayError::from(ResponseType::MISSING_AUTHENTICATION_TOKEN);
        let Some(authorization) = request.header("authorization") else { return missing };
        let has_date = ["x-amz-date", "date"].iter().any(|name| request.header(name).is_some());
        let Err(message) = parts_of_header(authorization, has_date) else { return missing };
        let response_type = ResponseType::DEFAULT_4XX.name;
        GatewayError { response_type, error_type: "IncompleteSignatureException", message, ..missing }
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
        GatewayError::configuration("Invalid permissions on Lambda function")
    }

    /// Lambda is called with `POST`; an integration with another method gets no further.
    pub(super) fn wrong_integration_method() -> GatewayError {
        GatewayError::configuration("Unable to determine service/operation name to be authorized")
    }

    /// A mapping sets a header that is not the API's to set.
    pub(super) fn restricted_header(name: &str) -> GatewayError {
        let why = format!("the integration's request parameters map the restricted header {name}");
        GatewayError::configuration(&why)
    }

    /// No integration response fits what the integration answered, and none is the default.
    pub(super) fn no_integration_response() -> GatewayError {
        let why = "No match for output mapping and no default output mapping configured";
        GatewayError::configuration(why)
    }

    /// An integration response for a status that the method does not declare.
    pub(super) fn no_method_response(status: u16) -> GatewayError {
        GatewayError::configuration(&format!("Output mapping refers to an invalid method response: {status}"))
    }

    /// A selection pattern that is not a regular expression.
    pub(super) fn pattern(pattern: &str, why: &regex_lite::Error) -> GatewayError {
        let why = format!("the selection pattern {pattern:?} is not a regular expression: {why}");
        GatewayError::configuration(&why)
    }

    /// A mapping template that cannot be rendered.
    pub(super) fn mapping(why: MappingError) -> GatewayError {
        GatewayError::configuration(&why.to_string())
    }

    /// A `MOCK` whose request template does not say which status to answer with.
    pub(super) fn mock_without_status() -> GatewayError {
        let why = "Unable to parse statusCode. It should be an integer and defined in the request template.";
        GatewayError::configuration(why)
    }

    /// Lambda's own refusal of an event that is not JSON: the one answer of Lambda that passes through a non-proxy integration.
    pub(super) fn not_json(refusal: &Refusal) -> GatewayError {
        GatewayError {
            response_type: ResponseType::DEFAULT_4XX.name,
            status: 400,
            error_type: "InvalidRequestContentException",
            message: refusal.to_string(),
            log_line: Some(format!("Lambda execution failed with status 400 due to: {refusal}")),
        }
    }

    /// The server behind an HTTP integration cannot be reached.
    pub(super) fn network(why: &str) -> GatewayError {
        GatewayError {
            message: "Network error communicating with endpoint".to_string(),
            log_line: Some(format!("Execution failed due to a network error communicating with endpoint: {why}")),
            ..ResponseType::INTEGRATION_FAILURE.into()
        }
    }

    /// An API key calls faster than its usage plan lets it.
    pub(super) fn key_throttled() -> GatewayError {
        let log_line = Some("Key throttle limit exceeded for its Usage Plan".to_string());
        GatewayError { log_line, ..ResponseType::THROTTLED.into() }
    }

    /// An API key has called as often as its usage plan lets it in this period.
    pub(super) fn quota_exceeded(quota: &Quota) -> GatewayError {
        let period = format!("{:?}", quota.period).to_uppercase();
        let log_line = Some(format!("Key quota exhausted for its Usage Plan. Limit: {} Period: {period}", quota.limit));
        GatewayError { log_line, ..ResponseType::QUOTA_EXCEEDED.into() }
    }

    /// Parameters that the method asks for and the request does not have.
    pub(super) fn missing_parameters(names: &[&str]) -> GatewayError {
        let list = format!("[{}]", names.join(", "));
        GatewayError {
            message: format!("Missing required request parameters: {list}"),
            log_line: Some(format!("Request failed validation: missing required request parameters: {list}")),
            ..ResponseType::BAD_REQUEST_PARAMETERS.into()
        }
    }

    /// A body that is not what the method's model says. What is wrong with it stands in the log only.
    pub(super) fn invalid_body(why: &str) -> GatewayError {
        GatewayError {
            log_line: Some(format!("Request body does not match model schema for content type: {why}")),
            ..ResponseType::BAD_REQUEST_BODY.into()
        }
    }

    fn configuration(why: &str) -> GatewayError {
        GatewayError {
            log_line: Some(format!("Execution failed due to configuration error: {why}")),
            ..ResponseType::API_CONFIGURATION_ERROR.into()
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
            Refusal::RequestTooLarge { .. } | Refusal::EventTooLarge { .. } => ResponseType::REQUEST_TOO_LARGE.into(),
            // A function that does not exist gives nobody permission to invoke it, and that is all the gateway sees.
            Refusal::FunctionNotFound(_) => GatewayError::not_permitted(),
            other => GatewayError {
                response_type: ResponseType::INTEGRATION_FAILURE.name,
                ..GatewayError::configuration(&other.to_string())
            },
        }
    }
}
