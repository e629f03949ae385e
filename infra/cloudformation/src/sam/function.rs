//! `AWS::Serverless::Function`: the function, its role, version and alias, its address, and what its events need.

mod address;
mod destinations;
mod version;

use super::deployment_preference::Preference;
use super::error::{Refusal, Sam};
use super::events;
use super::intrinsics::{conditional, get_att, if_argument, if_parts, is_no_value, not, reference};
use super::policies::{aws_policy, expand_templates};
use super::properties::{SamType, Shape, optional};
use super::resource::{Attributes, Made, propagate_tags, tag_list};
use super::role::{Role, assumed_by};
use super::value::Of;
use super::{Transform, properties};
use crate::tree::{Node, list, map};

const TYPE: SamType = SamType {
    name: "AWS::Serverless::Function",
    properties: &[
        optional("FunctionName", Shape::TextOrMap),
        optional("Handler", Shape::Any),
        optional("Runtime", Shape::Any),
        optional("CodeUri", Shape::Any),
        optional("ImageUri", Shape::Any),
        optional("PackageType", Shape::Any),
        optional("InlineCode", Shape::Any),
        optional("DeadLetterQueue", Shape::Map),
        optional("Description", Shape::Any),
        optional("MemorySize", Shape::Any),
        optional("Timeout", Shape::Any),
        optional("VpcConfig", Shape::Any),
        optional("Role", Shape::Text),
        optional("AssumeRolePolicyDocument", Shape::Map),
        optional("Policies", Shape::TextMapOrList),
        optional("RolePath", Shape::Any),
        optional("PermissionsBoundary", Shape::Text),
        optional("Environment", Shape::MapOfMaps),
        optional("Events", Shape::MapOfMaps),
        optional("Tags", Shape::Map),
        optional("PropagateTags", Shape::Boolean),
        optional("Tracing", Shape::TextOrMap),
        optional("KmsKeyArn", Shape::Any),
        optional("DeploymentPreference", Shape::Map),
        optional("ReservedConcurrentExecutions", Shape::Any),
        optional("Layers", Shape::TextsOrMaps),
        optional("EventInvokeConfig", Shape::Map),
        optional("EphemeralStorage", Shape::Any),
        optional("AutoPublishAlias", Shape::Word),
        optional("AutoPublishCodeSha256", Shape::Word),
        optional("AutoPublishAliasAllProperties", Shape::Boolean).literal(),
        optional("VersionDescription", Shape::Any),
        optional("ProvisionedConcurrencyConfig", Shape::Any),
        optional("FileSystemConfigs", Shape::Any),
        optional("ImageConfig", Shape::Any),
        optional("CodeSigningConfigArn", Shape::Any),
        optional("Architectures", Shape::Any),
        optional("SnapStart", Shape::Map),
        optional("FunctionUrlConfig", Shape::Map),
        optional("RuntimeManagementConfig", Shape::Any),
        optional("LoggingConfig", Shape::Any),
        optional("RecursiveLoop", Shape::Any),
        optional("SourceKMSKeyArn", Shape::Any),
        optional("CapacityProviderConfig", Shape::Map),
        optional("FunctionScalingConfig", Shape::Map),
        optional("VersionDeletionPolicy", Shape::DeleteOrRetain),
        optional("PublishToLatestPublished", Shape::Any),
        optional("TenancyConfig", Shape::Any),
        optional("DurableConfig", Shape::Map),
    ],
    common: &[],
};

/// What goes to the Lambda function under the same name.
const SAME: &[&str] = &[
    "FunctionName",
    "Handler",
    "Runtime",
    "Description",
    "MemorySize",
    "Timeout",
    "VpcConfig",
    "Role",
    "Environment",
    "KmsKeyArn",
    "ReservedConcurrentExecutions",
    "Layers",
    "FileSystemConfigs",
    "ImageConfig",
    "PackageType",
    "Architectures",
    "SnapStart",
    "EphemeralStorage",
    "CodeSigningConfigArn",
    "RuntimeManagementConfig",
    "LoggingConfig",
    "TenancyConfig",
    "RecursiveLoop",
    "DurableConfig",
    "PublishToLatestPublished",
];

/// Tags that only SAM may set.
const RESERVED_TAGS: &[&str] = &["lambda:createdBy", "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"];

