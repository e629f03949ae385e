//! What a caller gives: names, parameters of the template, the template itself, and what it must have acknowledged.

use std::collections::BTreeMap;

use cloudformation::{
    ParameterDeclaration, RequiredCapability, TemplateError, TemplateSummary, required_capability, summary,
};
use stack::{Service, role_arn};

use super::super::Endpoint;
use super::StackError;
use crate::deployment::{Deployment, OnFailure, StackRecord, StackResource, StackSource, TemplateSource};
use crate::service::query_protocol::QueryParameters;

/// The longest `TemplateBody`, in bytes; a longer template is given by its address in S3.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const LONGEST_BODY: usize = 51_200;

/// What AWS does for a stack and the local cloud does not: overlooking it would be a promise that nobody keeps. Beside each parameter
/// the values that ask for nothing.
const LACKING: &[(&str, &[&str], &str)] = &[
    ("CallAs", &["SELF"], "has no organization"),
    ("ChangeSetType", &["CREATE", "UPDATE"], "takes no resources over"),
    ("DeletionMode", &["STANDARD"], "deletes a stack only with all that is in it"),
    ("DeploymentConfig.Mode", &["STANDARD"], "waits for every resource"),
    ("DeploymentMode", &[], "does not look for drift"),
    ("ForceRollback", NOTHING, "has no nested stacks"),
    ("ImportExistingResources", NOTHING, "takes no resources over"),
    ("IncludePropertyValues", NOTHING, "names the properties that change, and not their values"),
    ("NotificationARNs", NOTHING, "tells no topics of a deployment"),
    ("ResourceTypes", NOTHING, "does not hold a template to resource types"),
    ("ResourcesToImport", NOTHING, "takes no resources over"),
    ("RoleARN", NOTHING, "deploys with every right, and not with those of a role"),
    ("RollbackConfiguration.RollbackTriggers", NOTHING, "watches no alarms while it deploys"),
    ("StackPolicyBody", NOTHING, "has no stack policies"),
    ("StackPolicyDuringUpdateBody", NOTHING, "has no stack policies"),
    ("StackPolicyDuringUpdateURL", NOTHING, "has no stack policies"),
    ("StackPolicyURL", NOTHING, "has no stack policies"),
    ("StackSetName", NOTHING, "has no stack sets"),
];
const NOTHING: &[&str] = &["false", "0"];

/// A stack to be made or changed.
#[derive(Debug, Clone)]
pub(super) struct StackRequest {
    /// The stack's name.
    pub(super) name: String,
    /// `Transform`.
    pub(super) transforms: Vec<String>,
    /// What is remembered of it.
    pub(super) source: StackSource,
    /// Values for parameters.
    pub(super) parameters: BTreeMap<String, String>,
    /// What becomes of the stack when a resource is refused.
    pub(super) on_failure: OnFailure,
    /// `RetainExceptOnCreate`.
    pub(super) retain_except_on_create: bool,
}

impl StackRequest {
    /// It as the owner of the cloud takes it.
    pub(super) fn deployment(&self) -> Deployment {
        Deployment {
            stack: Some(self.name.clone()),
            template: TemplateSource::Text(self.source.template.clone()),
            parameters: self.parameters.clone(),
            source: self.source.clone(),
            on_failure: self.on_failure,
            retain_except_on_create: self.retain_except_on_create,
        }
    }

    /// Whether a transform is carried out first.
    pub(super) fn is_transformed(&self) -> bool {
        !self.transforms.is_empty()
    }

    /// The rights that the template gives and nobody has acknowledged.
    pub(super) fn unacknowledged(&self) -> Option<StackError> {
        let given = |capability: &str| self.source.capabilities.iter().any(|given| given == capability);
        // The template was read when the request was.
        let required = required_capability(&self.source.template).unwrap_or_default().capability?;
        // Who acknowledges names acknowledges the rest.
        let acknowledged = given(required) || given("CAPABILITY_NAMED_IAM");
        (!acknowledged).then(|| insufficient(required))
    }

