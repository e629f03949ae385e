//! `AWS::Serverless::Function` and `AWS::Lambda::Function`: the code's place, the environment, the role, and SAM's events.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use super::event_invoke;
use super::events::{self, Events};
use super::fields::Fields;
use super::finding::{Findings, suggestion};
use super::roles::{self, RoleNeeds};
use super::sam::s3_uri;
use super::tree::Node;
use super::{AllowedFolders, Resolved};
use stack::policy::ServiceRefusal;
use stack::{Architecture, DeploymentPackage, Function, Role, VpcConfig, is_binary_name};

const OF: &str = "AWS::Serverless::Function";
const PLAIN: &str = "AWS::Lambda::Function";
const TRACING: &[&str] = &["Active", "Disabled", "PassThrough"];
/// The longest `Timeout`, in seconds. It was 900 until November 2026: <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
pub(super) const LONGEST_TIMEOUT: u64 = 1_800;

/// Names that Lambda sets by itself and refuses in a function's own environment.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
const RESERVED: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// What every function is read with.
pub(super) struct FunctionDeps<'t> {
    /// The template's file, from which `CodeUri` counts.
    pub(super) template: &'t Path,
    pub(super) allowed_folders: Option<&'t AllowedFolders>,
    /// Whether code lies in buckets.
    pub(super) packaged: bool,
    pub(super) stack: &'t str,
    pub(super) roles: &'t [Role],
    pub(super) findings: &'t Findings,
}

/// The function, and the events that invoke it.
pub(super) fn read(resource: &Resolved<'_>, around: &FunctionDeps<'_>) -> Option<(Function, Events)> {
    let mut fields = resource.fields(OF, around.findings)?;
    let is_inline = fields.refuse("InlineCode", "the local cloud runs compiled programs only; write CodeUri");
    fields.required(if is_inline { &["Handler", "Runtime"] } else { &["CodeUri", "Handler", "Runtime"] });
    let name = resource.name.as_str();
    let (code, deployment_package) = if is_inline { (None, None) } else { code(&mut fields, around) };
    let tracing = fields.one_of("Tracing", TRACING);
    let mut events = events::read(&mut fields, name);
    events.invocations = event_invoke::read(&mut fields, name);
    let sending = |queue: String| ("sqs:SendMessage", queue);
    let destinations = events.streams.iter().filter_map(|stream| stream.writable_queue.clone()).map(sending);
    let destinations =
        destinations.chain(events.invocations.iter().flat_map(|invocations| invocations.permissions.clone()));
    let needs = RoleNeeds {
        tracing: tracing.as_deref().is_some_and(|mode| mode != "Disabled"),
        vpc: fields.node("VpcConfig").is_some(),
        stream: !events.streams.is_empty(),
        destinations: destinations.collect(),
    };
    let role = roles::of_function(&resource.resource.id, &mut fields, around.stack, around.roles, &needs);
    let is_traced = tracing.as_deref() == Some("Active");
    let own = OwnParts { code, deployment_package, is_traced, role };
    let function = function(resource, &mut fields, own, around);
    fields.done();
    Some((function, events))
}

/// A function that is written without SAM: it names its role, and what invokes it are resources of their own.
pub(super) fn plain(resource: &Resolved<'_>, around: &FunctionDeps<'_>) -> Option<Function> {
    let mut fields = resource.fields(PLAIN, around.findings)?;
    fields.required(&["Code", "Role"]);
    let is_image = fields.node("PackageType").and_then(Node::text) == Some("Image");
    if !is_image && (fields.node("Handler").is_none() || fields.node("Runtime").is_none()) {
        refuse(
            &fields,
            "Handler",
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
            None,
        );
    }
    let (code, deployment_package) = plain_code(&mut fields, around);
    let tracing = fields.fields("TracingConfig", "AWS::Lambda::Function.TracingConfig").and_then(|mut config| {
        let mode = config.one_of("Mode", TRACING);
        config.done();
        mode
    });
    let role = roles::of_plain_function(&mut fields, around.roles);
    let is_traced = tracing.as_deref() == Some("Active");
    let own = OwnParts { code, deployment_package, is_traced, role };
    let function = function(resource, &mut fields, own, around);
    fields.done();
    Some(function)
}