/// What events invoke: the function, or the alias that its newest version has.
pub(super) struct Target {
    /// The Lambda function's logical id.
    pub(super) function: String,
    /// The alias's logical id.
    pub(super) alias: Option<String>,
    /// The function's attributes, or the alias's.
    pub(super) attributes: Attributes,
}

impl Target {
    /// What it is called in permissions and mappings.
    pub(super) fn name(&self) -> Node {
        reference(self.alias.as_deref().unwrap_or(&self.function))
    }

    /// Its ARN.
    pub(super) fn arn(&self) -> Node {
        match &self.alias {
            Some(alias) => reference(alias),
            None => get_att(&self.function, "Arn"),
        }
    }

    /// The same inside the text of `Fn::Sub`.
    pub(super) fn arn_in_text(&self) -> String {
        match &self.alias {
            Some(alias) => format!("${{{alias}}}"),
            None => format!("${{{}.Arn}}", self.function),
        }
    }
}

/// The function `id` while it is worked on.
struct Function<'f> {
    id: &'f str,
    properties: Node,
    attributes: Attributes,
}

/// Everything that is made of the function `id`.
pub(super) fn transform(id: &str, resource: &Node, transform: &mut Transform) -> Sam<Vec<Made>> {
    properties::check_id(id)?;
    let mut properties = properties::of(id, resource)?;
    expand_templates(id, &mut properties)?;
    TYPE.check(id, &properties)?;
    let mut function = Function { id, properties, attributes: Attributes::of(resource) };
    events::check(id, function.given("Events"), transform.resources()).map_err(|refusal| refusal.of_function(id))?;
    function.check()?;
    let mut made = function.make(resource, transform)?;
    propagate_tags(&mut made, function.given("Tags"), function.given("PropagateTags"));
    Ok(made)
}

