//! Keys and denials in small; `endpoint` has the denials as they come over the wire.

use serde_json::json;

use super::*;
use crate::clock::Clock;
use crate::vpc::EndpointPolicy;
use stack::Role;
use stack::policy::AuthorizationRequest;

#[test]
fn a_denial_names_the_session_the_action_and_the_reason() {
    let clock = Clock::real();
    let identities = Identities::new(draw_credentials(&clock), &[], None);
    let key = identities.issue("board-api", &clock);
    assert!(matches!(identities.caller(&identities.learner().access_key_id), Caller::Learner));
    assert!(matches!(identities.caller("local"), Caller::Anonymous));
    assert!(
        matches!(identities.caller(&key.access_key_id), Caller::Function(session) if session.function == "board-api")
    );
    identities.revoke(&key.access_key_id);
    assert!(
        matches!(identities.caller(&key.access_key_id), Caller::Expired(session) if session.function == "board-api")
    );
    assert_eq!(identities.credentials(&key.access_key_id), Some(key), "what it presigned still counts");

    let role = Role { name: "board-role".into(), ..Role::default() };
    let session = Session { function: "board-api".into(), role: std::sync::Arc::new(role) };
    let request =
        AuthorizationRequest { action: "dynamodb:PutItem", resource: "arn:t", ..AuthorizationRequest::default() };
    let denial = session.check(&request).unwrap_err();
    assert_eq!(
        denial.to_string(),
        "User: arn:aws:sts::123456789012:assumed-role/board-role/board-api is not authorized to perform: dynamodb:PutItem \
         on resource: arn:t because no identity-based policy allows the dynamodb:PutItem action"
    );
    let policies = vec![json!({ "Statement": { "Effect": "Deny", "Action": "*", "Resource": "*" } })];
    let session = Session { role: std::sync::Arc::new(Role { policies, ..Role::default() }), ..session };
    let denial = session.check(&request).unwrap_err().to_string();
    assert!(denial.ends_with("on resource: arn:t with an explicit deny in an identity-based policy"), "{denial}");
}

#[test]
fn the_policy_of_a_vpc_endpoint_refuses_what_the_role_may() {
    let role = Role { name: "board-role".into(), ..Role::default() };
    let session = Session { function: "board-api".into(), role: std::sync::Arc::new(role) };
    let request = AuthorizationRequest {
        action: "dynamodb:Query",
        resource: "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board",
        ..AuthorizationRequest::default()
    };
    let why = |account_is_everybody, statements: serde_json::Value| {
        let policy = EndpointPolicy { document: json!({ "Statement": statements }), account_is_everybody };
        session.check_vpc_endpoint(&policy, &request).err().map(|denial| denial.reason())
    };
    let allow = |principal: serde_json::Value, action: &str| json!({ "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*" });
    let nothing = Some("because no VPC endpoint policy allows the dynamodb:Query action".to_string());
    assert_eq!(why(false, json!([allow(json!("*"), "*")])), None);
    assert_eq!(why(false, json!([allow(json!("*"), "dynamodb:GetItem")])), nothing);
    assert_eq!(why(false, json!([allow(json!({ "AWS": "arn:aws:iam::123456789012:role/board-role" }), "*")])), None);
    assert_eq!(why(false, json!([allow(json!({ "AWS": "arn:aws:iam::123456789012:role/other" }), "*")])), nothing);
    let account = json!([allow(json!({ "AWS": "123456789012" }), "*")]);
    assert_eq!((why(false, account.clone()), why(true, account)), (nothing, None));
    let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "dynamodb:Query", "Resource": "*" });
    let denied = Some("with an explicit deny in a VPC endpoint policy".to_string());
    assert_eq!(why(false, json!([allow(json!("*"), "*"), deny])), denied);
}