    /// What a stack that is made without a change set needs besides: nobody has looked at what the transform made.
    ///
    /// # Errors
    ///
    /// `InsufficientCapabilitiesException`.
    pub(super) fn acknowledged(&self) -> Result<(), StackError> {
        let expands = self.source.capabilities.iter().any(|given| given == "CAPABILITY_AUTO_EXPAND");
        if self.is_transformed() && !expands {
            return Err(insufficient("CAPABILITY_AUTO_EXPAND"));
        }
        self.unacknowledged().map_or(Ok(()), Err)
    }
}

fn insufficient(capability: &str) -> StackError {
    StackError::new("InsufficientCapabilitiesException", format!("Requires capabilities : [{capability}]"))
}

/// The value of a parameter that must be there, which [`super::members`] has looked for.
pub(super) fn required<'p>(parameters: &'p QueryParameters, name: &str) -> Result<&'p str, StackError> {
    given(parameters, name).ok_or_else(|| StackError::validation(format!("{name} is a required parameter.")))
}

/// Refuses a token that no answer gave, in the words of `DescribeStackResourceDrifts`: <https://github.com/boto/boto3/issues/2203>.
/// `is_known` says which an answer gave.
pub(super) fn check_next_token(
    parameters: &QueryParameters,
    is_known: impl Fn(&str) -> bool,
) -> Result<(), StackError> {
    match given(parameters, "NextToken").filter(|token| !is_known(token)) {
        Some(token) => Err(StackError::validation(format!("{token} is not a valid NextToken"))),
        None => Ok(()),
    }
}

/// Whether something is so, as XML Schema writes it.
pub(super) fn flag(parameters: &QueryParameters, name: &str) -> Option<bool> {
    match parameters.get(name)? {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// The texts of a list: `Name.member.1`, `Name.member.2`.
pub(super) fn members<'p>(parameters: &'p QueryParameters, name: &str) -> Vec<&'p str> {
    (1..).map_while(|number| parameters.get(&format!("{name}.member.{number}"))).collect()
}

/// The pairs of a list of structures with two fields.
fn pairs<'p>(parameters: &'p QueryParameters, name: &str, [key, value]: [&str; 2]) -> Vec<(&'p str, &'p str)> {
    let field = |number: usize, field: &str| parameters.get(&format!("{name}.member.{number}.{field}"));
    (1..).map_while(|number| Some((field(number, key)?, field(number, value).unwrap_or_default()))).collect()
}

/// The value of a parameter that may be left out.
pub(super) fn given<'p>(parameters: &'p QueryParameters, name: &str) -> Option<&'p str> {
    parameters.get(name).filter(|value| !value.is_empty())
}

/// What `CreateStack` says of a failure: `OnFailure`, or `DisableRollback`.
///
/// # Errors
///
/// Both at once.
pub(super) fn on_failure(parameters: &QueryParameters) -> Result<OnFailure, StackError> {
    match (one_of(parameters, "OnFailure"), given(parameters, "DisableRollback")) {
        (Some(_), Some(_)) => {
            Err(StackError::validation("Either DisableRollback or OnFailure can be specified, not both."))
        }
        (Some(on_failure), None) => Ok(on_failure),
        (None, _) => Ok(disable_rollback(parameters)),
    }
}

/// The way out of a failure that the parameter called `name` gives.
pub(super) fn one_of(parameters: &QueryParameters, name: &str) -> Option<OnFailure> {
    OnFailure::of(given(parameters, name)?)
}

/// What `DisableRollback` says of a failure.
pub(super) fn disable_rollback(parameters: &QueryParameters) -> OnFailure {
    match flag(parameters, "DisableRollback") {
        Some(true) => OnFailure::DoNothing,
        _ => OnFailure::Rollback,
    }
}