impl Function<'_> {
    fn given(&self, name: &str) -> Option<&Node> {
        self.properties.given(name)
    }

    fn truth(&self, name: &str) -> Option<&Node> {
        self.properties.truth(name)
    }

    /// Properties that exclude or need each other.
    fn check(&self) -> Sam<()> {
        let has = |name| self.given(name).is_some();
        let mut problems = Vec::new();
        for other in ["ProvisionedConcurrencyConfig", "VpcConfig"] {
            if has("CapacityProviderConfig") && has(other) {
                problems.push(format!("Cannot specify 'CapacityProviderConfig' and '{other}' together."));
            }
        }
        for (one, needs) in
            [("FunctionScalingConfig", "CapacityProviderConfig"), ("VersionDeletionPolicy", "AutoPublishAlias")]
        {
            if has(one) && !has(needs) {
                problems.push(format!("'{one}' requires '{needs}'."));
            }
        }
        if !problems.is_empty() {
            return Refusal::resource(self.id, problems.join("\n"));
        }
        if let Some(queue) = self.truth("DeadLetterQueue") {
            self.check_dead_letter_queue(queue)?;
        }
        if self.truth("TenancyConfig").is_some() {
            self.check_tenancy()?;
        }
        Ok(())
    }

    fn check_dead_letter_queue(&self, queue: &Node) -> Sam<()> {
        let (Some(kind), Some(_)) = (queue.truth("Type"), queue.truth("TargetArn")) else {
            let message = "'DeadLetterQueue' requires Type and TargetArn properties to be specified.";
            return Refusal::resource(self.id, message);
        };
        match Of::Resource(self.id).text(Some(kind), "DeadLetterQueue.Type")? {
            "SQS" | "SNS" => Ok(()),
            _ => Refusal::resource(self.id, "'DeadLetterQueue' requires Type of ['SQS', 'SNS']"),
        }
    }

    fn check_tenancy(&self) -> Sam<()> {
        for (name, what) in [
            ("ProvisionedConcurrencyConfig", "Provisioned concurrency"),
            ("FunctionUrlConfig", "Function URL"),
            ("SnapStart", "SnapStart"),
        ] {
            if self.truth(name).is_some() {
                let message = format!("{what} is not supported for functions enabled with tenancy configuration.");
                return Refusal::resource(self.id, message);
            }
        }
        for (_, event) in self.given("Events").map(Node::entries).unwrap_or_default() {
            let kind = event.get("Type").map_or("None".to_string(), Node::display);
            if !matches!(kind.as_str(), "Api" | "HttpApi") {
                let message = format!(
                    "Event source '{kind}' is not supported for functions enabled with tenancy configuration. Only Api and \
                     HttpApi event sources are supported."
                );
                return Refusal::resource(self.id, message);
            }
        }
        Ok(())
    }

    fn make(&mut self, resource: &Node, transform: &mut Transform) -> Sam<Vec<Made>> {
        let mut lambda = self.lambda(resource, transform)?;
        if self.truth("ProvisionedConcurrencyConfig").is_some() && self.truth("AutoPublishAlias").is_none() {
            let message = "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function";
            return Refusal::resource(self.id, message);
        }
        let mut made = Vec::new();
        let published = self.published(&mut lambda, transform)?;
        let mut alias = published.map(|(version, alias)| {
            made.push(version);
            alias
        });
        let target = Target {
            function: self.id.to_string(),
            alias: alias.as_ref().map(|alias| alias.id.clone()),
            attributes: alias.as_ref().map_or(&self.attributes, |alias| &alias.attributes).clone(),
        };
        made.extend(self.address(&target)?);
        if let Some(preference) = Preference::of(self.id, &self.properties, &self.attributes, transform)? {
            let Some(alias) = &mut alias else {
                let message = "'DeploymentPreference' requires AutoPublishAlias property to be specified.";
                return Refusal::resource(self.id, message);
            };
            alias.attributes.set("UpdatePolicy", preference.update_policy());
            transform.preferences.push(preference);
        }
        let alias_name = alias.as_ref().and_then(|alias| alias.properties.get("Name")).cloned();
        made.extend(alias);
        let (destinations, allowed) = self.destinations(&target, alias_name.as_ref(), transform)?;
        made.extend(destinations);
        let mut role = self.role(allowed, transform)?;
        let needed = self.set_role(&mut lambda, &mut role, transform)?;
        let events = self.given("Events").cloned();
        let of_events = events::make(events.as_ref(), &target, &mut role, transform);
        made.extend(of_events.map_err(|refusal| refusal.of_function(self.id))?);
        made.push(lambda);
        if needed {
            made.push(role.finish());
        }
        Ok(made)
    }

    fn lambda(&mut self, resource: &Node, transform: &Transform) -> Sam<Made> {
        let mut lambda = Made::new(self.id, "AWS::Lambda::Function", self.attributes.clone());
        lambda.depends_on = resource.get("DependsOn").cloned();
        lambda.copy(&self.properties, SAME);
        if self.truth("FunctionName").is_none() {
            lambda.properties.remove("FunctionName");
        }
        lambda.set("Code", self.code()?);
        let tags = self.given("Tags");
        if let Some(reserved) = RESERVED_TAGS.iter().find(|reserved| tags.is_some_and(|tags| tags.has(reserved))) {
            let message = format!(
                "{reserved} is a reserved Tag key name and cannot be set on your resource. Please change the tag key in the input."
            );
            return Refusal::resource(self.id, message);
        }
        lambda.set("Tags", self.tags());
        if let Some(tracing) = self.tracing(transform)? {
            lambda.set("TracingConfig", map! { "Mode" => tracing });
        }
        if let Some(queue) = self.truth("DeadLetterQueue") {
            lambda.set_some("DeadLetterConfig", queue.get("TargetArn").map(|arn| map! { "TargetArn" => arn }));
        }
        if let Some(provider) = self.truth("CapacityProviderConfig") {
            let mut config = map! {};
            for (from, to) in [
                ("Arn", "CapacityProviderArn"),
                ("PerExecutionEnvironmentMaxConcurrency", "PerExecutionEnvironmentMaxConcurrency"),
                ("ExecutionEnvironmentMemoryGiBPerVCpu", "ExecutionEnvironmentMemoryGiBPerVCpu"),
            ] {
                if let Some(value) = provider.given(from) {
                    config.set(to, value);
                }
            }
            lambda.set("CapacityProviderConfig", map! { "LambdaManagedInstancesCapacityProviderConfig" => config });
        }
        lambda.set_some("FunctionScalingConfig", self.truth("FunctionScalingConfig"));
        self.check_package_type(&lambda)?;
        Ok(lambda)
    }

    fn tags(&self) -> Vec<Node> {
        let mut tags = vec![map! { "Key" => "lambda:createdBy", "Value" => "SAM" }];
        tags.extend(tag_list(self.given("Tags")));
        tags
    }

    /// `Tracing` as it is written, unless it switches tracing off.
    fn tracing(&self, transform: &Transform) -> Sam<Option<Node>> {
        let Some(tracing) = self.truth("Tracing") else { return Ok(None) };
        let resolved = transform.parameters.resolved(tracing)?;
        Ok((resolved.str() != Some("Disabled")).then(|| tracing.clone()))
    }

    fn code(&self) -> Sam<Node> {
        let package = self.truth("PackageType");
        match package.map_or("Zip", |package| package.str().unwrap_or_default()) {
            "Zip" => {
                let mut code = match (self.given("InlineCode"), self.given("CodeUri")) {
                    (Some(inline), _) => map! { "ZipFile" => inline },
                    (None, Some(uri)) => s3_location(self.id, uri, "CodeUri")?,
                    (None, None) => {
                        return Refusal::resource(self.id, "Only one of 'InlineCode' or 'CodeUri' can be set.");
                    }
                };
                if let Some(key) = self.truth("SourceKMSKeyArn") {
                    code.set("SourceKMSKeyArn", key);
                }
                Ok(code)
            }
            "Image" => match self.given("ImageUri") {
                None => Refusal::resource(self.id, "'ImageUri' must be set."),
                Some(uri) if !uri.truthy() => {
                    Refusal::resource(self.id, "'ImageUri' requires that a image hosted at a registry be specified.")
                }
                Some(uri) => Ok(map! { "ImageUri" => uri }),
            },
            _ => {
                let package = package.map(Node::display).unwrap_or_default();
                Refusal::resource(self.id, format!("invalid 'PackageType' : {package}"))
            }
        }
    }

    fn check_package_type(&self, lambda: &Made) -> Sam<()> {
        let has = |name| lambda.properties.truth(name).is_some();
        let image = self.truth("PackageType").and_then(Node::str) == Some("Image");
        if image && (has("Handler") || has("Runtime") || has("Layers")) {
            let message = "Runtime, Handler, Layers cannot be present when PackageType is of type `Image`";
            return Refusal::resource(self.id, message);
        }
        let runs = has("Runtime") && has("Handler");
        if !image && !runs {
            let message = "Runtime and Handler needs to be present when PackageType is of type `Zip`";
            return Refusal::resource(self.id, message);
        }
        if !image && has("ImageConfig") {
            let message = "ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`";
            return Refusal::resource(self.id, message);
        }
        Ok(())
    }

    fn role(&self, allowed: Vec<Node>, transform: &Transform) -> Sam<Role> {
        let partition = transform.partition;
        let mut managed = vec![match self.truth("DurableConfig") {
            Some(_) => aws_policy("service-role/AWSLambdaBasicDurableExecutionRolePolicy", partition),
            None => aws_policy("service-role/AWSLambdaBasicExecutionRole", partition),
        }];
        if self.tracing(transform)?.is_some() {
            let name = if partition == "aws" { "AWSXrayWriteOnlyAccess" } else { "AWSXRayDaemonWriteAccess" };
            managed.push(aws_policy(name, partition));
        }
        if self.truth("VpcConfig").is_some() {
            managed.push(aws_policy("service-role/AWSLambdaVPCAccessExecutionRole", partition));
        }
        let mut inline = Vec::new();
        if let Some(queue) = self.truth("DeadLetterQueue") {
            let action = match queue.get("Type").and_then(Node::str) {
                Some("SNS") => "sns:Publish",
                _ => "sqs:SendMessage",
            };
            let arn = queue.get("TargetArn").cloned().unwrap_or_else(|| "".into());
            let statement = super::role::allow(action, arn);
            let document = map! { "Version" => "2012-10-17", "Statement" => list![statement] };
            inline.push(map! { "PolicyName" => "DeadLetterQueuePolicy", "PolicyDocument" => document });
        }
        inline.extend(allowed);
        let id = format!("{}Role", self.id);
        let mut role = Role::new(id, self.attributes.passed_on(), managed, inline);
        let assumed = self.given("AssumeRolePolicyDocument").cloned();
        role.made().set("AssumeRolePolicyDocument", assumed.unwrap_or_else(|| assumed_by("lambda.amazonaws.com")));
        role.made().set_some("Path", self.given("RolePath"));
        role.made().set_some("PermissionsBoundary", self.given("PermissionsBoundary"));
        role.made().set("Tags", self.tags());
        role.add_policies(self.id, self.given("Policies"), partition)?;
        Ok(role)
    }

    /// Lets the function run with the role; whether the role is needed.
    fn set_role(&self, lambda: &mut Made, role: &mut Role, transform: &mut Transform) -> Sam<bool> {
        let Some(own) = lambda.properties.get("Role").cloned() else {
            lambda.set("Role", role.arn());
            return Ok(true);
        };
        if if_argument(&own).is_none() {
            return Ok(false);
        }
        let resolved = transform.parameters.resolved(&own)?;
        let argument = if_argument(&resolved).cloned().unwrap_or_else(|| list![]);
        let [condition, yes, no] = match if_parts(&argument) {
            Ok(parts) => parts,
            Err(problem) => return Refusal::resource(self.id, format!("Malformed 'Role' property: {problem}.")),
        };
        let arn = role.arn();
        let value = match (is_no_value(yes), is_no_value(no)) {
            (true, true) => arn,
            (true, false) => {
                role.made().attributes.set("Condition", condition);
                conditional(condition, arn, Some(no.clone()))
            }
            (false, true) => {
                let (name, condition_name) = (condition.display(), format!("NOT{}", condition.display()));
                role.made().attributes.set("Condition", condition_name.as_str());
                transform.add_condition(&condition_name, not(&name));
                conditional(condition, yes.clone(), Some(arn))
            }
            (false, false) => {
                // What was resolved in it stays so.
                lambda.set("Role", resolved);
                return Ok(false);
            }
        };
        lambda.set("Role", value);
        Ok(true)
    }
}

