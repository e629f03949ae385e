//! Deploying: the template as CloudFormation takes it, or refuses it.
//!
//! A template can read well and still not come to life: Lambda tries a function's role while it creates the function or
//! the mapping, and what the role lacks is a `CREATE_FAILED`. Nothing of the stack exists then, so every test is red with
//! the same refusal. A check says which TODO each resource's refusal belongs to ([`Deployment::attribute`]); the explanation
//! shows the event with AWS's own sentence, and adds what the sentence leaves out: which permission it was, and what the
//! role has in its place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use local::deployment::ResourceFailure;
use stack::{ACCOUNT, REGION, Role, Stack, stream_arn};

use crate::ask::Question;
use crate::cloud::{Cloud, NotDeployed};
use crate::explanation::Explanation;
use crate::failure::{Attributions, Failure};
use crate::lab::{Lab, explained};
use crate::place::Place;
use crate::policy::{allows, instead, trust_obstacle, trusted};
use crate::program::Program;

/// What is asked where no question can be, because the template is refused. Programs that read explanations know it by this.
const ASKED: &str = "deploy template.yaml";

/// A deployment in the making; [`Deployment::deployed`] makes it.
#[derive(Debug, Clone)]
#[must_use = "nothing is deployed yet"]
pub struct Deployment {
    binary: PathBuf,
    folder: PathBuf,
    title: String,
    attributions: Attributions,
    /// The TODO that the test is about.
    todo: Option<&'static str>,
    parameters: BTreeMap<String, String>,
    /// Variables that the functions get beside those of the template.
    environment: BTreeMap<String, String>,
}

impl Deployment {
    /// Of the package in `folder`, whose `description` is `title` and whose functions' binaries stand beside `binary`.
    /// Checks say [`deployment!`](crate::deployment!) instead.
    ///
    /// `KIT_WORKSPACE` names another workspace, whose package of that name is judged in its place (`labs/lab-05`, its programs in
    /// `out`): so one check that is built once judges many answers.
    pub fn of(binary: &str, folder: &str, title: &str) -> Deployment {
        let (mut binary, mut folder) = (PathBuf::from(binary), PathBuf::from(folder));
        if let Some(workspace) = std::env::var_os("KIT_WORKSPACE").map(PathBuf::from) {
            binary = workspace.join("out").join(binary.file_name().unwrap_or_default());
            folder = workspace.join("labs").join(folder.file_name().unwrap_or_default());
        }
        Deployment {
            binary,
            folder,
            title: title.to_string(),
            attributions: Attributions::default(),
            todo: None,
            parameters: BTreeMap::new(),
            environment: BTreeMap::new(),
        }
    }

    /// Attributes this kind of failure to `todo`, whichever TODO the test is about. The deployed lab keeps it.
    pub fn attribute(mut self, failure: Failure, todo: &'static str) -> Deployment {
        self.attributions.add(failure, todo);
        self
    }

    /// Names the TODO that the test is about: it cannot be judged while another one's refusal comes first.
    pub fn about(mut self, todo: &'static str) -> Deployment {
        self.todo = Some(todo);
        self
    }

    /// Gives a parameter of the template its value.
    pub fn parameter(mut self, name: &str, value: &str) -> Deployment {
        self.parameters.insert(name.to_string(), value.to_string());
        self
    }

    /// Lets the SDK of the functions try each call once, where the code says nothing else, so that no check waits for its pauses:
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
    pub fn without_retries(mut self) -> Deployment {
        self.environment.insert("AWS_MAX_ATTEMPTS".to_string(), "1".to_string());
        self
    }

    /// Deploys. Ends the test with an explanation when the template cannot be deployed.
    pub fn deployed(self) -> Lab {
        match self.try_deploy() {
            Ok(lab) => lab,
            Err(explanation) => explanation.fail(),
        }
    }

    fn try_deploy(self) -> Result<Lab, Box<Explanation>> {
        let place = Place::of(&self.folder, &self.title).map_err(|why| explained("this check", why, "its folder"))?;
        let lab = place.lab();
        let program = std::env::var("KIT_FUNCTION").ok().map(|line| Program::from_line(&line)).transpose();
        let program = program.map_err(|why| explained(&lab, why, "the environment variable KIT_FUNCTION"))?;
        let template = place.template();
        let (parameters, environment) = (self.parameters.clone(), self.environment.clone());
        let made = Cloud::deploy(&template, &lab, Path::new(&self.binary), program, parameters, environment);
        let cloud = made.map_err(|why| match why {
            NotDeployed::Refused(failures, stack) => self.refused(&place, &failures, &stack),
            NotDeployed::Unreadable(why) => {
                let workspace = place.workspace().join("").display().to_string();
                self.unread(&place, &why.replace(&workspace, ""))
            }
        })?;
        Ok(Lab::of(place, self.binary, cloud, self.attributions))
    }

