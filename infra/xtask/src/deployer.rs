//! `deployer`: what CloudFormation may do for whoever deploys the board, written into `infra/production/deployer.yaml`.
//!
//! `cargo workbook preflight --deployer` has it as one policy, for one region and account. Here each name of those is AWS's own for the
//! account that the template is deployed to. All of it would hardly fit into a role's inline policies (10,240 characters, without
//! blanks), so it becomes managed policies, as many as it takes.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

use std::collections::BTreeMap;
use std::path::Path;

use cloudformation::{PreflightInput, preflight};
use serde_json::{Value as Json, json};
use stack::policy::many;
use stack::{ACCOUNT, REGION};

use crate::made::{MadeError, bring, read};

/// What is deployed.
const BOARD: &str = "infra/template.yaml";
/// Who deploys it.
const DEPLOYER: &str = "infra/production/deployer.yaml";
/// The lines around what is made.
const BEGIN: &str = "  # ==== Made by `cargo xtask deployer` from infra/template.yaml: change it there ====\n";
const END: &str = "  # ==== End of what is made ====\n";
/// Statements for the callers of CloudFormation, which the template divides among its roles by hand.
const BY_HAND: [&str; 4] = ["DeployTheStack", "TransformSam", "CheckTemplates", "UploadCode"];
/// The most characters of a managed policy, blanks left out. IAM's limit is 6,144; the rest is for longer names of partitions and regions.
const POLICY: usize = 5_800;
/// The most managed policies of a role, unless AWS was asked for more.
const POLICIES: usize = 10;

/// Why the template could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DeployerError {
    /// A file cannot be read or written, or is old.
    #[error(transparent)]
    Made(#[from] MadeError),
    /// The board's template cannot be read as far as its resources.
    #[error(
        "{BOARD} cannot be read as far as its resources. See what is wrong with it: cargo workbook preflight {BOARD}"
    )]
    NotRead,
    /// Types whose permissions nobody knows.
    #[error("It is not known what it takes to deploy {}. Name their permissions in infra/cloudformation, or leave them out.", .0.join(", "))]
    Unknown(Vec<String>),
    /// The policy is too large in a way that dividing it does not mend.
    #[error("{0}. A role takes {POLICIES} managed policies of 6,144 characters each: divide the stack, or its role.")]
    TooLarge(String),
    /// The template lacks something that stands in it by hand.
    #[error("{DEPLOYER} {0}")]
    Form(String),
}

/// Writes the policies into the template, or with `check` compares them with what they would be.
///
/// # Errors
///
/// See [`DeployerError`].
pub fn run(root: &Path, check: bool) -> Result<(), DeployerError> {
    bring(root, DEPLOYER, "deployer", check, |there| made(there, &policy(&read(&root.join(BOARD))?)?))
}

/// The policy for whoever deploys the template `text`.
fn policy(text: &str) -> Result<Json, DeployerError> {
    // Whoever may deploy the board may deploy it with what only some want.
    let parameters = [("AlarmAddress", "somebody@example.com"), ("Network", "nat")];
    let parameters =
        parameters.into_iter().map(|(name, value)| (name.to_string(), value.to_string())).collect::<BTreeMap<_, _>>();
    let report = preflight(text, Path::new(BOARD), &PreflightInput { parameters, ..PreflightInput::default() });
    let policy = report.deployer.ok_or(DeployerError::NotRead)?;
    if policy.unknown.is_empty() { Ok(policy.document) } else { Err(DeployerError::Unknown(policy.unknown)) }
}

/// The template `there` with the policies that `document` becomes.
fn made(there: &str, document: &Json) -> Result<String, DeployerError> {
    let parts = there.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        return Err(DeployerError::Form(format!("has no place between\n{BEGIN}and\n{END}")));
    };
    let statements: Vec<&Json> = many(&document["Statement"]).collect();
    let sid = |statement: &&&Json| statement["Sid"].as_str().unwrap_or_default().to_string();
    let (by_hand, rest): (Vec<&&Json>, Vec<&&Json>) =
        statements.iter().partition(|statement| BY_HAND.contains(&sid(statement).as_str()));
    for sid in by_hand.iter().map(sid) {
        if !before.contains(&format!("Sid: {sid}\n")) {
            return Err(DeployerError::Form(format!("has no statement {sid}: write it for the role that needs it")));
        }
    }
    let policies = divided(rest.into_iter().copied())?;
    let yaml: Vec<String> = (1..).zip(&policies).map(|(number, policy)| resource(number, policy)).collect();
    Ok(format!("{before}{BEGIN}{}{END}{after}", yaml.join("\n")))
}

/// The statements in their order, in as many policies as they need.
fn divided<'s>(statements: impl IntoIterator<Item = &'s Json>) -> Result<Vec<Vec<&'s Json>>, DeployerError> {
    let mut policies: Vec<Vec<&Json>> = vec![Vec::new()];
    for statement in statements {
        let last = policies.last_mut().expect("it begins with one and only grows");
        last.push(statement);
        if size(last) > POLICY {
            if last.len() == 1 {
                let what = format!("The statement {} has {} characters", statement["Sid"], size(last));
                return Err(DeployerError::TooLarge(what));
            }
            last.pop();
            policies.push(vec![statement]);
        }
    }
    if policies.len() > POLICIES {
        return Err(DeployerError::TooLarge(format!("The permissions take {} policies", policies.len())));
    }
    Ok(policies)
}