/// Code or a definition in S3, as Lambda names its place.
pub(super) fn s3_location(id: &str, uri: &Node, property: &str) -> Sam<Node> {
    let pointer = s3_pointer(id, uri, property)?;
    let mut code = map! {};
    for (from, to) in [
        ("Bucket", "S3Bucket"),
        ("Key", "S3Key"),
        ("Version", "S3ObjectVersion"),
        ("StorageMode", "S3ObjectStorageMode"),
    ] {
        if let Some(value) = pointer.get(from) {
            code.set(to, value);
        }
    }
    Ok(code)
}

fn s3_pointer(id: &str, uri: &Node, property: &str) -> Sam<Node> {
    if uri.is_mapping() {
        if uri.truth("Bucket").is_none() || uri.truth("Key").is_none() {
            let message = format!("'{property}' requires Bucket and Key properties to be specified.");
            return Refusal::resource(id, message);
        }
        return Ok(uri.clone());
    }
    let Some(text) = uri.str() else {
        return Refusal::resource(id, format!("'{property}' must be of type dict or string."));
    };
    if has_dynamic_reference(text) {
        let message = format!(
            "Unsupported dynamic reference detected in '{property}'. Please consider using alternative 'FunctionCode' object format."
        );
        return Refusal::resource(id, message);
    }
    match s3_uri(text) {
        Some(pointer) => Ok(pointer),
        None => {
            let message = format!(
                "'{property}' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter."
            );
            Refusal::resource(id, message)
        }
    }
}