/// What SAM and CloudFormation write in ways of their own.
struct OwnParts {
    code: Option<PathBuf>,
    deployment_package: Option<DeploymentPackage>,
    is_traced: bool,
    role: Option<Role>,
}

/// What both write in the same way.
fn function(resource: &Resolved<'_>, fields: &mut Fields<'_>, own: OwnParts, around: &FunctionDeps<'_>) -> Function {
    fields.text("FunctionName");
    let name = resource.name.clone();
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 64 || !name.chars().all(legal) {
        let message = format!("{name:?} cannot be a function's name: 1 to 64 letters, digits, hyphens and underscores");
        fields.report("FunctionName", message);
    }
    fields.one_of("PackageType", &["Zip"]);
    runtime(fields);
    Function {
        logical_id: resource.resource.id.clone(),
        handler: fields.text("Handler").unwrap_or_default(),
        memory_size: memory_size(fields),
        architecture: architecture(fields),
        timeout: Duration::from_secs(fields.number("Timeout", 1..=LONGEST_TIMEOUT).unwrap_or(3)),
        environment: environment(fields),
        reserved_concurrent_executions: fields.number("ReservedConcurrentExecutions", 0..=u32::MAX),
        log_group: log_group(fields, &name),
        binary: binary(resource, around.packaged, around.findings),
        is_traced: own.is_traced,
        vpc_config: vpc_config(fields),
        deployment_package: own.deployment_package,
        // A value that is missing here was reported above, and then there is no stack.
        code: own.code.unwrap_or_default(),
        role: own.role.unwrap_or_default(),
        name,
    }
}

/// The function that the field `FunctionName` names, by its name or its ARN; one that the template does not have is reported.
pub(super) fn named<'f>(fields: &mut Fields<'_>, functions: &'f [Function]) -> Option<&'f Function> {
    let given = fields.text("FunctionName")?;
    let found = functions.iter().find(|function| function.name == given || function.arn() == given);
    if found.is_none() {
        let known = functions.iter().map(|function| function.name.as_str());
        fields.lack("FunctionName", format!("the template has no function {given}; {}", suggestion(&given, known)));
    }
    found
}

/// The one item of `Architectures`.
fn architecture(fields: &mut Fields<'_>) -> Architecture {
    let given = fields.texts("Architectures").unwrap_or_default();
    for unknown in given.iter().filter(|name| Architecture::of(name).is_none()) {
        let names = Architecture::NAMES.join(", ");
        fields.report("Architectures", format!("{unknown:?} is not an architecture; there is {names}"));
    }
    given.first().and_then(|name| Architecture::of(name)).unwrap_or_default()
}

/// The folder of the code, or the object that a client has made of it.
fn code(fields: &mut Fields<'_>, around: &FunctionDeps<'_>) -> (Option<PathBuf>, Option<DeploymentPackage>) {
    if !around.packaged {
        return (folder("CodeUri", fields, around), None);
    }
    let package = deployment_package(fields);
    if package.is_none() {
        fields.report(
            "CodeUri",
            "must name an object in a bucket: no folder comes with this template, and `sam deploy` uploads one",
        );
    }
    (None, package)
}

/// The same without SAM: a folder until `aws cloudformation package` has uploaded it.
fn plain_code(fields: &mut Fields<'_>, around: &FunctionDeps<'_>) -> (Option<PathBuf>, Option<DeploymentPackage>) {
    let is_folder = fields.node("Code").is_some_and(|node| node.text().is_some());
    match (is_folder, around.packaged) {
        (true, false) => return (folder("Code", fields, around), None),
        (true, true) => {
            let message = "must name an object in a bucket: no folder comes with this template, and `aws cloudformation package` uploads one";
            fields.report("Code", message);
            return (None, None);
        }
        (false, _) => {}
    }
    let Some(mut code) = fields.fields("Code", "AWS::Lambda::Function.Code") else { return (None, None) };
    for (name, why) in [
        ("ImageUri", "the local cloud runs no images; upload a zip file"),
        ("ZipFile", "the local cloud runs compiled programs only; upload a zip file"),
    ] {
        code.refuse(name, why);
    }
    let (bucket, key, version) = (code.text("S3Bucket"), code.text("S3Key"), code.text("S3ObjectVersion"));
    code.done();
    if !around.packaged && bucket.is_some() {
        fields.lack("Code", PACKAGED);
    }
    (None, bucket.zip(key).map(|(bucket, key)| DeploymentPackage { bucket, key, version }))
}

