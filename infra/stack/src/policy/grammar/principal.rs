//! `Principal` and `NotPrincipal`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::{Findings, PolicyKind, ServiceRefusal};
use crate::edit_distance;
use crate::policy::decision::many;

const INVALID: &str = "Invalid principal in policy";

/// What stands in front of `.amazonaws.com`, as far as it is known: see the head of the file.
static SERVICES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let lines = include_str!("services.txt").lines();
    lines.filter(|line| !line.starts_with('#') && !line.is_empty()).collect()
});

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
                        let meant = (kind == "Service").then(|| misspelt(named)).flatten();
                        if let Some(meant) = meant {
                            all.refuse_principal(kind, named, format!("did you mean {meant}?"));
                        } else if !is_principal(kind, named) {
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

    /// Whom the statements name by an ARN of which `is_absent` says that nobody has it.
    pub(super) fn absent_principals(&mut self, document: &Map<String, Value>, is_absent: &dyn Fn(&str) -> bool) {
        self.each(document, "Statement", |all, statement| {
            for name in ["Principal", "NotPrincipal"] {
                let Some(kinds) = statement.get(name).and_then(Value::as_object) else { continue };
                all.at(name, |all| {
                    all.each(kinds, "AWS", |all, named| {
                        let Some(named) = named.as_str().filter(|named| is_absent(named)) else { return };
                        all.refuse_principal("AWS", named, make_it(named));
                    });
                });
            }
        });
    }

    fn refuse_principal(&mut self, kind: &str, named: &str, help: String) {
        match self.kind {
            PolicyKind::Trust => {
                self.refuse_with(format!("{INVALID}: \"{}\":\"{named}\"", kind.to_uppercase()), help);
            }
            _ => self.refuse_with(INVALID, format!("{named} is not a principal; {help}")),
        }
    }

    /// IAM names the principal, S3 does not.
    fn invalid_principal(&mut self, kind: &str, named: Option<&str>) {
        let said = INVALID;
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

/// Lambda's refusal of a permission for a principal that there is not, where the word alone says so; with what
/// to write. <https://github.com/Pocket/terraform-modules/pull/1037>
pub fn invalid_principal_of_permission(named: &str) -> Option<(ServiceRefusal, String)> {
    let meant = misspelt(named);
    let is_one = is_principal("AWS", named) || is_principal("Service", named);
    // Some services call with a name of another domain, as Alexa does.
    let is_of_amazon = named.strip_suffix(".amazon.com").is_some_and(|name| !name.is_empty());
    // Lambda has its own say on the form of an ARN.
    if meant.is_none() && (is_one || is_of_amazon || named.starts_with("arn:")) {
        return None;
    }
    let help = meant.map_or_else(
        || format!("{named} is not a principal; write a service (apigateway.amazonaws.com), an account or an ARN"),
        |meant| format!("did you mean {meant}?"),
    );
    Some((of_permission(), help))
}

/// Lambda's refusal of a permission for a role or a user that does not exist, with what to do.
pub fn absent_principal_of_permission(arn: &str) -> (ServiceRefusal, String) {
    (of_permission(), make_it(arn))
}

fn of_permission() -> ServiceRefusal {
    let message = "The provided principal was invalid. Please check the principal and try again.".to_string();
    ServiceRefusal { service: "Lambda", status: 400, code: "InvalidParameterValueException", message }
}

/// What helps where nobody has the ARN of a role or a user.
fn make_it(arn: &str) -> String {
    let (kind, name) = arn.rsplit(':').next().and_then(|whom| whom.split_once('/')).unwrap_or(("principal", arn));
    format!(
        "there is no {kind} {name} when this is made; name a {kind} of this template with !GetAtt, or let this wait for it with DependsOn"
    )
}

/// Whether `arn` names a role or a user of the local account.
pub fn is_role_or_user(arn: &str) -> bool {
    let of = arn.strip_prefix("arn:aws:iam::").and_then(|rest| rest.strip_prefix(crate::ACCOUNT));
    of.is_some_and(|of| of.starts_with(":role/") || of.starts_with(":user/"))
}

/// The fewest letters of a name of which a slip can be told: of shorter ones, every other neighbour is a service, too.
const SHORTEST_MISSPELT: usize = 5;

/// The service that `named` was meant to be. AWS refuses every name that it does not know. Nobody outside of it has the whole list, and it
/// grows, so here a name that is not on ours counts as known to AWS, unless it is one letter away from one that is: `lamda`. Digits and
/// hyphens are left alone, because services differ by them (`macie2`). So do names of several parts (`states.us-east-1`).
fn misspelt(named: &str) -> Option<String> {
    let name = named.strip_suffix(".amazonaws.com").filter(|name| !name.contains('.'))?;
    if SERVICES.binary_search(&name).is_ok() {
        return None;
    }
    let others = |name: &str| name.chars().filter(|c| !c.is_ascii_alphabetic()).collect::<String>();
    let is_meant = |known: &&&str| {
        known.len() >= SHORTEST_MISSPELT && others(known) == others(name) && edit_distance(known, name) == 1
    };
    SERVICES.iter().find(is_meant).map(|known| format!("{known}.amazonaws.com"))
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
