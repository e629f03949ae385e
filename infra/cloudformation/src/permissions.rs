//! Who may invoke a function: `AWS::Lambda::Permission`, and what SAM writes for every `Api` event.

use super::Resolved;
use super::events::Route;
use super::finding::Findings;
use super::functions::named;
use super::routes;
use stack::{ACCOUNT, Function, Permission, REGION};

/// A resource of type `AWS::Lambda::Permission`.
pub(super) fn of_resource(resource: &Resolved<'_>, functions: &[Function], findings: &Findings) -> Option<Permission> {
    let mut fields = resource.fields("AWS::Lambda::Permission", findings)?;
    fields.required(&["Action", "FunctionName", "Principal"]);
    let function = named(&mut fields, functions);
    if let Some(account) = fields.text("SourceAccount")
        && account != ACCOUNT
    {
        fields.lack("SourceAccount", format!("the local account is {ACCOUNT}; write !Ref AWS::AccountId"));
    }
    let (action, principal) = (fields.text("Action"), fields.text("Principal"));
    let source_arn = fields.text("SourceArn");
    fields.done();
    Some(Permission { function: function?.name.clone(), action: action?, principal: principal?, source_arn })
}

/// The permission that SAM adds for a route: this method of this path, on any stage.
pub(super) fn of_route(route: &Route, api: &str) -> Permission {
    let method = if route.method == "ANY" { "*" } else { &route.method };
    let path = routes::normal(&route.path);
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "*" } else { segment });
    let path = segments.collect::<Vec<_>>().join("/");
    Permission {
        function: route.function.clone(),
        action: "lambda:InvokeFunction".to_string(),
        principal: "apigateway.amazonaws.com".to_string(),
        source_arn: Some(format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*/{method}{path}")),
    }
}