fn deployment_package(fields: &mut Fields<'_>) -> Option<DeploymentPackage> {
    if fields.node("CodeUri")?.is_mapping() {
        let mut object = fields.fields("CodeUri", "AWS::Serverless::Function.FunctionCode")?;
        object.required(&["Bucket", "Key"]);
        let (bucket, key, version) = (object.text("Bucket"), object.text("Key"), object.text("Version"));
        object.done();
        return Some(DeploymentPackage { bucket: bucket?, key: key?, version });
    }
    let object = s3_uri(&fields.text("CodeUri")?)?;
    let text = |name: &str| object.get(name).and_then(Node::text).map(str::to_string);
    Some(DeploymentPackage { bucket: text("Bucket")?, key: text("Key")?, version: text("Version") })
}

/// The folder that the property called `property` names.
fn folder(property: &'static str, fields: &mut Fields<'_>, around: &FunctionDeps<'_>) -> Option<PathBuf> {
    let uri = fields.text(property)?;
    if uri.starts_with("s3://") {
        fields.lack(property, PACKAGED);
        return None;
    }
    let folder = around.template.parent().unwrap_or(Path::new("")).join(&uri);
    let folder = without_dots(&std::path::absolute(&folder).unwrap_or(folder));
    if !folder.is_dir() {
        let message =
            format!("there is no folder {}; {property} is relative to the template's own folder", folder.display());
        fields.lack(property, message);
        return None;
    }
    if let Some(allowed_folders) = around.allowed_folders.filter(|allowed_folders| !allowed_folders.hold(&folder)) {
        let message = format!("{} lies outside of what may be built, which is in {allowed_folders}", folder.display());
        fields.lack(property, message);
        return None;
    }
    Some(folder)
}

/// The same path without `.` and `..`; links are left as they are.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// What Lambda refuses of the field `name` when it is to make the function.
fn refuse(fields: &Fields<'_>, name: &str, message: &str, help: Option<&str>) {
    let (code, message) = ("InvalidParameterValueException", message.to_string());
    fields.refuse_creation(name, &ServiceRefusal { service: "Lambda", status: 400, code, message }, help);
}

/// Runtimes with which Lambda makes no function any more: those whose creation was blocked up to February 2024. Of later ones Lambda's page
/// moves the dates: <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>, <https://github.com/aws/aws-sam-cli/issues/6298>.
const ENDED: [&str; 20] = [
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "python2.7",
    "python3.6",
    "python3.7",
    "ruby2.5",
    "ruby2.7",
    "java8",
    "go1.x",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "provided",
];

/// Looks whether Lambda has the runtime, and the local cloud. What Lambda says of an ended one, recorded of python3.7 and nodejs8.10 and taken for
/// all; years before it named a newer runtime: <https://github.com/vittorio-nardone/disposable_app/issues/3>,
/// <https://github.com/perfectsense/gyro/issues/415>. Names that never were a runtime (`dotnet7` is a base image) are the schema's to refuse.
fn runtime(fields: &mut Fields<'_>) {
    let ended = fields.text("Runtime").filter(|runtime| ENDED.contains(&runtime.as_str()));
    let Some(ended) = ended else {
        fields.one_of("Runtime", &["provided.al2", "provided.al2023"]);
        return;
    };
    let message = format!(
        "The runtime parameter of {ended} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a \
         supported runtime while creating or updating functions."
    );
    refuse(fields, "Runtime", &message, Some("for Rust that is provided.al2023"));
}

/// Megabytes. The schema leaves room for more than Lambda gives:
/// <https://github.com/aws-samples/serverless-patterns/issues/1382> (in an account with a lower limit).
fn memory_size(fields: &mut Fields<'_>) -> u32 {
    const MOST: u32 = 10_240;
    let size = fields.number("MemorySize", 128..=u32::MAX).unwrap_or(128);
    if size > MOST {
        let message = format!(
            "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to {MOST}"
        );
        refuse(fields, "MemorySize", &message, None);
    }
    size
}

/// That code was uploaded, where it is built from a folder.
const PACKAGED: &str = "names code that was uploaded, and here code is built from a folder beside the template; deploy the template from before it \
     was packaged, or send this one with `sam deploy` or `aws cloudformation deploy`, which take code from a bucket";