/// The parts of `s3://bucket/key?versionId=v`.
pub(crate) fn s3_uri(text: &str) -> Option<Node> {
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("s3") {
        return None;
    }
    let rest = rest.split('#').next()?;
    let (path, query) = rest.split_once('?').map_or((rest, ""), |(path, query)| (path, query));
    let (bucket, key) = path.split_once('/')?;
    // A name in brackets would be an address of IPv6, which no bucket has.
    if bucket.is_empty() || bucket.contains(['[', ']']) {
        return None;
    }
    let mut pointer = map! { "Bucket" => bucket, "Key" => key.trim_start_matches('/') };
    let versions: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, value)| *name == "versionId" && !value.is_empty())
        .map(|(_, value)| value)
        .collect();
    if let [version] = versions.as_slice() {
        pointer.set("Version", *version);
    }
    Some(pointer)
}

/// `{{resolve:ssm:/a/path}}`: what stands there is a path, and could not be told from the key's.
fn has_dynamic_reference(text: &str) -> bool {
    ["ssm", "ssm-secure", "secretsmanager"].iter().any(|service| {
        let Some((_, rest)) = text.split_once(&format!("{{{{resolve:{service}:")) else { return false };
        rest.split_once("}}").is_some_and(|(name, _)| name.contains('/'))
    })
}