/// How many characters IAM counts.
fn size(statements: &[&Json]) -> usize {
    let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    text.chars().filter(|character| !character.is_whitespace()).count()
}

/// A managed policy as a resource of the template.
fn resource(number: usize, statements: &[&Json]) -> String {
    // The schemas name actions that are in no list of IAM's, and W3037 is about those.
    let mut yaml = format!(
        "  StackPolicy{number}:\n    Type: AWS::IAM::ManagedPolicy\n    Metadata: {{cfn-lint: {{config: {{ignore_checks: [W3037]}}}}}}\n    \
         Properties:\n      Path: /deployer/\n      Roles: [!Ref StackRole]\n      PolicyDocument:\n        \
         Version: '2012-10-17'\n        Statement:\n"
    );
    for statement in statements {
        yaml.push_str(&format!(
            "          - Sid: {}\n            Effect: Allow\n",
            statement["Sid"].as_str().unwrap_or_default()
        ));
        yaml.push_str("            Action:\n");
        for action in many(&statement["Action"]).filter_map(Json::as_str) {
            yaml.push_str(&format!("              - {action}\n"));
        }
        yaml.push_str("            Resource:\n");
        for arn in many(&statement["Resource"]).filter_map(Json::as_str) {
            yaml.push_str(&format!("              - {}\n", of_the_account(arn)));
        }
        if let Some(condition) = statement.get("Condition") {
            // JSON is YAML, too.
            yaml.push_str(&format!("            Condition: {condition}\n"));
        }
    }
    yaml
}

/// The ARN as it is in the partition, region and account that the template is deployed to.
fn of_the_account(arn: &str) -> String {
    let own = arn.replacen("arn:aws:", "arn:${AWS::Partition}:", 1).replacen(REGION, "${AWS::Region}", 1).replacen(
        ACCOUNT,
        "${AWS::AccountId}",
        1,
    );
    if own == arn { format!("'{arn}'") } else { format!("!Sub '{own}'") }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    fn root() -> PathBuf {
        course::root::workspace().expect("the tests run in the workbook")
    }

    fn statement(sid: &str, length: usize) -> Json {
        json!({ "Sid": sid, "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["a".repeat(length)] })
    }

    #[test]
    fn the_template_is_as_it_would_be_made() {
        run(&root(), true).unwrap();
    }

    /// Another resource in the board's template is another policy, so a deployer that was not made again is noticed.
    #[test]
    fn a_board_with_one_more_resource_has_another_deployer() {
        let board = fs::read_to_string(root().join(BOARD)).unwrap();
        let more = board.replacen("\nOutputs:\n", "\n  Sql: {Type: AWS::RDS::DBParameterGroup, Properties: {Description: Few, Family: postgres17}}\n\nOutputs:\n", 1);
        let there = fs::read_to_string(root().join(DEPLOYER)).unwrap();
        let deployer = made(&there, &policy(&more).unwrap()).unwrap();
        assert_ne!(deployer, there);
        assert!(deployer.contains("rds:CreateDBParameterGroup"), "{deployer}");
    }

    /// A topic, a budget and a network are there only for those who ask for them, and CloudFormation may make them all the same.
    #[test]
    fn what_only_some_want_may_be_deployed_too() {
        let deployer = fs::read_to_string(root().join(DEPLOYER)).unwrap();
        for expected in [
            "sns:CreateTopic",
            "budgets:ModifyBudget",
            "arn:${AWS::Partition}:budgets::${AWS::AccountId}:budget/*",
            "ec2:CreateNatGateway",
        ] {
            assert!(deployer.contains(expected), "{expected}");
        }
    }

    #[test]
    fn what_does_not_fit_into_a_policy_goes_into_the_next_one() {
        let (one, two, three) = (statement("One", 3_000), statement("Two", 2_000), statement("Three", 3_000));
        let policies = divided([&one, &two, &three]).unwrap();
        assert_eq!(policies, [vec![&one, &two], vec![&three]]);
        assert!(policies.iter().all(|policy| size(policy) <= POLICY));
    }

    #[test]
    fn what_fits_nowhere_is_named() {
        let large = statement("Large", 6_000);
        let said = divided([&large]).unwrap_err().to_string();
        assert!(said.contains("\"Large\" has 61"), "{said}");
        let all: Vec<Json> = (0..11).map(|number| statement(&number.to_string(), 4_000)).collect();
        let said = divided(&all).unwrap_err().to_string();
        assert!(said.contains("take 11 policies"), "{said}");
    }

    #[test]
    fn nothing_names_the_account_or_the_region_of_the_local_cloud() {
        let text = fs::read_to_string(root().join(DEPLOYER)).unwrap();
        assert!(!text.contains(ACCOUNT) && !text.contains(REGION), "{text}");
        assert!(text.contains("'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/board'"));
    }
}
