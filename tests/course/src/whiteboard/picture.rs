//! The picture is true to the board: each box is a resource of the template, each arrow something that the template says, and nothing
//! that the template has is left out without a reason.
//!
//! The template is read as the local cloud reads it, so what holds here is what runs and what is deployed.

use std::collections::BTreeSet;

use course::regions::Fault;
use course::whiteboard::storyboard::{Arrow, Glyph, Node, Storyboard};
use serde_json::Value;
use stack::{Origin, RestApiOrigin, Stack};

use super::{Report, TEMPLATE};

/// The smallest box, in units of the paper.
const SMALLEST: [u32; 2] = [60, 30];

/// What the API's own log is called.
const API_LOG: &str = "api";

/// How the types of resources end that say who may: the board draws them in a colour of their own.
const MARKS: [&str; 3] = ["::Role", "Policy", "::OriginAccessControl"];

/// What SAM makes of an API or a function, beside the resource of its name.
const MADE_BY_SAM: [&str; 4] = [
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::Stage",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
];

pub(super) fn faults(storyboard: &Storyboard, stack: &Stack, report: &Report<'_>) -> Vec<Fault> {
    let mut faults = boxes(storyboard, stack, report);
    faults.extend(left_out(storyboard, stack, report));
    for arrow in &storyboard.arrows {
        let (Some(from), Some(to)) = (storyboard.node(&arrow.from), storyboard.node(&arrow.to)) else { continue };
        if let Some(why) = untrue(arrow, from, to, stack) {
            faults.push(report.at(
                "arrow",
                &arrow.id,
                format!("has the edge {:?}, and {why}; make the picture follow {TEMPLATE}", arrow.edge),
            ));
        }
    }
    for step in &storyboard.steps {
        let Some(("log", name)) = step.live.as_deref().and_then(|live| live.split_once(' ')) else { continue };
        if name != API_LOG && !stack.functions.iter().any(|function| function.name == name) {
            let what = format!("shows the log of {name}, and {TEMPLATE} has no such function; name one, or {API_LOG}");
            faults.push(report.at("step", &step.id, what));
        }
    }
    faults
}

fn boxes(storyboard: &Storyboard, stack: &Stack, report: &Report<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for node in &storyboard.nodes {
        let what = match &node.resource {
            Some(_) if node.outside => "has a resource and says that it is outside; take one of both away".to_string(),
            None if !node.outside => "has no resource; name its logical id, or say `outside = true`".to_string(),
            Some(id) if !stack.resources.iter().any(|resource| resource.logical_id == *id) => {
                format!(
                    "is the resource {id}, which {TEMPLATE} does not have; rename it as there, or take the box away"
                )
            }
            _ => String::new(),
        };
        if !what.is_empty() {
            faults.push(report.at("node", &node.id, what));
        }
        let resource = stack.resources.iter().find(|resource| Some(&resource.logical_id) == node.resource.as_ref());
        let is_mark = resource.is_some_and(|found| MARKS.iter().any(|mark| found.resource_type.ends_with(mark)));
        if node.mark != is_mark {
            let what = if is_mark {
                "says who may; write `mark = true`"
            } else {
                "is not a role or a policy; take `mark` away"
            };
            faults.push(report.at("node", &node.id, what));
        }
        if node.width < SMALLEST[0] || node.height < SMALLEST[1] {
            let what = format!("is too small to be written on; make it {} by {} at least", SMALLEST[0], SMALLEST[1]);
            faults.push(report.at("node", &node.id, what));
        }
        if (node.glyph == Glyph::List) == node.lines.en.is_empty() {
            let what = "is a list without lines, or has lines and is not a list; change its `glyph` or its `lines`";
            faults.push(report.at("node", &node.id, what));
        }
        let board = storyboard.board;
        if node.x + node.width > board.width || node.y + node.height > board.height {
            faults.push(report.at("node", &node.id, "leaves the board; move it, or make it smaller"));
        }
    }
    // Frames are drawn around others, all else has a place of its own.
    let solid: Vec<&Node> = storyboard.nodes.iter().filter(|node| node.glyph != Glyph::Frame).collect();
    for (at, one) in solid.iter().enumerate() {
        for other in solid[at + 1..].iter().filter(|other| overlap(one, other)) {
            faults.push(report.at("node", &one.id, format!("stands on the node {}; move one of them", other.id)));
        }
    }
    faults
}

fn overlap(one: &Node, other: &Node) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

/// Resources of the template that are neither drawn nor said to be left out, and what is said to be left out for no reason.
fn left_out(storyboard: &Storyboard, stack: &Stack, report: &Report<'_>) -> Vec<Fault> {
    let drawn: BTreeSet<&str> = storyboard.nodes.iter().filter_map(|node| node.resource.as_deref()).collect();
    let not_drawn: BTreeSet<&str> =
        storyboard.not_drawn.iter().flat_map(|list| &list.resources).map(String::as_str).collect();
    let mut faults = Vec::new();
    for resource in &stack.resources {
        let id = resource.logical_id.as_str();
        let is_part = MADE_BY_SAM.contains(&resource.resource_type.as_str())
            && drawn.iter().chain(&not_drawn).any(|whole| id.starts_with(whole));
        if !drawn.contains(id) && !not_drawn.contains(id) && !is_part {
            let what = format!(
                "does not draw {id} ({}), which {TEMPLATE} has; give it a node, or name it in [[not-drawn]] with the reason",
                resource.resource_type
            );
            faults.push(report.of_file(what));
        }
    }
    for id in not_drawn {
        if drawn.contains(id) {
            faults.push(
                report.of_file(format!("draws {id} and says in [[not-drawn]] that it does not; take one of both away")),
            );
        } else if !stack.resources.iter().any(|resource| resource.logical_id == id) {
            let what = format!(
                "says in [[not-drawn]] why {id} is left out, and {TEMPLATE} does not have it; take the name away"
            );
            faults.push(report.of_file(what));
        }
    }
    for _ in storyboard.not_drawn.iter().filter(|list| list.because.trim().is_empty()) {
        faults.push(report.of_file("leaves resources out without a reason; write the `because` of [[not-drawn]]"));
    }
    faults
}

