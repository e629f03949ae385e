//! What CloudFormation's model asks of the members of a request: their types, and what they must be.
//!
//! Both are looked at before the request is: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html>.
//! The patterns of names and the order of the capabilities are those in the service's own messages
//! (<https://github.com/aws-actions/aws-cloudformation-github-deploy/issues/130>, <https://github.com/aws/copilot-cli/issues/362>,
//! <https://github.com/aws-amplify/amplify-backend/pull/2299>). No source has the order of the other enumerations in them; it is the API
//! reference's.

use serde_json::{Map, Value, json};

use super::super::constraint::{self, Constraint, Member};
use super::super::shape::Shape;
use super::{CloudFormationOperation as Op, StackError};
use crate::service::query_protocol::QueryParameters;

/// The types of an operation's members that are not texts.
pub(in super::super) fn shape(operation: Op) -> Shape {
    use Shape::{Boolean, Integer, List, Structure};
    const PARAMETERS: (&str, Shape) = ("Parameters", List(&Structure(&[("UsePreviousValue", Boolean)])));
    const TRIGGERS: (&str, Shape) = ("RollbackConfiguration", Structure(&[("MonitoringTimeInMinutes", Integer)]));
    const CONFIG: (&str, Shape) = ("DeploymentConfig", Structure(&[("DisableRollback", Boolean)]));
    const PREVIOUS: (&str, Shape) = ("UsePreviousTemplate", Boolean);
    const NO_ROLLBACK: (&str, Shape) = ("DisableRollback", Boolean);
    const RETAIN: (&str, Shape) = ("RetainExceptOnCreate", Boolean);
    const NO_VALIDATION: (&str, Shape) = ("DisableValidation", Boolean);
    const PROTECTION: (&str, Shape) = ("EnableTerminationProtection", Boolean);
    match operation {
        Op::CreateStack => Structure(&[
            PARAMETERS,
            TRIGGERS,
            CONFIG,
            NO_ROLLBACK,
            RETAIN,
            NO_VALIDATION,
            PROTECTION,
            ("TimeoutInMinutes", Integer),
        ]),
        Op::UpdateStack => Structure(&[PARAMETERS, TRIGGERS, CONFIG, PREVIOUS, NO_ROLLBACK, RETAIN, NO_VALIDATION]),
        Op::CreateChangeSet => Structure(&[
            PARAMETERS,
            TRIGGERS,
            CONFIG,
            PREVIOUS,
            NO_VALIDATION,
            ("IncludeNestedStacks", Boolean),
            ("ImportExistingResources", Boolean),
        ]),
        Op::ExecuteChangeSet => Structure(&[NO_ROLLBACK, RETAIN]),
        Op::DescribeChangeSet => Structure(&[("IncludePropertyValues", Boolean)]),
        Op::RollbackStack => Structure(&[RETAIN, CONFIG]),
        Op::DeleteStack => Structure(&[CONFIG]),
        Op::ContinueUpdateRollback => Structure(&[("ForceRollback", Boolean)]),
        Op::UpdateTerminationProtection => Structure(&[PROTECTION]),
        Op::GetTemplateSummary => {
            Structure(&[("TemplateSummaryConfig", Structure(&[("TreatUnrecognizedResourceTypesAsWarnings", Boolean)]))])
        }
        Op::DeleteChangeSet
        | Op::DescribeStackEvents
        | Op::DescribeStackResource
        | Op::DescribeStackResources
        | Op::DescribeStacks
        | Op::GetTemplate
        | Op::ListChangeSets
        | Op::ListExports
        | Op::ListImports
        | Op::ListStackResources
        | Op::ListStacks
        | Op::ValidateTemplate => Structure(&[]),
    }
}

/// Every status of a stack. <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html>
const STATUSES: Constraint = Constraint::EachOneOf(&[
    "CREATE_IN_PROGRESS",
    "CREATE_FAILED",
    "CREATE_COMPLETE",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_FAILED",
    "ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "DELETE_COMPLETE",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "REVIEW_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_COMPLETE",
]);

/// The name of a new stack or change set.
const NEW_NAME: Constraint = Constraint::Pattern("[a-zA-Z][-a-zA-Z0-9]*");
/// A new stack's name.
const NEW_STACK: [Member; 2] = [("stackName", NEW_NAME), ("stackName", Constraint::Length(1, 128))];

