//! The gateway responses: everything that API Gateway may answer without asking an integration.
//!
//! Statuses and meanings are documented; messages and error types are taken from real answers. Where nobody has seen
//! one, it is `None`.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

/// One kind of answer, with its defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseType {
    /// The name under which a template customises it.
    pub name: &'static str,
    /// The status, unless customised. The two `DEFAULT_` types have none of their own.
    pub status: Option<u16>,
    /// `message` in the body.
    pub message: Option<&'static str>,
    /// `x-amzn-ErrorType`.
    pub error_type: Option<&'static str>,
}

const fn row(
    name: &'static str,
    status: u16,
    message: Option<&'static str>,
    error_type: Option<&'static str>,
) -> ResponseType {
    ResponseType { name, status: Some(status), message, error_type }
}

const BAD_REQUEST: Option<&str> = Some("BadRequestException");
const FORBIDDEN: Option<&str> = Some("ForbiddenException");
const INTERNAL: Option<&str> = Some("InternalServerErrorException");

impl ResponseType {
    /// What the 4XX types that a template does not mention fall back to.
    pub const DEFAULT_4XX: ResponseType =
        ResponseType { name: "DEFAULT_4XX", status: None, message: None, error_type: None };
    /// What the 5XX types that a template does not mention fall back to.
    pub const DEFAULT_5XX: ResponseType =
        ResponseType { name: "DEFAULT_5XX", status: None, message: None, error_type: None };
    /// The API is set up in a way that cannot work: a missing invoke permission, a body that is not base64.
    pub const API_CONFIGURATION_ERROR: ResponseType =
        row("API_CONFIGURATION_ERROR", 500, Some("Internal server error"), INTERNAL);
    /// The body is not what the method's model says.
    pub const BAD_REQUEST_BODY: ResponseType = row("BAD_REQUEST_BODY", 400, Some("Invalid request body"), BAD_REQUEST);
    /// A required parameter is missing. The list of them follows the message.
    pub const BAD_REQUEST_PARAMETERS: ResponseType =
        row("BAD_REQUEST_PARAMETERS", 400, Some("Missing required request parameters: "), BAD_REQUEST);
    /// The usage plan's requests of this period are gone.
    pub const QUOTA_EXCEEDED: ResponseType =
        row("QUOTA_EXCEEDED", 429, Some("Limit Exceeded"), Some("LimitExceededException"));
    /// No template is for the request's media type, and the body may not pass as it is.
    pub const UNSUPPORTED_MEDIA_TYPE: ResponseType =
        row("UNSUPPORTED_MEDIA_TYPE", 415, Some("Unsupported Media Type"), BAD_REQUEST);
    /// The integration failed. Documented as 504; a Lambda proxy integration's failures are 500 and 502.
    pub const INTEGRATION_FAILURE: ResponseType =
        row("INTEGRATION_FAILURE", 504, Some("Internal server error"), INTERNAL);
    /// The integration took longer than its timeout.
    pub const INTEGRATION_TIMEOUT: ResponseType =
        row("INTEGRATION_TIMEOUT", 504, Some("Endpoint request timed out"), INTERNAL);
    /// The method asks for an API key, and there is none that counts.
    pub const INVALID_API_KEY: ResponseType = row("INVALID_API_KEY", 403, Some("Forbidden"), FORBIDDEN);
    /// The resource does not exist, or does not have the method.
    pub const MISSING_AUTHENTICATION_TOKEN: ResponseType = row(
        "MISSING_AUTHENTICATION_TOKEN",
        403,
        Some("Missing Authentication Token"),
        Some("MissingAuthenticationTokenException"),
    );
    /// The event is more than Lambda takes. The one type whose customisation has no effect.
    pub const REQUEST_TOO_LARGE: ResponseType = row("REQUEST_TOO_LARGE", 413, Some("Request Too Long"), BAD_REQUEST);
    /// More requests than the throttle allows.
    pub const THROTTLED: ResponseType =
        row("THROTTLED", 429, Some("Too Many Requests"), Some("TooManyRequestsException"));

    /// All types that a template may name.
    pub const ALL: [ResponseType; 21] = [
        row("ACCESS_DENIED", 403, None, Some("AccessDeniedException")),
        ResponseType::API_CONFIGURATION_ERROR,
        row("AUTHORIZER_CONFIGURATION_ERROR", 500, None, None),
        row("AUTHORIZER_FAILURE", 500, None, None),
        ResponseType::BAD_REQUEST_BODY,
        ResponseType::BAD_REQUEST_PARAMETERS,
        ResponseType::DEFAULT_4XX,
        ResponseType::DEFAULT_5XX,
        row("EXPIRED_TOKEN", 403, None, None),
        ResponseType::INTEGRATION_FAILURE,
        ResponseType::INTEGRATION_TIMEOUT,
        ResponseType::INVALID_API_KEY,
        row("INVALID_SIGNATURE", 403, None, Some("InvalidSignatureException")),
        ResponseType::MISSING_AUTHENTICATION_TOKEN,
        ResponseType::QUOTA_EXCEEDED,
        ResponseType::REQUEST_TOO_LARGE,
        row("RESOURCE_NOT_FOUND", 404, None, None),
        ResponseType::THROTTLED,
        row("UNAUTHORIZED", 401, Some("Unauthorized"), Some("UnauthorizedException")),
        ResponseType::UNSUPPORTED_MEDIA_TYPE,
        row("WAF_FILTERED", 403, Some("Forbidden"), FORBIDDEN),
    ];
}
