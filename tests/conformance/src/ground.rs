//! What a case stands on: a stack as plain data, a cloud booted from it, and the program that its function runs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use local::cloud::{Boot, Cloud};
use local::programs::{Program, Programs};
use serde_json::{Map, Value};
use stack::{Function, Role, Stack};

use crate::case::{Inexpressible, typed};
use crate::function::{BEHAVIOUR, Behaviour, FUNCTION_ARGUMENT};

/// The function's name where a case names none.
pub const FUNCTION: &str = "f";

/// What all cases of a run share.
#[derive(Debug, Clone)]
pub struct Ground {
    program: PathBuf,
}

impl Ground {
    /// With the runner's own executable, which is also what functions run.
    pub fn new(program: impl Into<PathBuf>) -> Ground {
        Ground { program: program.into() }
    }

    /// The program that every function runs; its environment says what it does.
    pub fn program(&self) -> Program {
        Program { path: self.program.clone(), args: vec![FUNCTION_ARGUMENT.to_string()] }
    }

    /// What boots `template` with every service, its functions running the program.
    pub fn with_services(&self, template: impl Into<PathBuf>) -> Boot {
        let services = vec![s3::SERVICE, dynamodb::SERVICE];
        Boot { models: Some(models::compile), services, ..Boot::new(template, Programs::Given(self.program())) }
    }

    /// A local cloud of `stack`, on free ports and with nothing kept.
    pub async fn boot(&self, stack: Stack) -> Result<Cloud, Inexpressible> {
        Cloud::boot_stack(stack, self.with_services("")).await.map_err(Inexpressible::new)
    }
}

/// A function as `given.lambda` describes it, beside what it does.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Ready for a stack.
    pub function: Function,
    /// What the case has for `permission`, if anything: `Some(None)` for none at all.
    pub permission: Option<Option<String>>,
}

/// The function that `given.lambda` describes. `proxied` says whether a REST API's proxy integration calls it, which decides
/// what an echo looks like.
pub fn function(name: &str, lambda: Option<&Value>, proxied: bool) -> Result<Setup, Inexpressible> {
    let empty = Map::new();
    let given = match lambda {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(given)) => given,
        Some(other) => return Err(Inexpressible::new(format_args!("given.lambda: {other}"))),
    };
    let behaviour = Behaviour::of(given, proxied)?;
    let mut function = plain_function(name, &behaviour);
    if let Some(seconds) = given.get("timeout_seconds") {
        function.timeout = Duration::from_secs(typed("given.lambda.timeout_seconds", seconds)?);
    }
    if let Some(reserved) = given.get("reserved_concurrency") {
        function.reserved_concurrent_executions = Some(typed("given.lambda.reserved_concurrency", reserved)?);
    }
    if given.get("throttled") == Some(&Value::Bool(true)) {
        function.reserved_concurrent_executions = Some(0);
    }
    let permission = match given.get("permission") {
        None => None,
        Some(Value::Null) => Some(None),
        Some(Value::String(source_arn)) => Some(Some(source_arn.clone())),
        Some(Value::Object(permission)) => {
            let named = ["source_arn", "sourceArn", "SourceArn"].iter().find_map(|key| permission.get(*key)?.as_str());
            let source_arn = named.ok_or_else(|| Inexpressible::new("given.lambda.permission"))?;
            Some(Some(source_arn.to_string()))
        }
        Some(other) => return Err(Inexpressible::new(format_args!("given.lambda.permission: {other}"))),
    };
    Ok(Setup { function, permission })
}

/// A function with the defaults of Lambda that does what `behaviour` says. A time-out longer than the default's 3 s keeps a busy
/// machine from answering for the function.
fn plain_function(name: &str, behaviour: &Behaviour) -> Function {
    let role = Role { name: format!("{name}-role"), ..Role::default() };
    let behaviour = serde_json::to_string(behaviour).expect("a behaviour has string keys and plain values only");
    Function {
        timeout: Duration::from_secs(30),
        environment: [(BEHAVIOUR.to_string(), behaviour)].into(),
        role,
        ..Function::named(name)
    }
}

/// The socket address in an address of the cloud: `127.0.0.1:4566` of `http://127.0.0.1:4566/dev`.
pub fn socket_of(url: &str) -> Result<SocketAddr, Inexpressible> {
    let authority = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    authority.parse().map_err(|_| Inexpressible::new(format_args!("an address at {url}")))
}

/// The lines of the log group `group`.
pub fn lines(cloud: &Cloud, group: &str) -> Vec<String> {
    cloud.logs().read(group).into_iter().map(|event| event.message).collect()
}
