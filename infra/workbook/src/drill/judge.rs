//! Whether a repair holds: a fresh board of the learner's files, asked what the drill's probes ask.
//!
//! The board is not the one that runs in the other terminal: that one has a history, and a repair must hold from the start. The first
//! probe that does not hold ends it, because the next ones only ask what depends on it.

use std::path::Path;
use std::time::Duration;

use course::drills::{CLIENT, Drill, DrillFiles, Probe, TEMPLATE};
use dynamodb::DynamoDb;
use futures_util::future::join_all;
use local::cloud::Cloud;
use local::programs::build::Workspace;
use serde_json::Value;
use stack::queue_arn;

use super::alarm;
use super::board::{self, DEPLOYED, DrillDeployment};
use super::code::{self, CodeBuild};
use super::requests::{Places, Reply, RequestText};
use crate::error::Error;

/// More invocations than the streams of any drill need: one that is not at rest by then stands still.
const STUCK_AFTER: usize = 60;
/// Longer than a function's time-out; for one that hangs.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often it is looked whether a stream stands still.
const EVERY: Duration = Duration::from_millis(20);

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// What is still broken, with what was got; nothing where the repair holds.
    pub(super) broken: Option<String>,
    /// Everything that was seen: answers, logs, events and the files themselves, line by line.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests look for the line of evidence in it"))]
    pub(super) seen: Vec<String>,
}

/// A board that is being judged.
struct Trial<'d> {
    drill: &'d Drill,
    files: &'d DrillFiles,
    cloud: Cloud,
    deployment: DrillDeployment,
    places: Places,
    seen: Vec<String>,
}

/// Judges the files of a drill.
///
/// # Errors
///
/// A file of the workbook's own that cannot be read, code that cannot be built.
pub(super) async fn judged(
    root: &Path,
    drill: &Drill,
    files: &DrillFiles,
    workspace: Workspace,
) -> Result<Judgement, Error> {
    let file_lines = || files.values().flat_map(|text| text.lines()).map(str::to_string);
    let temporary = tempfile::tempdir().map_err(Error::of_file(&std::env::temp_dir()))?;
    let code = match drill.lab(root)? {
        Some(lab) => match code::built(root, drill, &lab, files, &workspace, "-check").await? {
            CodeBuild::Built(code) => Some(code),
            CodeBuild::Refused(why) => {
                return Ok(Judgement { broken: Some(format!("The code does not compile:\n{why}")), seen: Vec::new() });
            }
        },
        None => None,
    };
    let (folder, workspace) = match &code {
        Some(code) => (code.package.as_path(), code.workspace.clone()),
        None => (temporary.path(), workspace),
    };
    let template = folder.join(TEMPLATE);
    if code.is_none() {
        std::fs::write(&template, files.get(TEMPLATE).map_or("", String::as_str)).map_err(Error::of_file(&template))?;
        let deployed = folder.join(DEPLOYED);
        std::fs::write(&deployed, drill.base(root)?).map_err(Error::of_file(&deployed))?;
    }
    let mut cloud = match board::boot(root, drill, folder, None, workspace).await {
        Ok(cloud) => cloud,
        Err(why) => {
            // The folder is made for this and means nothing to the reader.
            let why = why.to_string().replace(&template.display().to_string(), TEMPLATE);
            let seen = file_lines().chain(why.lines().map(str::to_string)).collect();
            return Ok(Judgement { broken: Some(format!("The template cannot be deployed:\n{why}")), seen });
        }
    };
    let unbuilt = cloud.built().await;
    if !unbuilt.is_empty() {
        cloud.shutdown().await;
        return Err(Error::again(unbuilt.join("\n"), "Repair it"));
    }
    let deployment = match drill.updates {
        true => board::deploy(&mut cloud, template).await,
        false => DrillDeployment::default(),
    };
    let seen = file_lines().chain(deployment.events.iter().map(ToString::to_string)).collect();
    let mut trial = Trial { drill, files, places: places(drill, &cloud), cloud, deployment, seen };
    let broken = trial.first_broken().await;
    trial.read_logs();
    let Trial { cloud, seen, .. } = trial;
    cloud.shutdown().await;
    Ok(Judgement { broken, seen })
}