/// Why the template does not say what an arrow says; nothing if it does.
fn untrue(arrow: &Arrow, from: &Node, to: &Node, stack: &Stack) -> Option<String> {
    let source = from.resource.as_deref().unwrap_or_default();
    let target = to.resource.as_deref().unwrap_or_default();
    let (kind, name) = arrow.edge.split_once('.').unwrap_or((&arrow.edge, ""));
    let holds = match kind {
        // What a browser may do is told by what it can reach.
        "outside" => {
            if !from.outside {
                return Some(format!("{} is a resource, so the template can say more than \"outside\"", from.id));
            }
            return (!is_public(stack, target))
                .then(|| format!("{target} is neither a distribution nor an API, which a browser can reach"));
        }
        "Origins" => {
            let mut distributions = stack.distributions.iter().filter(|one| one.logical_id == source);
            distributions.any(|one| one.behaviors().any(|behavior| is_asked(stack, &behavior.origin, target)))
        }
        "Events" if stack.apis.iter().any(|api| api.logical_id == source) => {
            let permission = format!("{target}{name}Permission");
            let is_invoked = stack.resources.iter().any(|resource| resource.logical_id.starts_with(&permission));
            is_invoked && answers(stack, source, target)
        }
        "Events" => stack.event_source_mappings.iter().any(|mapping| {
            mapping.logical_id == format!("{target}{name}")
                && table(stack, source).is_some_and(|table| table.name == mapping.table)
                && function(stack, target).is_some_and(|function| function.name == mapping.function)
        }),
        "Policies" => may(stack, source, name, target),
        // The stream is a part of the table, with a box of its own.
        "StreamSpecification" => {
            (from.glyph, to.glyph) == (Glyph::Table, Glyph::Queue)
                && source == target
                && table(stack, source).is_some_and(|table| table.create.get("StreamSpecification").is_some())
        }
        "DestinationConfig" => stack.event_source_mappings.iter().any(|mapping| {
            function(stack, source).is_some_and(|function| function.name == mapping.function)
                && stack
                    .queues
                    .iter()
                    .any(|queue| queue.logical_id == target && mapping.on_failure.as_deref() == Some(&queue.arn()))
        }),
        _ => return Some(
            "that is not one of outside, Origins, Events.NAME, Policies.SID, StreamSpecification, DestinationConfig"
                .to_string(),
        ),
    };
    (!holds).then(|| format!("{TEMPLATE} does not say so of {source} and {target}"))
}

fn is_public(stack: &Stack, resource: &str) -> bool {
    stack.distributions.iter().any(|distribution| distribution.logical_id == resource)
        || stack.apis.iter().any(|api| api.logical_id == resource)
}

/// Whether `origin` is the resource: a bucket whose reads are signed, or an API.
fn is_asked(stack: &Stack, origin: &Origin, resource: &str) -> bool {
    match origin {
        Origin::Bucket { name, access_control, .. } => {
            *access_control && stack.buckets.iter().any(|bucket| bucket.logical_id == resource && bucket.name == *name)
        }
        Origin::RestApi(RestApiOrigin { domain_name, .. }) => {
            let id = domain_name.split('.').next();
            stack.apis.iter().any(|api| api.logical_id == resource && id == Some(&api.id))
        }
    }
}

fn table<'a>(stack: &'a Stack, logical_id: &str) -> Option<&'a stack::Table> {
    stack.tables.iter().find(|table| table.logical_id == logical_id)
}

fn function<'a>(stack: &'a Stack, logical_id: &str) -> Option<&'a stack::Function> {
    stack.functions.iter().find(|function| function.logical_id == logical_id)
}

/// Whether a method of the API hands requests to the function.
fn answers(stack: &Stack, api: &str, target: &str) -> bool {
    let Some(name) = function(stack, target).map(|function| function.name.as_str()) else { return false };
    let mut apis = stack.apis.iter().filter(|other| other.logical_id == api);
    apis.any(|api| api.methods.iter().any(|method| method.integration.proxied_function() == Some(name)))
}

/// Whether the statement `sid` in the function's role allows something on the resource.
fn may(stack: &Stack, source: &str, sid: &str, target: &str) -> bool {
    let Some(function) = function(stack, source) else { return false };
    let Some(arn) = arn(stack, target) else { return false };
    let documents = function.role.policies.iter();
    let mut statements = documents.flat_map(|document| document["Statement"].as_array().into_iter().flatten());
    statements.any(|statement| {
        let resources = match &statement["Resource"] {
            Value::Array(resources) => resources.clone(),
            one => vec![one.clone()],
        };
        let names = |resource: &Value| resource.as_str().is_some_and(|text| text == arn || text == format!("{arn}:*"));
        statement["Sid"] == sid && statement["Effect"] == "Allow" && resources.iter().any(names)
    })
}

/// The ARN of a table or of a log group, which roles name.
fn arn(stack: &Stack, logical_id: &str) -> Option<String> {
    let resource = stack.resources.iter().find(|resource| resource.logical_id == logical_id)?;
    match resource.resource_type.as_str() {
        "AWS::DynamoDB::Table" => Some(stack::table_arn(&resource.physical_id)),
        "AWS::Logs::LogGroup" => Some(stack::log_group_arn(&resource.physical_id)),
        _ => None,
    }
}
