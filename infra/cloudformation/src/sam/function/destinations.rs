//! `EventInvokeConfig`: what becomes of asynchronous invocations, and where the news of them goes.

use super::version::condition_name;
use super::{Function, Target};
use crate::sam::Transform;
use crate::sam::error::{Refusal, Sam};
use crate::sam::intrinsics::{conditional, if_argument, if_parts, is_no_value, not, reference};
use crate::sam::resource::Made;
use crate::sam::role::{bucket_policy, inline};
use crate::sam::value::{Of, python_list};
use crate::tree::{Node, list, map};

const TYPES: &[&str] = &["SQS", "SNS", "EventBridge", "Lambda", "S3Bucket"];
/// Those that SAM makes itself where the template names none.
const MADE: &[&str] = &["SQS", "SNS"];

impl Function<'_> {
    /// The configuration with the queues and topics that it makes, and the policies that the role needs.
    pub(super) fn destinations(
        &mut self,
        target: &Target,
        alias: Option<&Node>,
        transform: &mut Transform,
    ) -> Sam<(Vec<Made>, Vec<Node>)> {
        let Some(config) = self.truth("EventInvokeConfig").cloned() else { return Ok(Default::default()) };
        let config = transform.parameters.resolved(&config)?;
        let id = format!("{}EventInvokeConfig", self.id);
        let (mut made, mut policies, mut destinations) = (Vec::new(), Vec::new(), map! {});
        if let Some(given) = config.truth("DestinationConfig") {
            let path = "EventInvokeConfig.DestinationConfig";
            Of::Resource(self.id).map(given, path)?;
            for when in ["OnSuccess", "OnFailure"] {
                let Some(destination) = given.given(when) else { continue };
                Of::Resource(self.id).map(destination, &format!("{path}.{when}"))?;
                let (resource, arn, policy) = self.destination(destination, &id, when, transform)?;
                let entry = match arn {
                    Some(arn) => map! { "Destination" => arn },
                    None => map! {},
                };
                destinations.set(when, entry);
                made.extend(resource);
                policies.extend(policy);
            }
        }
        let mut resource = Made::new(id, "AWS::Lambda::EventInvokeConfig", self.attributes.clone());
        resource.depends_on = target.alias.as_ref().map(|alias| list![alias.as_str()]);
        resource.set("FunctionName", reference(self.id));
        resource.set("Qualifier", alias.cloned().unwrap_or_else(|| "$LATEST".into()));
        resource.set("DestinationConfig", destinations);
        resource.copy(&config, &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]);
        made.push(resource);
        Ok((made, policies))
    }

    fn destination(
        &self,
        config: &Node,
        id: &str,
        when: &str,
        transform: &mut Transform,
    ) -> Sam<(Option<Made>, Option<Node>, Option<Node>)> {
        let kind = config.given("Type");
        let Some(kind) = kind.and_then(Node::str).filter(|kind| TYPES.contains(kind)) else {
            let kind = config.get("Type").map_or("None".to_string(), Node::display);
            return Refusal::resource(
                self.id,
                format!("'Type: {kind}' must be one of {}", python_list(TYPES.iter().copied())),
            );
        };
        let given = config.given("Destination");
        let (condition, other) = self.missing_under(given, id, transform)?;
        let id = format!("{id}{when}");
        let policy = |arn: &Node| match kind {
            "SQS" => inline(format!("{id}SQSPolicy"), "sqs:SendMessage", arn),
            "SNS" => inline(format!("{id}SNSPolicy"), "sns:publish", arn),
            "EventBridge" => inline(format!("{id}EventBridgePolicy"), "events:PutEvents", arn),
            "Lambda" => inline(format!("{id}LambdaPolicy"), "lambda:InvokeFunction", arn),
            _ => bucket_policy(&id, arn),
        };
        if let (Some(arn), None) = (given, &condition) {
            return Ok((None, Some(arn.clone()), Some(policy(arn))));
        }
        if !MADE.contains(&kind) {
            return Refusal::resource(
                self.id,
                format!("Destination is required if Type is not {}", python_list(MADE.iter().copied())),
            );
        }
        let passed = self.attributes.passed_on();
        let combined = match (passed.condition(), &condition) {
            (Some(own), Some(condition)) => {
                let name = condition_name(&format!("{own}AND{condition}"), self.id);
                // The key stands twice in what SAM makes, and so here.
                let both = list![
                    map! { "Condition" => map! { "Condition" => own } },
                    map! { "Condition" => map! { "Condition" => condition.as_str() } },
                ];
                transform.add_condition(&name, map! { "Fn::And" => both });
                Some(name)
            }
            (own, condition) => condition.clone().or_else(|| own.map(str::to_string)),
        };
        let mut made = match kind {
            "SQS" => Made::new(format!("{id}Queue"), "AWS::SQS::Queue", passed),
            _ => Made::new(format!("{id}Topic"), "AWS::SNS::Topic", passed),
        };
        if let Some(combined) = combined {
            made.attributes.set("Condition", combined);
        }
        let own = if kind == "SQS" { made.arn() } else { made.reference() };
        let arn = match condition {
            Some(condition) => conditional(condition, own, other),
            None => own,
        };
        let policy = policy(&arn);
        Ok((Some(made), Some(arn), Some(policy)))
    }

    /// The condition under which a destination is not given, and what is given otherwise.
    fn missing_under(
        &self,
        given: Option<&Node>,
        id: &str,
        transform: &mut Transform,
    ) -> Sam<(Option<String>, Option<Node>)> {
        let Some(argument) = given.and_then(if_argument) else { return Ok((None, None)) };
        let [condition, yes, no] = match if_parts(argument) {
            Ok(parts) => parts,
            Err(problem) => return Refusal::resource(id, format!("Malformed 'Destination' property: {problem}.")),
        };
        Ok(match (is_no_value(yes), is_no_value(no)) {
            (true, false) => (Some(condition.display()), Some(no.clone())),
            (false, true) => {
                let name = condition_name(&format!("NOT{}", condition.display()), id);
                transform.add_condition(&name, not(&condition.display()));
                (Some(name), Some(yes.clone()))
            }
            _ => (None, None),
        })
    }
}
