//! May this API invoke that function? The function's resource-based policy decides, not the API's.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-to-api.html>

use crate::proxy::RequestContext;
use stack::policy::matches;
use stack::{ACCOUNT, Permission, REGION};

/// Who API Gateway is in a permission.
const PRINCIPAL: &str = "apigateway.amazonaws.com";

/// Whether one of `permissions` lets the API invoke `function` for the request of `context`.
pub(super) fn may_invoke(permissions: &[Permission], function: &str, context: &RequestContext) -> bool {
    let source_arn = source_arn(context);
    permissions.iter().any(|permission| {
        permission.function == function
            && permission.principal == PRINCIPAL
            && matches(&permission.action, "lambda:InvokeFunction")
            && permission.source_arn.as_deref().is_none_or(|pattern| matches(pattern, &source_arn))
    })
}

/// What the API calls itself: its ARN with stage, method and resource.
fn source_arn(context: &RequestContext) -> String {
    let RequestContext { api_id, stage, http_method, resource_path, .. } = context;
    format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/{stage}/{http_method}{resource_path}")
}