/// Whether a stack can be updated in the state in which it is. From a deployment that failed and was not rolled back one can only go on in
/// the same way, or back: <https://github.com/aws/aws-cli/issues/6368>, <https://github.com/code-dot-org/code-dot-org/pull/68524>.
pub(super) fn updatable(record: &StackRecord, on_failure: OnFailure) -> Result<(), StackError> {
    match record.status.as_str() {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" => Ok(()),
        "CREATE_FAILED" if record.created_with_on_failure => Err(StackError::validation(
            "This stack cannot be updated from [CREATE_FAILED] state because it contains [on-failure: DO_NOTHING]. Please use \
             disable-rollback option instead during stack creation.",
        )),
        "CREATE_FAILED" | "UPDATE_FAILED" if on_failure == OnFailure::DoNothing => Ok(()),
        status @ ("CREATE_FAILED" | "UPDATE_FAILED") => Err(StackError::validation(format!(
            "This stack is currently in a non-terminal [{status}] state. To update the stack from this state, please use the \
             disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API"
        ))),
        _ => Err(StackError::state(record, "updated")),
    }
}

/// What a template says of itself.
pub(super) fn summary_of(template: &str) -> Result<TemplateSummary, StackError> {
    summary(template).map_err(|error| format_error(&error))
}

/// What has to be acknowledged for a template.
pub(super) fn capability_of(template: &str) -> Result<RequiredCapability, StackError> {
    required_capability(template).map_err(|error| format_error(&error))
}

/// Refuses a template in which something refers to nothing.
pub(super) fn check_references(template: &str) -> Result<(), StackError> {
    cloudformation::check_references(template).map_err(|error| format_error(&error))
}

fn format_error(error: &TemplateError) -> StackError {
    let message = error.findings.first().map(|finding| match finding.position {
        Some(at) if !finding.message.starts_with("Template") => {
            format!("Template format error: {} (line {}, column {})", finding.message, at.line, at.column)
        }
        _ => finding.message.clone(),
    });
    StackError::validation(message.unwrap_or_default())
}

/// Refuses what would be overlooked.
pub(super) fn check_options(parameters: &QueryParameters) -> Result<(), StackError> {
    for (name, nothing, why) in LACKING {
        let is_it = |given: &str| given == *name || given.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        if parameters.iter().any(|(given, value)| is_it(given) && !value.is_empty() && !nothing.contains(&value)) {
            let message = format!("{name} is not supported: the local cloud {why}; leave it out");
            return Err(StackError::validation(message));
        }
    }
    Ok(())
}

impl Endpoint {
    /// The template that a call gives: as text, by its address in S3, or that of the stack as it is.
    pub(super) async fn template_of(
        &self,
        parameters: &QueryParameters,
        previous: Option<&StackRecord>,
    ) -> Result<String, StackError> {
        if let Some(body) = parameters.get("TemplateBody").filter(|body| !body.is_empty()) {
            if body.len() > LONGEST_BODY {
                return Err(StackError::validation(format!(
                    "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less \
                     than or equal to {LONGEST_BODY}"
                )));
            }
            return Ok(body.to_string());
        }
        if let Some(url) = parameters.get("TemplateURL").filter(|url| !url.is_empty()) {
            return self.template_at(url).await;
        }
        if flag(parameters, "UsePreviousTemplate") == Some(true)
            && let Some(previous) = previous
        {
            return Ok(previous.source.template.clone());
        }
        Err(StackError::validation("Either Template URL or Template Body must be specified."))
    }

    /// Refuses a role that no stack has as CloudFormation does.
    pub(super) fn check_role(&self, parameters: &QueryParameters) -> Result<(), StackError> {
        let Some(arn) = given(parameters, "RoleARN") else { return Ok(()) };
        let is_role = |resource: &StackResource| {
            resource.resource_type == "AWS::IAM::Role" && role_arn(&resource.physical_id) == arn
        };
        let records = self.stacks.all();
        let owned = records.iter().filter(|record| record.deleted.is_none()).flat_map(StackRecord::owned);
        match owned.into_iter().any(|resource| is_role(&resource)) {
            true => Ok(()),
            false => Err(StackError::validation(format!("Role {arn} is invalid or cannot be assumed"))),
        }
    }

