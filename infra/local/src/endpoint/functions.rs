//! What Lambda says about functions and the account, and the two settings that can be changed while the stack runs:
//! reserved concurrency, and what happens to asynchronous invocations.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Endpoint;
use super::constraint::{self, Constraint, Member};
use super::lambda_api::{object, query_value};
use super::page_token;
use crate::lambda::{ApiError, LambdaResult, Refusal};
use crate::programs::Code;
use stack::{DeploymentPackage, DestinationKind, EventInvokeConfig, Function, function_arn};

/// How many functions a page has at most.
const FUNCTIONS: usize = 50;

/// A page of the entries of `list`, which are in the order of their `name`s, and the marker of the next page, which holds that of the
/// last entry before it.
pub(super) fn page<T>(
    list: &str,
    mut entries: Vec<T>,
    parts: &Parts,
    most: usize,
    name: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let asked = query_value(parts, "MaxItems").and_then(|asked| asked.parse::<usize>().ok());
    let most = asked.map_or(most, |asked| asked.clamp(1, most));
    if let Some(marker) = query_value(parts, "Marker").filter(|marker| !marker.is_empty()) {
        let Some(after) = page_token::place(list, &marker) else {
            return Err(ApiError::invalid_parameter(format!(
                "The Marker {marker} is invalid. Use the NextMarker of a page of {list}, or leave it out."
            )));
        };
        entries.retain(|entry| name(entry) > after);
    }
    let last = entries.get(..most).filter(|_| entries.len() > most).and_then(|page| page.last());
    let next = last.map(|last| page_token::given(list, &name(last)));
    entries.truncate(most);
    Ok((entries, next))
}

impl Endpoint {
    /// One page of functions. `FunctionVersion=ALL` asks for no more, because there are no versions.
    pub(super) fn list_functions(&self, parts: &Parts) -> LambdaResult {
        if query_value(parts, "MasterRegion").is_some() {
            return Err(ApiError::invalid_parameter(
                "The local cloud has no functions of Lambda@Edge; leave MasterRegion out.",
            ));
        }
        let (names, next) = page("ListFunctions", self.lambda.function_names(), parts, FUNCTIONS, String::clone)?;
        let functions: Vec<Value> =
            names.iter().filter_map(|name| Some(self.configuration(&*self.lambda.function(name)?))).collect();
        Ok((StatusCode::OK, json!({ "Functions": functions, "NextMarker": next })))
    }

    pub(super) fn get_function(&self, name: &str) -> LambdaResult {
        let function = self.named(name)?;
        let location = format!("file://{}", function.code.display());
        let mut answer = json!({
            "Configuration": self.configuration(&function),
            "Code": { "RepositoryType": "S3", "Location": location },
            "Tags": {},
        });
        if let Some(reserved) = self.lambda.reserved_concurrency(name) {
            answer["Concurrency"] = json!({ "ReservedConcurrentExecutions": reserved });
        }
        Ok((StatusCode::OK, answer))
    }

    pub(super) fn get_function_configuration(&self, name: &str) -> LambdaResult {
        Ok((StatusCode::OK, self.configuration(&*self.named(name)?)))
    }

    /// Gives a function other code until a deployment brings another package, or the cloud goes away.
    pub(super) async fn update_function_code(&self, name: &str, body: &[u8]) -> LambdaResult {
        let function = self.named(name)?;
        let request = object(body)?;
        let text = |key: &str| request.get(key).and_then(Value::as_str);
        let is_set = |key: &str| request.get(key).and_then(Value::as_bool).unwrap_or(false);
        let refused = |message: &str| Err(ApiError::invalid_parameter(message));
        if text("ImageUri").is_some() {
            return refused("Please don't provide ImageUri when updating a function with packageType Zip.");
        }
        for name in ["RevisionId", "SourceKMSKeyArn", "PublishTo"] {
            if text(name).is_some() {
                return refused(&format!("The local cloud's functions have no {name}; leave it out."));
            }
        }
        let own = function.architecture.name();
        let architectures = request.get("Architectures").and_then(Value::as_array);
        if architectures.is_some_and(|asked| asked.iter().any(|asked| asked != own)) {
            let message =
                format!("The local cloud changes Architectures by a deployment only; the function's is {own}.");
            return refused(&message);
        }
        if is_set("Publish") {
            return refused("The local cloud has no versions of functions; leave Publish out.");
        }
        let zip = match (text("ZipFile"), text("S3Bucket"), text("S3Key")) {
            (Some(zip), None, None) => Bytes::from(STANDARD.decode(zip).unwrap_or_default()),
            (Some(_), _, _) => {
                return refused("Please do not provide other FunctionCode parameters when providing a ZipFile.");
            }
            (None, Some(bucket), Some(key)) => {
                let version = text("S3ObjectVersion").map(str::to_string);
                let package = DeploymentPackage { bucket: bucket.to_string(), key: key.to_string(), version };
                self.services.package(&package).await.map_err(ApiError::invalid_parameter)?
            }
            _ => return refused("Please provide a source for function code."),
        };
        let unpacked = self.packages.unpacked(&function, &zip).map_err(ApiError::invalid_parameter)?;
        if !is_set("DryRun") {
            self.lambda.update_code(&function.name, unpacked.code);
        }
        Ok((StatusCode::OK, self.configuration(&function)))
    }

