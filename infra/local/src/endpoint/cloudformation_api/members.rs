//! What CloudFormation's model asks of the members of a request: their types, and what they must be.
//!
//! Both are looked at before the request is: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html>.
//! The patterns of names and the order of the capabilities are those in the service's own messages
//! (<https://github.com/aws-actions/aws-cloudformation-github-deploy/issues/130>, <https://github.com/aws/copilot-cli/issues/362>,
//! <https://github.com/aws-amplify/amplify-backend/pull/2299>). No source has the order of the other enumerations in them; it is the API
//! reference's.

use serde_json::{Value, json};

use super::super::constraint::{Constraint, Member, refusal_of, small_letter, violated};
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
const NEW_STACK: [Member; 2] = [("StackName", NEW_NAME), ("StackName", Constraint::Length(1, 128))];

/// What an operation's members must be.
fn constraints(operation: Op) -> Vec<Member> {
    use Constraint::{EachOneOf, Length, OneOf, Pattern, Range, Required};
    const STACK: Member = ("StackName", Required);
    const NAME_OR_ID: &[Member] =
        &[("StackName", Pattern("[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*")), ("StackName", Length(1, usize::MAX))];
    const SET: Member = ("ChangeSetName", Required);
    const SET_NAME_OR_ID: &[Member] =
        &[("ChangeSetName", Pattern("[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*")), ("ChangeSetName", Length(1, 1_600))];
    const NEXT: Member = ("NextToken", Length(1, 1_024));
    const TOKEN: &[Member] =
        &[("ClientRequestToken", Pattern("[a-zA-Z0-9][-a-zA-Z0-9]*")), ("ClientRequestToken", Length(1, 128))];
    const ROLE: Member = ("RoleARN", Length(20, 2_048));
    const URL: Member = ("TemplateURL", Length(1, 5_120));
    const FAILURES: Constraint = OneOf(&["DELETE", "DO_NOTHING", "ROLLBACK"]);
    const CONFIG: Member = ("DeploymentConfig.Mode", OneOf(&["STANDARD", "EXPRESS"]));
    const DEPLOYED: &[Member] = &[
        ROLE,
        URL,
        ("Capabilities", EachOneOf(&["CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM", "CAPABILITY_IAM"])),
        ("RollbackConfiguration.MonitoringTimeInMinutes", Range(0, 180)),
        ("RollbackConfiguration.RollbackTriggers", Length(0, 5)),
        ("NotificationARNs", Length(0, 5)),
        ("Tags", Length(0, 50)),
        ("Tags.*.Key", Required),
        ("Tags.*.Key", Length(1, 128)),
        ("Tags.*.Value", Required),
        ("Tags.*.Value", Length(0, 256)),
        CONFIG,
    ];
    let parts: &[&[Member]] = match operation {
        Op::CreateStack => &[
            &[STACK],
            &NEW_STACK,
            DEPLOYED,
            TOKEN,
            &[("OnFailure", FAILURES), ("TimeoutInMinutes", Range(1, i64::MAX))],
        ],
        Op::UpdateStack => &[&[STACK], NAME_OR_ID, DEPLOYED, TOKEN],
        Op::CreateChangeSet => &[
            &[STACK],
            NAME_OR_ID,
            &[SET, ("ChangeSetName", NEW_NAME), ("ChangeSetName", Length(1, 128))],
            DEPLOYED,
            &[
                ("ClientToken", Length(1, 128)),
                ("Description", Length(1, 1_024)),
                ("ChangeSetType", OneOf(&["CREATE", "UPDATE", "IMPORT"])),
                ("OnStackFailure", FAILURES),
                ("DeploymentMode", OneOf(&["REVERT_DRIFT"])),
            ],
        ],
        Op::DescribeChangeSet => &[&[SET], SET_NAME_OR_ID, NAME_OR_ID, &[NEXT]],
        Op::DeleteChangeSet => &[&[SET], SET_NAME_OR_ID, NAME_OR_ID],
        Op::ExecuteChangeSet => &[&[SET], SET_NAME_OR_ID, NAME_OR_ID, TOKEN],
        Op::DeleteStack => &[
            &[STACK],
            NAME_OR_ID,
            TOKEN,
            &[ROLE, ("DeletionMode", OneOf(&["STANDARD", "FORCE_DELETE_STACK"])), CONFIG],
        ],
        Op::RollbackStack => &[&[STACK], NAME_OR_ID, TOKEN, &[ROLE, CONFIG]],
        Op::ContinueUpdateRollback => &[&[STACK], NAME_OR_ID, TOKEN, &[ROLE]],
        Op::UpdateTerminationProtection => &[&[("EnableTerminationProtection", Required), STACK], NAME_OR_ID],
        Op::DescribeStackResource => &[&[STACK, ("LogicalResourceId", Required)], NAME_OR_ID],
        Op::DescribeStackEvents | Op::ListChangeSets | Op::ListStackResources => &[&[STACK, NEXT], NAME_OR_ID],
        Op::DescribeStacks => &[NAME_OR_ID, &[NEXT]],
        Op::DescribeStackResources => &[NAME_OR_ID],
        Op::GetTemplate => &[NAME_OR_ID, SET_NAME_OR_ID, &[("TemplateStage", OneOf(&["Original", "Processed"]))]],
        Op::GetTemplateSummary => &[NAME_OR_ID, &[URL, ("CallAs", OneOf(&["SELF", "DELEGATED_ADMIN"]))]],
        Op::ListExports => &[&[NEXT]],
        Op::ListImports => &[&[("ExportName", Required), NEXT]],
        Op::ListStacks => &[&[NEXT, ("StackStatusFilter", STATUSES)]],
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
    refused(&constraints(operation), &parameters.tree())
}

fn refused(members: &[Member], request: &Value) -> Result<(), StackError> {
    let refusal = refusal_of(violated(members, request), small_letter);
    refusal.map_or(Ok(()), |refusal| Err(StackError::validation(refusal)))
}

/// Refuses a name that a new stack cannot have. A change set can be made for a stack by its id, and only where that is there.
///
/// # Errors
///
/// `ValidationError`.
pub(super) fn check_new_name(name: &str) -> Result<(), StackError> {
    refused(&NEW_STACK, &json!({ "StackName": name }))
}