    async fn template_at(&self, url: &str) -> Result<String, StackError> {
        let not_s3 = || StackError::validation("TemplateURL must be a supported URL.");
        let address: http::Uri = url.parse().map_err(|_| not_s3())?;
        let host = address.host().unwrap_or_default();
        let path = address.path().trim_start_matches('/');
        let path = percent_encoding::percent_decode_str(path).decode_utf8().map_err(|_| not_s3())?;
        // A bucket stands in the path or before the host.
        let in_host = host.split_once(".s3.").or_else(|| host.split_once(".s3-")).map(|(bucket, _)| bucket);
        let (bucket, key) = match in_host {
            Some(bucket) => (bucket, path.as_ref()),
            None => path.split_once('/').ok_or_else(not_s3)?,
        };
        let version =
            address.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("versionId=")));
        let object = match self.services.answering(Service::S3) {
            Some(hosted) => hosted.object(bucket, key, version).await,
            None => None,
        };
        let object = object.ok_or_else(|| StackError::validation("S3 error: The specified key does not exist.\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"))?;
        if object.len() as u64 > cloudformation::MOST_BYTES {
            let most = cloudformation::MOST_BYTES;
            return Err(StackError::validation(format!("Template may not exceed {most} bytes in size.")));
        }
        String::from_utf8(object.to_vec())
            .map_err(|_| StackError::validation("Template format error: the template is not text in UTF-8."))
    }

    /// Everything that a call says of the stack called `name`; `existing` is the stack as it is.
    pub(super) async fn stack_request(
        &self,
        name: &str,
        parameters: &QueryParameters,
        existing: Option<&StackRecord>,
    ) -> Result<StackRequest, StackError> {
        let template = self.template_of(parameters, existing).await?;
        let summary = summary_of(&template)?;
        let mut source = StackSource { template, ..StackSource::default() };
        source.capabilities = members(parameters, "Capabilities").into_iter().map(str::to_string).collect();
        let owned = |(key, value): (&str, &str)| (key.to_string(), value.to_string());
        source.tags = pairs(parameters, "Tags", ["Key", "Value"]).into_iter().map(owned).collect();
        if source.tags.is_empty()
            && let Some(existing) = existing
        {
            source.tags.clone_from(&existing.source.tags);
        }
        let mut values: BTreeMap<String, String> =
            pairs(parameters, "Parameters", ["ParameterKey", "ParameterValue"]).into_iter().map(owned).collect();
        for number in 1.. {
            let prefix = format!("Parameters.member.{number}.");
            let Some(key) = parameters.get(&format!("{prefix}ParameterKey")) else { break };
            if flag(parameters, &format!("{prefix}UsePreviousValue")) != Some(true) {
                continue;
            }
            if parameters.get(&format!("{prefix}ParameterValue")).is_some_and(|value| !value.is_empty()) {
                let message = format!(
                    "Invalid input for parameter key {key}. Cannot specify usePreviousValue as true and non empty value for a parameter"
                );
                return Err(StackError::validation(message));
            }
            let previous = existing.and_then(|existing| existing.parameters.get(key));
            let Some(previous) = previous else {
                let message = format!(
                    "Invalid input for parameter key {key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template"
                );
                return Err(StackError::validation(message));
            };
            values.insert(key.to_string(), previous.clone());
        }
        let lacking: Vec<&str> = summary
            .parameters
            .iter()
            .filter(|parameter| parameter.default.is_none() && !values.contains_key(&parameter.name))
            .map(|parameter| parameter.name.as_str())
            .collect();
        if !lacking.is_empty() {
            return Err(StackError::validation(format!("Parameters: [{}] must have values", lacking.join(", "))));
        }
        let unknown: Vec<&str> = values
            .keys()
            .map(String::as_str)
            .filter(|key| !summary.parameters.iter().any(|parameter| parameter.name == *key))
            .collect();
        if !unknown.is_empty() {
            return Err(StackError::validation(format!(
                "Parameters: [{}] do not exist in the template",
                unknown.join(", ")
            )));
        }
        let refused = |parameter: &ParameterDeclaration| parameter.rules.refusal(values.get(&parameter.name)?);
        if let Some(refused) = summary.parameters.iter().find_map(refused) {
            return Err(StackError::validation(refused));
        }
        Ok(StackRequest {
            name: name.to_string(),
            transforms: summary.transforms,
            source,
            parameters: values,
            on_failure: OnFailure::default(),
            retain_except_on_create: flag(parameters, "RetainExceptOnCreate").unwrap_or_default(),
        })
    }
}