    pub(super) fn get_function_concurrency(&self, name: &str) -> LambdaResult {
        self.named(name)?;
        let reserved = self.lambda.reserved_concurrency(name);
        Ok((StatusCode::OK, reserved.map_or(json!({}), |reserved| json!({ "ReservedConcurrentExecutions": reserved }))))
    }

    pub(super) fn put_function_concurrency(&self, name: &str, body: &[u8]) -> LambdaResult {
        self.lambda.function(name).ok_or_else(|| Refusal::no_function(name))?;
        let request = object(body)?;
        let given = request.get("ReservedConcurrentExecutions").cloned().unwrap_or_default();
        const RESERVED: &str = "reservedConcurrentExecutions";
        const MEMBERS: &[Member] = &[(RESERVED, Constraint::Required), (RESERVED, Constraint::Range(0, i64::MAX))];
        if let Some(refusal) = constraint::refusal(MEMBERS, &json!({ RESERVED: given })) {
            return Err(ApiError::validation(refusal));
        }
        let reserved = given.as_u64().and_then(|given| usize::try_from(given).ok()).unwrap_or(usize::MAX);
        self.lambda.reserve_concurrency(name, Some(reserved))?;
        Ok((StatusCode::OK, json!({ "ReservedConcurrentExecutions": reserved })))
    }

    pub(super) fn delete_function_concurrency(&self, name: &str) -> LambdaResult {
        self.named(name)?;
        self.lambda.reserve_concurrency(name, None)?;
        Ok((StatusCode::NO_CONTENT, Value::Null))
    }

    pub(super) fn get_event_invoke_config(&self, name: &str) -> LambdaResult {
        let config = self.lambda.event_invoke_config(name).ok_or_else(|| no_event_invoke_config(name))?;
        Ok((StatusCode::OK, self.event_invoke_config(name, &config)))
    }

    /// `Put` starts from the defaults, `Update` from what is set.
    pub(super) fn put_event_invoke_config(&self, name: &str, body: &[u8], update: bool) -> LambdaResult {
        self.lambda.function(name).ok_or_else(|| ApiError::not_found("The function doesn't exist."))?;
        let mut config = match self.lambda.event_invoke_config(name) {
            Some(config) if update => config,
            None if update => return Err(no_event_invoke_config(name)),
            _ => EventInvokeConfig::default(),
        };
        let request = object(body)?;
        let settings = ["MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"];
        if settings.iter().all(|name| request.get(*name).is_none_or(Value::is_null)) {
            let message = "You must specify at least one of error handling or destination setting.";
            return Err(ApiError::invalid_parameter(message));
        }
        // They are within their bounds: see `lambda_api`.
        let number = |key: &str| request.get(key).and_then(Value::as_u64);
        if let Some(retries) = number("MaximumRetryAttempts") {
            config.maximum_retry_attempts = u32::try_from(retries).unwrap_or_default();
        }
        if let Some(age) = number("MaximumEventAgeInSeconds") {
            config.maximum_event_age = Duration::from_secs(age);
        }
        if let Some(destinations) = request.get("DestinationConfig").filter(|destinations| !destinations.is_null()) {
            let arn = |kind: &str| {
                destinations.pointer(&format!("/{kind}/Destination")).and_then(Value::as_str).map(str::to_string)
            };
            (config.on_failure, config.on_success) = (arn("OnFailure"), arn("OnSuccess"));
            for arn in config.on_failure.iter().chain(&config.on_success) {
                DestinationKind::of(arn).map_err(ApiError::invalid_parameter)?;
            }
        }
        self.lambda.set_event_invoke_config(name, Some(config.clone()));
        Ok((StatusCode::OK, self.event_invoke_config(name, &config)))
    }

    pub(super) fn delete_event_invoke_config(&self, name: &str) -> LambdaResult {
        self.lambda.event_invoke_config(name).ok_or_else(|| no_event_invoke_config(name))?;
        self.lambda.set_event_invoke_config(name, None);
        Ok((StatusCode::NO_CONTENT, Value::Null))
    }