/// What an operation's members must be.
fn constraints(operation: Op) -> Vec<Member> {
    use Constraint::{EachOneOf, Length, OneOf, Pattern, Range, Required};
    const STACK: Member = ("stackName", Required);
    const NAME_OR_ID: &[Member] =
        &[("stackName", Pattern("[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*")), ("stackName", Length(1, usize::MAX))];
    const SET: Member = ("changeSetName", Required);
    const SET_NAME_OR_ID: &[Member] =
        &[("changeSetName", Pattern("[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*")), ("changeSetName", Length(1, 1_600))];
    const NEXT: Member = ("nextToken", Length(1, 1_024));
    const TOKEN: &[Member] =
        &[("clientRequestToken", Pattern("[a-zA-Z0-9][-a-zA-Z0-9]*")), ("clientRequestToken", Length(1, 128))];
    const ROLE: Member = ("roleARN", Length(20, 2_048));
    const URL: Member = ("templateURL", Length(1, 5_120));
    const FAILURES: Constraint = OneOf(&["DELETE", "DO_NOTHING", "ROLLBACK"]);
    const CONFIG: Member = ("deploymentConfig.mode", OneOf(&["STANDARD", "EXPRESS"]));
    const DEPLOYED: &[Member] = &[
        ROLE,
        URL,
        ("capabilities", EachOneOf(&["CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM", "CAPABILITY_IAM"])),
        ("rollbackConfiguration.monitoringTimeInMinutes", Range(0, 180)),
        ("rollbackConfiguration.rollbackTriggers", Length(0, 5)),
        ("notificationARNs", Length(0, 5)),
        ("tags", Length(0, 50)),
        ("tags.*.key", Required),
        ("tags.*.key", Length(1, 128)),
        ("tags.*.value", Required),
        ("tags.*.value", Length(0, 256)),
        CONFIG,
    ];
    let parts: &[&[Member]] = match operation {
        Op::CreateStack => &[
            &[STACK],
            &NEW_STACK,
            DEPLOYED,
            TOKEN,
            &[("onFailure", FAILURES), ("timeoutInMinutes", Range(1, i64::MAX))],
        ],
        Op::UpdateStack => &[&[STACK], NAME_OR_ID, DEPLOYED, TOKEN],
        Op::CreateChangeSet => &[
            &[STACK],
            NAME_OR_ID,
            &[SET, ("changeSetName", NEW_NAME), ("changeSetName", Length(1, 128))],
            DEPLOYED,
            &[
                ("clientToken", Length(1, 128)),
                ("description", Length(1, 1_024)),
                ("changeSetType", OneOf(&["CREATE", "UPDATE", "IMPORT"])),
                ("onStackFailure", FAILURES),
                ("deploymentMode", OneOf(&["REVERT_DRIFT"])),
            ],
        ],
        Op::DescribeChangeSet => &[&[SET], SET_NAME_OR_ID, NAME_OR_ID, &[NEXT]],
        Op::DeleteChangeSet => &[&[SET], SET_NAME_OR_ID, NAME_OR_ID],
        Op::ExecuteChangeSet => &[&[SET], SET_NAME_OR_ID, NAME_OR_ID, TOKEN],
        Op::DeleteStack => &[
            &[STACK],
            NAME_OR_ID,
            TOKEN,
            &[ROLE, ("deletionMode", OneOf(&["STANDARD", "FORCE_DELETE_STACK"])), CONFIG],
        ],
        Op::RollbackStack => &[&[STACK], NAME_OR_ID, TOKEN, &[ROLE, CONFIG]],
        Op::ContinueUpdateRollback => &[&[STACK], NAME_OR_ID, TOKEN, &[ROLE]],
        Op::UpdateTerminationProtection => &[&[("enableTerminationProtection", Required), STACK], NAME_OR_ID],
        Op::DescribeStackResource => &[&[STACK, ("logicalResourceId", Required)], NAME_OR_ID],
        Op::DescribeStackEvents | Op::ListChangeSets | Op::ListStackResources => &[&[STACK, NEXT], NAME_OR_ID],
        Op::DescribeStacks => &[NAME_OR_ID, &[NEXT]],
        Op::DescribeStackResources => &[NAME_OR_ID],
        Op::GetTemplate => &[NAME_OR_ID, SET_NAME_OR_ID, &[("templateStage", OneOf(&["Original", "Processed"]))]],
        Op::GetTemplateSummary => &[NAME_OR_ID, &[URL, ("callAs", OneOf(&["SELF", "DELEGATED_ADMIN"]))]],
        Op::ListExports => &[&[NEXT]],
        Op::ListImports => &[&[("exportName", Required), NEXT]],
        Op::ListStacks => &[&[NEXT, ("stackStatusFilter", STATUSES)]],
        Op::ValidateTemplate => &[&[URL]],
    };
    parts.iter().flat_map(|part| part.iter().copied()).collect()
}

/// Refuses a request whose members do not keep to the model, with all that is wrong at once.
///
/// # Errors
///
/// `ValidationError`.
pub(super) fn check(operation: Op, parameters: &QueryParameters) -> Result<(), StackError> {
    let refusal = constraint::refusal(&constraints(operation), &modelled(parameters.tree()));
    refusal.map_or(Ok(()), |refusal| Err(StackError::validation(refusal)))
}

/// Refuses a name that a new stack cannot have. A change set can be made for a stack by its id, and only where that is there.
///
/// # Errors
///
/// `ValidationError`.
pub(super) fn check_new_name(name: &str) -> Result<(), StackError> {
    let refusal = constraint::refusal(&NEW_STACK, &json!({ "stackName": name }));
    refusal.map_or(Ok(()), |refusal| Err(StackError::validation(refusal)))
}

/// `request` with the names that the model has for members, which begin with a small letter.
fn modelled(request: Value) -> Value {
    match request {
        Value::Object(members) => {
            let members = members.into_iter().map(|(mut name, value)| {
                if let Some(first) = name.get_mut(..1) {
                    first.make_ascii_lowercase();
                }
                (name, modelled(value))
            });
            members.collect::<Map<String, Value>>().into()
        }
        Value::Array(entries) => entries.into_iter().map(modelled).collect(),
        other => other,
    }
}