    /// The explanation of a template in which CloudFormation finds a mistake before it creates anything.
    fn unread(&self, place: &Place, why: &str) -> Box<Explanation> {
        let Some(todo) = self.todo_of_mistake(why) else { return unplaced(place, why) };
        let mut explanation = Question::explained(place, todo, "the template is deployed");
        explanation.waiting = self.todo.filter(|own| *own != todo).map(str::to_string);
        explanation.asked = vec![ASKED.to_string()];
        explanation.expected = vec!["a template without a mistake".to_string()];
        explanation.got = why.lines().map(str::to_string).collect();
        Box::new(explanation)
    }

    /// The TODO that mistakes in a template belong to: that of a resource that has one, otherwise that of any mistake.
    fn todo_of_mistake(&self, why: &str) -> Option<&'static str> {
        // labs/lab-06/template.yaml:40:15: SiteBucketPolicy.Properties.PolicyDocument: …
        let mut places = why.lines().filter_map(|line| line.split(": ").nth(1));
        let of_resource = places.find_map(|place| self.attributions.todo_of_place(place));
        of_resource.or_else(|| self.attributions.todo(Failure::UnreadableTemplate))
    }

    /// The explanation of a refusal: of the test's own TODO where that is among them, otherwise of the first TODO.
    fn refused(&self, place: &Place, failures: &[ResourceFailure], stack: &Stack) -> Box<Explanation> {
        let mut attributed: Vec<(&str, &ResourceFailure)> = Vec::new();
        for failure in failures {
            attributed.extend(self.attributions.todo_of_resource(&failure.logical_id).map(|todo| (todo, failure)));
        }
        let own = attributed.iter().find(|(todo, _)| Some(*todo) == self.todo);
        let first = || attributed.iter().min_by_key(|(todo, _)| *todo);
        let Some((todo, failure)) = own.or_else(first).copied() else {
            let events: Vec<String> = failures.iter().map(ToString::to_string).collect();
            return unplaced(place, &events.join("\n"));
        };
        let mut explanation = Question::explained(place, todo, "the stack is created");
        explanation.waiting = self.todo.filter(|own| *own != todo).map(str::to_string);
        explanation.asked = vec![ASKED.to_string()];
        explanation.expected = vec!["CREATE_COMPLETE".to_string()];
        explanation.got =
            vec![format!("CREATE_FAILED  {}  {}", failure.resource_type, failure.logical_id), failure.reason.clone()];
        explanation.why = reasons(failure, stack);
        explanation.why.push("The stack rolls back: nothing of it exists.".to_string());
        Box::new(explanation)
    }
}

/// The explanation of a refusal that belongs to no TODO.
fn unplaced(place: &Place, why: &str) -> Box<Explanation> {
    let mut explanation = explained(&place.lab(), why.to_string(), &place.shown(&place.template()));
    explanation.asked = vec![ASKED.to_string()];
    explanation
}

