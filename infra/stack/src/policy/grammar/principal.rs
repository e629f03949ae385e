//! `Principal` and `NotPrincipal`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use serde_json::{Map, Value};

use super::{Findings, PolicyKind};
use crate::policy::decision::many;

impl Findings<'_> {
    pub(super) fn principals(&mut self, statement: &Map<String, Value>) {
        match (statement.get("Principal"), statement.get("NotPrincipal")) {
            (None, None) => self.missing("Principal"),
            (Some(_), Some(_)) => self.at("NotPrincipal", |all| {
                all.own("NotPrincipal cannot stand beside Principal".to_string());
            }),
            (None, Some(_)) if self.kind == PolicyKind::Trust => self.at("NotPrincipal", |all| {
                all.refuse("AssumeRole policy must not contain NotPrincipal field.");
            }),
            (None, Some(_)) if statement.get("Effect").is_some_and(|effect| effect == "Allow") => {
                self.at("NotPrincipal", |all| all.refuse("Allow with NotPrincipal is not allowed."));
            }
            (principal, not_principal) => {
                let name = if principal.is_some() { "Principal" } else { "NotPrincipal" };
                let value = principal.or(not_principal).unwrap_or(&Value::Null);
                self.at(name, |all| all.principal(value));
            }
        }
    }

    fn principal(&mut self, principal: &Value) {
        match principal {
            Value::Object(kinds) if kinds.is_empty() => {
                self.refuse("Missing required field Principal cannot be empty!")
            }
            Value::Object(kinds) => {
                for (kind, named) in kinds {
                    if !["AWS", "Service", "Federated", "CanonicalUser"].contains(&kind.as_str()) {
                        self.at(kind, |all| all.invalid_principal(kind, None));
                        continue;
                    }
                    self.each(kinds, kind, |all, named| {
                        let Some(named) = named.as_str() else { return };
                        if !is_principal(kind, named) {
                            all.invalid_principal(kind, Some(named));
                        }
                    });
                    if many(named).next().is_none() && !named.is_null() {
                        self.at(kind, |all| all.refuse("Missing required field Principal cannot be empty!"));
                    }
                }
            }
            Value::String(text) if text == "*" => {}
            Value::String(text) => self.invalid_principal("", Some(text)),
            _ => {}
        }
    }

    /// IAM names the principal, S3 does not.
    fn invalid_principal(&mut self, kind: &str, named: Option<&str>) {
        let said = "Invalid principal in policy";
        match (self.kind, named) {
            (PolicyKind::Trust, Some(named)) if !kind.is_empty() => {
                self.refuse(format!("{said}: \"{}\":\"{named}\"", kind.to_uppercase()));
            }
            (PolicyKind::Trust, None) => self.refuse(format!("{said}: \"{kind}\"")),
            (_, named) => self.refuse_with(
                said,
                format!(
                    "{} is not a principal; write AWS, Service or Federated and below it who is meant",
                    named.unwrap_or(kind)
                ),
            ),
        }
    }
}

/// Whether `named` has the form of a principal of this kind. There are no wildcards inside of one.
fn is_principal(kind: &str, named: &str) -> bool {
    match kind {
        "AWS" if named == "*" || crate::is_account_id(named) => true,
        "AWS" => {
            let parts: Vec<&str> = named.splitn(6, ':').collect();
            match parts[..] {
                // A CloudFront origin access identity.
                ["arn", "aws", "iam", "", "cloudfront", _] => true,
                ["arn", "aws", "iam" | "sts", "", account, of] => {
                    let kinds = ["root", "user/", "role/", "assumed-role/", "federated-user/"];
                    crate::is_account_id(account)
                        && kinds.iter().any(|kind| of.starts_with(kind))
                        && !named.contains(['*', '?'])
                }
                // The id of a principal that is gone.
                _ => ["AIDA", "AROA"].iter().any(|prefix| named.starts_with(prefix)),
            }
        }
        "Service" => {
            let name = named.strip_suffix(".amazonaws.com").or(named.strip_suffix(".aws.internal"));
            name.is_some_and(|name| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
            })
        }
        _ => !named.is_empty(),
    }
}