/// The board's addresses as callers know them.
fn places(drill: &Drill, cloud: &Cloud) -> Places {
    let mut places = Places { credentials: Some(cloud.credentials().clone()), ..Places::default() };
    let mut add = |name: &str, address: String| places.addresses.insert(name.to_string(), address);
    if let Some(api) = api(drill, cloud) {
        add("api", api);
    }
    if let Some(site) = cloud.site_url() {
        add("site", site);
    }
    if let Some(bucket) = cloud.stack().distributions.first().and_then(|distribution| distribution.bucket()) {
        add("bucket", bucket.to_string());
    }
    add("aws", cloud.aws_url());
    places
}

/// The API's address with the stage that callers have in it.
pub(super) fn api(drill: &Drill, cloud: &Cloud) -> Option<String> {
    let api = cloud.api_url()?;
    match &drill.stage {
        Some(stage) => api.rsplit_once('/').map(|(gateway, _)| format!("{gateway}/{stage}")),
        None => Some(api),
    }
}

impl Trial<'_> {
    /// The first probe that does not hold, with what was got.
    async fn first_broken(&mut self) -> Option<String> {
        for probe in &self.drill.probes {
            if let Err(got) = self.holds(probe).await {
                return Some(format!("{}\n  got  {}", probe.says, got.replace('\n', "\n       ")));
            }
        }
        None
    }

    async fn holds(&mut self, probe: &Probe) -> Result<(), String> {
        if probe.drained {
            self.at_rest().await?;
        }
        if probe.deploys
            && let Some(why) = &self.deployment.refused
        {
            return Err(why.clone());
        }
        if let Some(name) = &probe.client {
            self.client(name, probe).await?;
        }
        if let Some(line) = &probe.send {
            self.send(line, probe).await?;
        }
        if let Some(expected) = probe.count
            && !probe.distinct.is_empty()
        {
            self.distinct(&probe.distinct, expected)?;
        }
        for (place, most) in &probe.at_most {
            let number = self.places.json(place).and_then(|value| value.as_f64());
            if number.is_none_or(|number| number > *most) {
                return Err(number.map_or(format!("nothing at {place}"), |number| format!("{place} is {number}")));
            }
        }
        self.stack_is(probe)?;
        self.traces_are(probe)
    }

    /// Waits until the streams are at rest, or one of them stands still.
    async fn at_rest(&self) -> Result<(), String> {
        let (lambda, dynamodb) = (self.cloud.lambda(), DynamoDb::of(&self.cloud));
        let consumers = || self.cloud.stack().event_source_mappings.iter().map(|mapping| mapping.function.as_str());
        let drained = dynamodb.drain(PATIENCE);
        tokio::pin!(drained);
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                done = &mut drained => return done.map_err(|why| why.to_string()),
                _ = ticks.tick() => {}
            }
            if let Some(stuck) = consumers().find(|function| lambda.invocations(function).len() > STUCK_AFTER) {
                let events = lambda.invocations(stuck).len();
                return Err(format!("{stuck} was invoked {events} times, and its stream is not at rest"));
            }
        }
    }

    /// Sends the requests of the caller's program up to the one called `name`.
    async fn client(&mut self, name: &str, probe: &Probe) -> Result<(), String> {
        let program = RequestText::list(self.files.get(CLIENT).map_or("", String::as_str));
        if name != "*" && !program.iter().any(|request| request.name == name) {
            return Err(format!("{CLIENT} has no request called {name:?}"));
        }
        for request in program {
            let last = request.name == name;
            if let Some(reply) = self.places.replies.get(&request.name) {
                // An earlier probe had it sent.
                if last {
                    return answer_is(probe, reply);
                }
                continue;
            }
            let reply = request.sent(&self.places).await?;
            self.saw(&reply);
            if last || name == "*" {
                answer_is(probe, &reply)?;
            }
            self.places.replies.insert(request.name, reply);
            if last {
                break;
            }
        }
        Ok(())
    }

    async fn send(&mut self, line: &str, probe: &Probe) -> Result<(), String> {
        let headers = probe.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let request =
            RequestText { name: String::new(), times: 1, line: line.to_string(), headers, body: probe.body.clone() };
        let stopped = probe.stopped.as_deref();
        let reserve = |concurrency: &dyn Fn(&str) -> Option<usize>| {
            let refused = |function| self.cloud.lambda().reserve_concurrency(function, concurrency(function)).err();
            stopped.and_then(refused).map_or(Ok(()), |why| Err(why.to_string()))
        };
        reserve(&|_| Some(0))?;
        let replies = join_all((0..probe.at_once).map(|_| request.sent(&self.places))).await;
        reserve(&|function| {
            let declared = self.cloud.stack().functions.iter().find(|declared| declared.name == function);
            declared.and_then(|function| function.reserved_concurrent_executions).map(|reserved| reserved as usize)
        })?;
        let replies = replies.into_iter().collect::<Result<Vec<Reply>, String>>()?;
        replies.iter().for_each(|reply| self.saw(reply));
        if let Some(status) = probe.some_status
            && !replies.iter().any(|reply| reply.status == status)
        {
            let statuses: Vec<String> = replies.iter().map(|reply| reply.status.as_u16().to_string()).collect();
            return Err(statuses.join(" "));
        }
        replies.iter().try_for_each(|reply| answer_is(probe, reply))?;
        if let Some(origin) = &probe.readable_from {
            let origin = self.places.filled(origin)?;
            let origin = origin.trim_end_matches('/');
            let unread = replies.iter().find(|reply| !reply.is_readable_from(origin));
            if let Some(reply) = unread {
                let allowed = reply.header("access-control-allow-origin");
                let allowed =
                    allowed.map_or("without".to_string(), |allowed| format!("for {allowed}, and not {origin}:"));
                return Err(format!("{} {allowed} access-control-allow-origin", reply.status));
            }
        }
        if let (Some(name), Some(reply)) = (&probe.name, replies.into_iter().next()) {
            self.places.replies.insert(name.clone(), reply);
        }
        Ok(())
    }

    /// Whether lists in what came have so many elements of different ids.
    fn distinct(&self, lists: &[String], expected: usize) -> Result<(), String> {
        let mut ids: Vec<String> = Vec::new();
        for list in lists {
            let value = self.places.json(list).unwrap_or_default();
            let found = value.as_array().into_iter().flatten().map(|one| one["id"].as_str().unwrap_or_default());
            ids.extend(found.map(str::to_string));
        }
        let all = ids.len();
        ids.sort();
        ids.dedup();
        // One that stands in two of the lists was shown twice.
        if (ids.len(), all) == (expected, expected) {
            Ok(())
        } else {
            Err(format!("{all} in all, {} of them different", ids.len()))
        }
    }

    /// Whether the template says what it must.
    fn stack_is(&self, probe: &Probe) -> Result<(), String> {
        let stack = self.cloud.stack();
        if let Some(most) = probe.errors_kept_at_most {
            let distributions =
                stack.resources.iter().filter(|one| one.resource_type == "AWS::CloudFront::Distribution");
            for (status, kept) in distributions.flat_map(|one| errors_kept(&one.properties)) {
                if kept > most {
                    return Err(format!("CloudFront keeps a {status} for {kept} seconds"));
                }
            }
        }
        if let Some(path) = &probe.property {
            let (id, inside) = path.split_once('.').unwrap_or((path, ""));
            let resource = stack.resources.iter().find(|resource| resource.logical_id == id);
            let mut value = resource.map(|resource| resource.properties.clone()).unwrap_or_default();
            for step in inside.split('.').filter(|step| !step.is_empty()) {
                value = step
                    .parse()
                    .ok()
                    .and_then(|at: usize| value.get(at))
                    .or_else(|| value.get(step))
                    .cloned()
                    .unwrap_or_default();
            }
            let present = resource.is_some() && (inside.is_empty() || !value.is_null());
            if probe.present.is_some_and(|expected| expected != present) {
                return Err(if present { format!("{path} is there") } else { format!("{path} is not there") });
            }
            if probe.send.is_none() {
                // Of keys such as AWS:SourceArn the case does not matter.
                let lower = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
                let folded = Probe { has: lower(&probe.has), lacks: lower(&probe.lacks), ..Probe::default() };
                text_is(&folded, &value.to_string().to_lowercase())?;
            }
        }
        if let Some(role) = &probe.role {
            let function = stack.functions.iter().find(|function| function.name == role.function);
            let allowed = function.is_some_and(|function| function.role.allows(&role.action, &role.resource));
            if allowed != role.allowed {
                let may = if allowed { "may" } else { "may not" };
                return Err(format!("{} {may} {} on {}", role.function, role.action, role.resource));
            }
        }
        if let Some(alarm) = &probe.alarm {
            let ringing = alarm::ringing(stack, alarm);
            if ringing.is_some() != alarm.rings {
                return Err(ringing.map_or("no alarm".to_string(), |name| format!("{name} is in ALARM")));
            }
        }
        Ok(())
    }

    /// Whether queues and functions have seen what they must.
    fn traces_are(&self, probe: &Probe) -> Result<(), String> {
        if let (Some(queue), Some(least)) = (&probe.queue, probe.count) {
            let messages = self.cloud.queues().messages(&queue_arn(queue)).len();
            if messages < least {
                return Err(format!("{messages} messages in {queue}"));
            }
        }
        if let (Some(function), Some(part)) = (&probe.invoked, &probe.lacks) {
            let events = self.cloud.lambda().invocations(function);
            let wrong = events.iter().filter(|event| String::from_utf8_lossy(&event.event).contains(part.as_str()));
            let wrong = wrong.count();
            if wrong > 0 {
                return Err(format!("{wrong} of {} events of {function} have {part} in them", events.len()));
            }
        }
        Ok(())
    }

    fn saw(&mut self, reply: &Reply) {
        self.seen.extend(reply.text().lines().map(str::to_string));
    }

    fn read_logs(&mut self) {
        let logs = self.cloud.logs();
        let groups = logs.group_names();
        let messages = groups.iter().flat_map(|group| logs.read(group)).map(|event| event.message);
        self.seen.extend(messages.flat_map(|message| message.lines().map(str::to_string).collect::<Vec<_>>()));
    }
}