/// What to do about variables that are Lambda's own.
pub(super) const LEAVE_OUT: &str = "Lambda sets them itself; leave them out";

/// What Lambda says of those of the variables called `names` that are its own.
pub(super) fn reserved<'n>(names: impl Iterator<Item = &'n str>) -> Option<String> {
    let reserved: Vec<&str> = names.filter(|name| RESERVED.contains(name)).collect();
    let message = || {
        format!(
            "Lambda was unable to configure your environment variables because the environment variables you have provided contains \
             reserved keys that are currently not supported for modification. Reserved keys used in this request: {}",
            reserved.join(", ")
        )
    };
    (!reserved.is_empty()).then(message)
}

fn environment(fields: &mut Fields<'_>) -> std::collections::BTreeMap<String, String> {
    let Some(mut environment) = fields.fields("Environment", "AWS::Serverless::Function.Environment") else {
        return Default::default();
    };
    let variables = environment.pairs("Variables");
    let entries = environment.mapping("Variables");
    for (name, _) in &variables {
        let mut characters = name.chars();
        let starts = characters.next().is_some_and(|c| c.is_ascii_alphabetic());
        if RESERVED.contains(&name.as_str()) {
            continue;
        } else if !starts || name.len() < 2 || !characters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let message = format!(
                "{name:?} is not a name for a variable: a letter, then one or more letters, digits and underscores"
            );
            let key =
                entries.iter().find(|(key, _)| key.name == *name).map_or(environment.position, |(key, _)| key.position);
            environment.findings.report(key, &environment.at("Variables"), message);
        }
    }
    if let Some(message) = reserved(variables.iter().map(|(name, _)| name.as_str())) {
        refuse(&environment, "Variables", &message, Some(LEAVE_OUT));
    }
    let bytes: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > 4096 {
        environment.report("Variables", format!("{bytes} bytes; Lambda takes 4096 for all names and values together"));
    }
    environment.done();
    variables.into_iter().collect()
}

fn vpc_config(fields: &mut Fields<'_>) -> Option<VpcConfig> {
    let mut vpc = fields.fields("VpcConfig", "VpcConfig")?;
    vpc.required(&["SecurityGroupIds", "SubnetIds"]);
    let config = VpcConfig {
        subnet_ids: vpc.texts("SubnetIds").unwrap_or_default(),
        security_group_ids: vpc.texts("SecurityGroupIds").unwrap_or_default(),
    };
    vpc.done();
    Some(config)
}

fn log_group(fields: &mut Fields<'_>, name: &str) -> String {
    let own = format!("/aws/lambda/{name}");
    let Some(mut logging) = fields.fields("LoggingConfig", "AWS::Serverless::Function.LoggingConfig") else {
        return own;
    };
    // With JSON, Lambda's own lines (START, END, REPORT) take another form, which the local cloud does not write.
    logging.one_of("LogFormat", &["Text"]);
    let group = logging.text("LogGroup");
    logging.done();
    group.unwrap_or(own)
}

/// `Metadata.BuildProperties.Binary`, which `sam build` hands to cargo-lambda. Code that was uploaded may have been built in any way.
fn binary(resource: &Resolved<'_>, packaged: bool, findings: &Findings) -> Option<String> {
    const CARGO_LAMBDA: &str = "rust-cargolambda";
    let metadata: &Node = resource.metadata.as_ref()?;
    if packaged && metadata.get("BuildMethod").and_then(Node::text) != Some(CARGO_LAMBDA) {
        return None;
    }
    let place = format!("{}.Metadata", resource.resource.id);
    let mut metadata = Fields::of(metadata, place, "AWS::Serverless::Function.Metadata", findings)?;
    metadata.one_of("BuildMethod", &[CARGO_LAMBDA]);
    // What `sam build` leaves there.
    metadata.text("SamResourceId");
    let build = metadata.fields("BuildProperties", "AWS::Serverless::Function.BuildProperties");
    let binary = build.and_then(|mut build| {
        let binary = build.text("Binary");
        if let Some(name) = binary.as_deref().filter(|name| !is_binary_name(name)) {
            let message = format!("{name:?} is not the name of a binary: letters, digits, hyphens and underscores");
            build.report("Binary", message);
        }
        build.done();
        binary
    });
    metadata.done();
    binary
}
