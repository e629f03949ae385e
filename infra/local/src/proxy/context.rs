//! The `requestContext` of an event. Gateway response templates read the same fields, as `$context.requestId` and so on.

use serde::Serialize;

/// What API Gateway knows about one request beside the request itself. Fields are named and ordered as in the event.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestContext {
    /// The account that owns the API.
    pub account_id: String,
    /// The API's id.
    pub api_id: String,
    /// The deployment that the stage points at.
    pub deployment_id: String,
    /// The API's host name on AWS, also when the request was sent to 127.0.0.1; the `Host` header has what was sent.
    pub domain_name: String,
    /// The first label of the host name: the API's id.
    pub domain_prefix: String,
    /// The value of `x-amz-apigw-id`.
    pub extended_request_id: String,
    /// The method, after `X-HTTP-Method-Override`.
    pub http_method: String,
    /// Who called.
    pub identity: Identity,
    /// The path with the stage in front.
    pub path: String,
    /// `HTTP/1.1`.
    pub protocol: String,
    /// The value of `x-amzn-RequestId`: a UUID.
    pub request_id: String,
    /// `04/Mar/2020:19:15:17 +0000`.
    pub request_time: String,
    /// Milliseconds since 1970.
    pub request_time_epoch: i64,
    /// The resource's id; empty when no resource matched.
    pub resource_id: String,
    /// The resource's path template, such as `/{proxy+}`; empty when no resource matched.
    pub resource_path: String,
    /// The stage's name.
    pub stage: String,
}

/// Who called, as far as API Gateway knows. Without an authorizer all but the address and the user agent are `null`.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The caller's access key, for signed requests.
    pub access_key: Option<String>,
    /// The caller's account, for signed requests.
    pub account_id: Option<String>,
    /// The caller's principal, for signed requests.
    pub caller: Option<String>,
    /// Cognito's providers that the caller used.
    pub cognito_authentication_provider: Option<String>,
    /// Whether Cognito took the caller as authenticated.
    pub cognito_authentication_type: Option<String>,
    /// The caller's Cognito identity.
    pub cognito_identity_id: Option<String>,
    /// The identity pool of the caller.
    pub cognito_identity_pool_id: Option<String>,
    /// The caller's organization, for signed requests.
    pub principal_org_id: Option<String>,
    /// The address at the other end of the connection.
    pub source_ip: Option<String>,
    /// The caller's principal, for signed requests.
    pub user: Option<String>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The caller's ARN, for signed requests.
    pub user_arn: Option<String>,
}