    pub(super) fn account_settings(&self) -> Value {
        let (quota, unreserved) = self.lambda.account_concurrency();
        let names = self.lambda.function_names();
        let size: u64 = names.iter().map(|name| self.code_size(name)).sum();
        json!({
            "AccountLimit": {
                "TotalCodeSize": 80_530_636_800_u64,
                "CodeSizeUnzipped": 262_144_000,
                "CodeSizeZipped": 52_428_800,
                "ConcurrentExecutions": quota,
                "UnreservedConcurrentExecutions": unreserved,
            },
            "AccountUsage": { "TotalCodeSize": size, "FunctionCount": names.len() },
        })
    }

    fn named(&self, name: &str) -> Result<Arc<Function>, ApiError> {
        self.lambda
            .function(name)
            .ok_or_else(|| ApiError::not_found(format!("Function not found: {}", function_arn(name))))
    }

    fn event_invoke_config(&self, name: &str, config: &EventInvokeConfig) -> Value {
        let destination = |arn: &Option<String>| arn.as_ref().map_or(json!({}), |arn| json!({ "Destination": arn }));
        json!({
            "FunctionArn": format!("{}:$LATEST", function_arn(name)),
            "LastModified": self.clock.now().unix_timestamp(),
            "MaximumRetryAttempts": config.maximum_retry_attempts,
            "MaximumEventAgeInSeconds": config.maximum_event_age.as_secs(),
            "DestinationConfig": { "OnFailure": destination(&config.on_failure), "OnSuccess": destination(&config.on_success) },
        })
    }

    /// A function as the service describes it. A function that is being compiled is `Pending`, one that cannot be `Failed`.
    fn configuration(&self, function: &Function) -> Value {
        let mut answer = json!({
            "FunctionName": function.name,
            "FunctionArn": function.arn(),
            "Runtime": "provided.al2023",
            "Role": function.role.arn(),
            "Handler": function.handler,
            "CodeSize": self.code_size(&function.name),
            "CodeSha256": self.code_digest(&function.name),
            "Description": "",
            "Timeout": function.timeout.as_secs(),
            "MemorySize": function.memory_size,
            "LastModified": self.clock.iso_millis().replace('Z', "+0000"),
            "Version": "$LATEST",
            "TracingConfig": { "Mode": if function.is_traced { "Active" } else { "PassThrough" } },
            "PackageType": "Zip",
            "Architectures": [function.architecture.name()],
            "EphemeralStorage": { "Size": 512 },
            "SnapStart": { "ApplyOn": "None", "OptimizationStatus": "Off" },
            "LoggingConfig": { "LogFormat": "Text", "LogGroup": function.log_group },
        });
        if !function.environment.is_empty() {
            answer["Environment"] = json!({ "Variables": function.environment });
        }
        if let Some(vpc) = &function.vpc_config {
            let (subnets, groups) = (&vpc.subnet_ids, &vpc.security_group_ids);
            answer["VpcConfig"] =
                json!({ "SubnetIds": subnets, "SecurityGroupIds": groups, "Ipv6AllowedForDualStack": false });
        }
        let (state, update) = match self.lambda.code(&function.name) {
            Some(Code::Building) => ("Pending", "InProgress"),
            Some(Code::Broken(why)) => {
                answer["StateReason"] = json!(why);
                ("Failed", "Failed")
            }
            Some(Code::Ready(_)) | None => ("Active", "Successful"),
        };
        answer["State"] = json!(state);
        answer["LastUpdateStatus"] = json!(update);
        answer
    }

    /// The size of the program that runs; zero while there is none.
    fn code_size(&self, name: &str) -> u64 {
        match self.lambda.code(name) {
            Some(Code::Ready(program)) => std::fs::metadata(&program.path).map(|file| file.len()).unwrap_or_default(),
            _ => 0,
        }
    }

    /// Another one whenever the code is. It is of the file's name, size and time: to read a whole program for each question takes too long.
    fn code_digest(&self, name: &str) -> String {
        let mut digest = Sha256::new();
        if let Some(Code::Ready(program)) = self.lambda.code(name) {
            let file = std::fs::metadata(&program.path).ok();
            let modified = file.as_ref().and_then(|file| file.modified().ok());
            digest.update(format!("{:?} {:?} {modified:?}", program.path, file.map(|file| file.len())));
        }
        STANDARD.encode(digest.finalize())
    }
}

fn no_event_invoke_config(name: &str) -> ApiError {
    ApiError::not_found(format!("The function {}:$LATEST doesn't have an EventInvokeConfig", function_arn(name)))
}
