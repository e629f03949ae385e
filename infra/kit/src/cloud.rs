//! The local cloud, as far as a check needs it: the only module of the kit that knows `local`.
//!
//! Checks are plain synchronous tests, so the asynchronous side lives here: one runtime for the whole test process, one
//! cloud for each [`crate::Lab`]. Clouds share nothing, so tests run side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use local::cloud::Boot;
use local::lambda::InvocationRecord;
use local::programs::{Program as Code, Programs};
use local::proxy;
use local::template::{self, Setting};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::cause::Called;
use crate::program::Program;

/// Shared by all tests of a process; threads cost more than clouds.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a process that runs tests can start two more threads")
});

/// A deployed template.
#[derive(Debug)]
pub(crate) struct Cloud {
    /// Taken out only to shut it down.
    cloud: Option<local::cloud::Cloud>,
    api_url: String,
}

/// An invocation that has ended.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    called: Called,
}

/// The invocations that were over at some moment, by request id.
pub(crate) type Seen = BTreeSet<String>;

impl Cloud {
    /// Deploys `template`. Every function runs `program`, or its own binary from the folder that `binary` is in.
    ///
    /// # Errors
    ///
    /// What is wrong with the template, in several lines perhaps.
    pub(crate) fn deploy(
        template: &Path,
        stack: &str,
        binary: &Path,
        program: Option<Program>,
    ) -> Result<Cloud, String> {
        let programs = match program {
            Some(program) => Programs::Given(Code { path: program.path, args: program.args }),
            None => own_binaries(template, binary)?,
        };
        let mut boot = Boot::new(template, programs);
        boot.stack_name = stack.to_string();
        let cloud = RUNTIME.block_on(local::cloud::Cloud::boot(boot)).map_err(|why| why.to_string())?;
        let api_url = cloud.api_url().ok_or("template.yaml has no AWS::Serverless::Api, so there is nobody to ask.")?;
        Ok(Cloud { cloud: Some(cloud), api_url })
    }

    pub(crate) fn api_url(&self) -> &str {
        &self.api_url
    }

    /// The invocations that are over by now.
    pub(crate) fn invocations(&self) -> Seen {
        self.records().into_iter().map(|record| record.request_id).collect()
    }

    /// The invocations that were not over at the moment of `seen` and are now, oldest first.
    pub(crate) fn invocations_since(&self, seen: &Seen) -> Vec<Call> {
        self.records().iter().filter(|record| !seen.contains(&record.request_id)).map(Call::of).collect()
    }

    /// What the functions and Lambda wrote, a line each.
    pub(crate) fn log(&self) -> Vec<String> {
        let cloud = self.cloud();
        let groups: BTreeSet<&str> =
            cloud.stack().functions.iter().map(|function| function.log_group.as_str()).collect();
        let mut events: Vec<_> = groups.into_iter().flat_map(|group| cloud.logs().read(group)).collect();
        events.sort_by_key(|event| event.sequence);
        events.iter().flat_map(|event| event.message.lines()).map(str::to_string).collect()
    }

    fn records(&self) -> Vec<InvocationRecord> {
        let lambda = self.cloud().lambda();
        lambda.function_names().iter().flat_map(|name| lambda.invocations(name)).collect()
    }

    pub(crate) fn cloud(&self) -> &local::cloud::Cloud {
        self.cloud.as_ref().expect("is taken out only while dropping")
    }

    /// Runs `future` to its end.
    #[cfg(feature = "tables")]
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        RUNTIME.block_on(future)
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        if let Some(cloud) = self.cloud.take() {
            RUNTIME.block_on(cloud.shutdown());
        }
    }
}

impl Call {
    fn of(record: &InvocationRecord) -> Call {
        let outcome = &record.outcome;
        let failed = outcome.function_error.is_some();
        let malformed = proxy::reply(&outcome.payload, None, &[]).err().filter(|_| !failed).map(|why| why.to_string());
        let log = outcome.log_tail.clone();
        Call { called: Called { payload: outcome.payload.to_vec(), failed, malformed, log } }
    }

    pub(crate) fn called(&self) -> &Called {
        &self.called
    }

    /// The reply, or the description of an error.
    pub(crate) fn payload(&self) -> &[u8] {
        &self.called.payload
    }

    /// Whether a response of this status and body can have come from this reply.
    pub(crate) fn became(&self, status: u16, body: &[u8]) -> bool {
        let reply: Value = serde_json::from_slice(&self.called.payload).unwrap_or_default();
        let own_status = reply.get("statusCode").and_then(Value::as_u64).unwrap_or(200);
        own_status == u64::from(status)
            && reply.get("body").and_then(Value::as_str).unwrap_or_default().as_bytes() == body
    }
}

/// Each function's program: the executable called as the template's `Binary` says, beside the package's own.
fn own_binaries(template: &Path, binary: &Path) -> Result<Programs, String> {
    let stack = template::load(template, &Setting::default()).map_err(|why| why.to_string())?;
    let own = || Code { path: binary.to_path_buf(), args: Vec::new() };
    let mut programs = BTreeMap::new();
    for function in stack.functions {
        let named =
            function.binary.map(|name| binary.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
        let program = named.map_or_else(own, |path| Code { path, args: Vec::new() });
        programs.insert(function.name, program);
    }
    Ok(Programs::Named(programs))
}
