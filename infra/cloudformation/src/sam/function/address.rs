//! `FunctionUrlConfig`: the function's own address and who may call it.

use super::{Function, Target};
use crate::sam::error::{Refusal, Sam};
use crate::sam::intrinsics::is_function;
use crate::sam::resource::Made;
use crate::sam::value::Of;
use crate::tree::{Node, ScalarKind};

impl Function<'_> {
    /// The address and its permissions, if the function has one.
    pub(super) fn address(&self, target: &Target) -> Sam<Vec<Made>> {
        let Some(config) = self.truth("FunctionUrlConfig") else { return Ok(Vec::new()) };
        self.check_address(config)?;
        let passed = self.attributes.passed_on();
        let mut url = Made::new(format!("{}Url", self.id), "AWS::Lambda::Url", passed.clone());
        url.set_some("Cors", config.truth("Cors"));
        url.set_some("AuthType", config.given("AuthType"));
        url.set("TargetFunctionArn", target.name());
        url.set_some("InvokeMode", config.given("InvokeMode"));
        let mut made = vec![url];
        if !is_function(config) && config.get("AuthType").and_then(Node::str) == Some("NONE") {
            let permission = |id: &str, action: &str| {
                let id = format!("{}{id}", self.id);
                let mut permission = Made::new(id, "AWS::Lambda::Permission", passed.clone());
                permission.set("Action", action);
                permission.set("FunctionName", target.name());
                permission.set("Principal", "*");
                permission
            };
            let mut call = permission("UrlPublicPermissions", "lambda:InvokeFunctionUrl");
            call.set("FunctionUrlAuthType", "NONE");
            let mut invoke = permission("URLInvokeAllowPublicAccess", "lambda:InvokeFunction");
            invoke.set("InvokedViaFunctionUrl", true);
            made.extend([call, invoke]);
        }
        Ok(made)
    }

    fn check_address(&self, config: &Node) -> Sam<()> {
        if is_function(config) {
            return Ok(());
        }
        let auth = config.truth("AuthType");
        let known = auth.is_some_and(|auth| is_function(auth) || matches!(auth.str(), Some("AWS_IAM" | "NONE")));
        if !known {
            let message = "AuthType is required to configure function property `FunctionUrlConfig`. Please provide either AWS_IAM or \
                           NONE.";
            return Refusal::resource(self.id, message);
        }
        let Some(cors) = config.truth("Cors").filter(|cors| !is_function(cors)) else { return Ok(()) };
        Of::Resource(self.id).map(cors, "FunctionUrlConfig.Cors")?;
        for (key, value) in cors.entries() {
            let integer = matches!(value.scalar_kind(), Some(ScalarKind::Integer | ScalarKind::Boolean));
            let (fits, kind) = match key.name.as_str() {
                "AllowOrigins" | "AllowMethods" | "AllowHeaders" | "ExposeHeaders" => (value.is_list(), "list"),
                "AllowCredentials" => (value.boolean().is_some(), "bool"),
                "MaxAge" => (integer, "int"),
                name => {
                    let message = format!("{name} is not a valid property for configuring Cors.");
                    return Refusal::resource(self.id, message);
                }
            };
            if !fits && !is_function(value) {
                return Refusal::resource(self.id, format!("{} must be of type {kind}.", key.name));
            }
        }
        Ok(())
    }
}
