//! Figures that the talk has from the template: whoever changes a limit there is told where the talk says the old one.

use std::time::Duration;

use course::regions::Fault;
use course::whiteboard::storyboard::Storyboard;
use stack::Stack;

use super::{Report, TEMPLATE};

/// The functions of the board, by their logical ids.
const API_FUNCTION: &str = "BoardApiFunction";
const FEED_FUNCTION: &str = "BoardFeedFunction";
/// The statement of the first one's role that is about posts.
const POSTS: &str = "ReadAndWritePosts";

pub(super) fn faults(storyboard: &Storyboard, stack: &Stack, report: &Report<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (kind, id, words) in said(stack) {
        let text = match kind {
            "step" => storyboard.step(id).map(|step| {
                let cues = [step.say.en.join("\n"), step.know.en.join("\n")];
                format!("{}\n{}", step.talk.en, cues.join("\n"))
            }),
            _ => storyboard
                .question(id)
                .map(|question| format!("{}\n{}", question.answer.en, question.follow_up.answer.en)),
        };
        if !text.is_some_and(|text| text.to_lowercase().contains(&words.to_lowercase())) {
            let what = format!("does not say {words:?}, which is what {TEMPLATE} has; say it, in both languages");
            faults.push(report.at(kind, id, what));
        }
    }
    faults
}

/// What must be said, and where: in a step or in the answers to a question.
fn said(stack: &Stack) -> Vec<(&'static str, &'static str, String)> {
    let mut said = Vec::new();
    let function = |id: &str| stack.functions.iter().find(|function| function.logical_id == id);
    if let Some(function) = function(API_FUNCTION) {
        let seconds = function.timeout.as_secs();
        said.push(("step", "function", format!("{} MB", function.memory_size)));
        said.push(("step", "function", format!("a time-out of {seconds} seconds")));
        said.push(("question", "when-not-serverless", format!("This function has {} seconds", spelt(seconds))));
        let statements =
            function.role.policies.iter().flat_map(|document| document["Statement"].as_array().into_iter().flatten());
        let mut actions =
            statements.filter(|statement| statement["Sid"] == POSTS).filter_map(|one| one["Action"].as_array());
        if let Some(actions) = actions.next() {
            let actions = format!("{} actions", spelt(actions.len() as u64));
            said.push(("step", "access", format!("{actions} on one table")));
            said.push(("question", "least-privilege", format!("{actions} on one table")));
        }
    }
    if let Some(throttle) = stack.apis.iter().find_map(|api| api.throttle) {
        let (rate, burst) = (throttle.rate_limit, throttle.burst_limit);
        said.push(("step", "throttles", format!("Stage: {rate} a second, burst {burst}")));
        said.push(("question", "ddos", format!("about {rate} a second with a burst of {burst}")));
    }
    let feed = function(FEED_FUNCTION).map(|function| &function.name);
    for mapping in stack.event_source_mappings.iter().filter(|mapping| Some(&mapping.function) == feed) {
        let (Some(tries), Some(age)) = (mapping.maximum_retry_attempts, mapping.maximum_record_age) else { continue };
        let age =
            if age == Duration::from_secs(3600) { "an hour".to_string() } else { format!("{} seconds", age.as_secs()) };
        said.push(("step", "failures", format!("{} retries or {age}", spelt(tries.into()))));
        said.push(("question", "poison-record", format!("{} retries or {age}", spelt(tries.into()))));
    }
    let alarms = stack.resources.iter().filter(|resource| resource.resource_type == "AWS::CloudWatch::Alarm").count();
    said.push(("step", "alarms", format!("{} alarms", spelt(alarms as u64))));
    said.push(("question", "how-alarmed", format!("{} alarms", spelt(alarms as u64))));
    said
}

/// A small number in words, as a speaker says it.
pub(super) fn spelt(number: u64) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(number as usize).map_or_else(|| number.to_string(), |word| (*word).to_string())
}