/// What AWS's sentence leaves out.
fn reasons(failure: &ResourceFailure, stack: &Stack) -> Vec<String> {
    if failure.resource_type == "AWS::S3::BucketPolicy" && failure.reason.contains("Access Denied") {
        return vec![
            "This is S3's short answer. The policy lets anybody in, and the bucket has BlockPublicPolicy, as every new bucket \
             has: a policy like that cannot even be put."
                .to_string(),
        ];
    }
    let mapping = stack.event_source_mappings.iter().find(|mapping| mapping.logical_id == failure.logical_id);
    let function = stack.functions.iter().find(|function| match mapping {
        Some(mapping) => function.name == mapping.function,
        None => function.logical_id == failure.logical_id,
    });
    let Some(function) = function else { return Vec::new() };
    let role = &function.role;
    if failure.reason.contains("cannot be assumed by Lambda") {
        let trusted = match trusted(role) {
            nobody if nobody.is_empty() => "nobody".to_string(),
            some => some.join(", "),
        };
        let mut reasons = vec![format!(
            "Lambda assumes a function's role before it runs the function. The role {} trusts {trusted}.",
            role.name
        )];
        reasons.extend(trust_obstacle(role, "lambda.amazonaws.com"));
        return reasons;
    }
    if let Some(mapping) = mapping.filter(|_| failure.reason.contains("Cannot access stream")) {
        let stream = stream_arn(&mapping.table);
        let actions = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"];
        let actions = actions.map(|action| (format!("dynamodb:{action}"), stream.clone()));
        return vec![
            format!(
                "Lambda reads the stream in the role of {}, and tries it when it makes the mapping.",
                function.name
            ),
            lacking(role, &actions, &format!(" on {stream}")),
        ];
    }
    let sends = "permissions to call SendMessage on SQS";
    if let Some(queue) =
        mapping.filter(|_| failure.reason.contains(sends)).and_then(|mapping| mapping.on_failure.as_ref())
    {
        return vec![
            format!("Lambda sends what {} gives up in the function's role, and tries whether it may.", function.name),
            lacking(role, &[("sqs:SendMessage".to_string(), queue.clone())], &format!(" on {queue}")),
        ];
    }
    let named = failure.reason.split_once("permissions to call ").and_then(|(_, rest)| rest.split_once(" on EC2"));
    if named.is_some() {
        let actions = ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"];
        let interfaces = format!("arn:aws:ec2:{REGION}:{ACCOUNT}:network-interface/*");
        let actions = actions.map(|action| {
            // Describing knows no single one.
            let resource = if action.starts_with("Describe") { "*" } else { interfaces.as_str() };
            (format!("ec2:{action}"), resource.to_string())
        });
        return vec![
            format!("Lambda puts {} into the VPC by a network interface, made in the function's role.", function.name),
            lacking(role, &actions, ""),
        ];
    }
    Vec::new()
}

/// Which of `actions` the role does not have, each with the resource that Lambda tries it on, and what it has in their place.
fn lacking(role: &Role, actions: &[(String, String)], on: &str) -> String {
    let missing: Vec<&str> = actions
        .iter()
        .filter(|(action, resource)| !allows(role, action, resource))
        .map(|(action, _)| action.as_str())
        .collect();
    let bare = |action: &str| action.split_once(':').map_or(action, |(_, name)| name).to_string();
    let names = missing.iter().map(|action| bare(action)).collect::<Vec<_>>().join(", ");
    let instead = actions
        .iter()
        .filter(|(action, _)| missing.contains(&action.as_str()))
        .find_map(|(action, resource)| instead(role, action, resource));
    let instead = instead.map(|sentence| format!(" {sentence}")).unwrap_or_default();
    match (missing.len(), actions.len()) {
        (0, _) => "It has all that Lambda tries.".to_string(),
        (some, all) if some == all && all > 1 && !on.is_empty() => {
            format!("The role {} has none of the {all} permissions{on}.{instead}", role.name)
        }
        _ => format!("The role {} lacks {names}{on}.{instead}", role.name),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_template_that_cannot_be_read_says_so_and_where() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("labs").join("lab-07");
        fs::create_dir_all(&package).unwrap();
        let template = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Board:\n    Type: AWS::ECS::Cluster\n";
        fs::write(package.join("template.yaml"), template).unwrap();
        let deployment = Deployment::of("board", package.to_str().unwrap(), "Permissions");
        let nowhere = deployment.clone().try_deploy().unwrap_err().text();
        assert!(nowhere.starts_with("lab-07: the lab cannot be deployed, so nothing was asked yet"), "{nowhere}");
        let deployment = deployment.attribute(Failure::UnreadableTemplate, "lab-07.2").about("lab-07.3");
        let of_the_resource = deployment.clone().attribute(Failure::ResourceRefused("Board"), "lab-07.3");
        let of_the_resource = of_the_resource.try_deploy().unwrap_err().text();
        assert!(of_the_resource.starts_with("lab-07.3: the template is deployed"), "{of_the_resource}");
        let of_a_todo = deployment.try_deploy().unwrap_err().text();
        assert!(
            of_a_todo.starts_with("lab-07.2, before lab-07.3 can be judged: the template is deployed"),
            "{of_a_todo}"
        );
        for said in [nowhere, of_a_todo] {
            assert!(said.contains("  asked     deploy template.yaml\n"), "{said}");
            assert!(
                said.contains("labs/lab-07/template.yaml:3:3: Board: the local cloud has no resources of type"),
                "{said}"
            );
        }
    }
}