/// For how many seconds a distribution keeps a 403 and a 404 of its origin: as long as its template says, and otherwise 10 seconds.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html>
fn errors_kept(distribution: &Value) -> Vec<(u64, u64)> {
    let listed = distribution["DistributionConfig"]["CustomErrorResponses"].as_array().cloned().unwrap_or_default();
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let kept = |status: u64| {
        let listed = listed.iter().find(|one| number(&one["ErrorCode"]) == Some(status));
        listed.and_then(|one| number(&one["ErrorCachingMinTTL"])).unwrap_or(10)
    };
    [403, 404].map(|status| (status, kept(status))).to_vec()
}

/// Whether an answer is what a probe wants.
fn answer_is(probe: &Probe, reply: &Reply) -> Result<(), String> {
    let shown = || format!("{}\n{}", reply.status, reply.body.chars().take(300).collect::<String>());
    if probe.status.is_some_and(|status| reply.status != status) {
        return Err(shown());
    }
    for (name, part) in &probe.has_header {
        match reply.header(name) {
            Some(value) if value.contains(part.as_str()) => {}
            Some(value) => return Err(format!("{} with {name}: {value}", reply.status)),
            None => return Err(format!("{} without {name}", reply.status)),
        }
    }
    for (name, part) in &probe.lacks_header {
        if let Some(value) = reply.header(name).filter(|value| value.contains(part.as_str())) {
            return Err(format!("{} with {name}: {value}", reply.status));
        }
    }
    if let Some(kept) = probe.kept_at_most.and_then(|most| reply.kept_for().filter(|kept| *kept > most)) {
        let line = reply.header("cache-control").unwrap_or_default();
        return Err(format!("{} that may be kept for {kept} seconds (cache-control: {line})", reply.status));
    }
    text_is(probe, &reply.body).map_err(|_| shown())
}

fn text_is(probe: &Probe, text: &str) -> Result<(), String> {
    let has = probe.has.as_ref().is_none_or(|part| text.contains(part.as_str()));
    let lacks = probe.lacks.as_ref().is_none_or(|part| !text.contains(part.as_str()));
    if has && lacks { Ok(()) } else { Err(text.chars().take(300).collect()) }
}
