//! lab-10.5: a line that can be searched, counted and drawn.

use kit::{Answer, Lab, LogLine, Metric};
use serde_json::Value;

use crate::{ARCHIVE, FUNCTION, YEAR, limits};

/// The lines of the function that are about an answer, oldest first; every line must be a JSON object.
fn lines(lab: &Lab, answer: &Answer<'_>) -> Vec<LogLine> {
    let lines = lab.printed(FUNCTION);
    let expected = "every line of the function's log is a JSON object";
    for line in &lines {
        answer.shows(
            line.is_structured(),
            expected,
            "a line of plain text, whose numbers no query and no alarm can use",
        );
    }
    lines.into_iter().filter(|line| line.text_of("message") != "trying again").collect()
}

/// The only line about the only answer.
fn the_line(lab: &Lab, answer: &Answer<'_>) -> LogLine {
    let mut lines = lines(lab, answer);
    let count = lines.len();
    match lines.pop() {
        Some(line) if count == 1 => line,
        _ => answer.fails("one line about each answer", &format!("{count} lines about one answer")),
    }
}

/// Expects a field of a line to have this value.
fn has(line: &LogLine, answer: &Answer<'_>, name: &str, value: impl Into<Value>) {
    let value = value.into();
    let got = match line.field(name) {
        Some(got) => format!("{name} is {got}"),
        None => format!("no field {name}"),
    };
    answer.shows(line.field(name) == Some(&value), format!("{name} in the line is {value}"), got);
}

#[test]
fn an_answer_leaves_one_line_that_leads_to_its_request() {
    let lab = limits();
    let answer = lab.asks("lab-10.5", "find a request in the log").get(YEAR);
    answer.has_status(200);
    let line = the_line(&lab, &answer);
    has(&line, &answer, "level", "INFO");
    has(&line, &answer, "message", "answered");
    has(&line, &answer, "status", 200);
    let reported = lab.reports(FUNCTION).pop().map(|report| report.request_id).unwrap_or_default();
    let id = line.text_of("requestId");
    let expected = "requestId in the line is the one in Lambda's START, END and REPORT lines";
    answer.shows(id == reported, expected, if id.is_empty() { "no field requestId" } else { "another id" });
}

#[test]
fn a_failure_is_an_error_and_says_how_often_it_was_tried() {
    let lab = limits();
    lab.throttle(ARCHIVE);
    let answer = lab.asks("lab-10.5", "find a failed request in the log").get(YEAR);
    // A function that never gives up has nothing to log, and that is another TODO.
    let answer = if answer.status() == 503 { answer } else { answer.with_todo("lab-10.3") };
    answer.has_status(503);
    let line = the_line(&lab, &answer);
    has(&line, &answer, "level", "ERROR");
    has(&line, &answer, "status", 503);
    has(&line, &answer, "Tries", lab.lambda_calls().len());
}

#[test]
fn the_first_line_of_an_environment_says_that_it_was_cold() {
    let lab = limits();
    for (request, cold) in [(1, true), (2, false), (3, false)] {
        let about = format!("tell cold from warm, request {request} to one environment");
        let answer = lab.asks("lab-10.5", &about).get(YEAR);
        answer.has_status(200);
        let reports = lab.reports(FUNCTION);
        let is_cold = reports.last().is_some_and(|report| report.is_cold());
        // Lambda decides what runs where; the check only goes on where it decided as expected.
        answer.shows(is_cold == cold, "one environment for one request after the other", "another one");
        let Some(line) = lines(&lab, &answer).pop() else { answer.fails("a line about the answer", "no line") };
        let init = if cold { "an Init Duration" } else { "no Init Duration" };
        let expected = format!("coldStart in the line is {cold}, because Lambda's REPORT line has {init}");
        let got = line.field("coldStart").map_or("no field coldStart".to_string(), |got| format!("coldStart is {got}"));
        answer.shows(line.field("coldStart") == Some(&Value::Bool(cold)), expected, got);
    }
}

#[test]
fn cloudwatch_finds_tries_and_duration_in_the_line() {
    let lab = limits();
    let answer = lab.asks("lab-10.5", "read the metrics in the line").get(YEAR);
    answer.has_status(200);
    let metrics = match the_line(&lab, &answer).metrics() {
        Ok(metrics) => metrics,
        Err(why) => {
            answer.fails("metrics in the embedded metric format", &format!("{why}. CloudWatch drops them, silently"))
        }
    };
    the_metric(&metrics, "Tries", "Count", &answer);
    let duration = the_metric(&metrics, "Duration", "Milliseconds", &answer);
    let reported = lab.reports(FUNCTION).pop().map_or(0.0, |report| report.duration);
    answer.shows(
        duration.value > 0.0 && duration.value <= reported,
        "a Duration in milliseconds that is not longer than Lambda's own",
        "a Duration of another size",
    );
}

/// The metric of this name, which must be there, in this unit and with the function as its only dimension.
fn the_metric<'line>(metrics: &'line [Metric], name: &str, unit: &str, answer: &Answer<'_>) -> &'line Metric {
    let expected = format!("a metric {name} of the namespace OnThisDay, in {unit}");
    let Some(metric) = metrics.iter().find(|metric| metric.name == name) else {
        answer.fails(&expected, "no such metric")
    };
    answer.shows(metric.unit == unit, &expected, format!("the unit {}", metric.unit));
    answer.shows(metric.namespace == "OnThisDay", &expected, format!("the namespace {}", metric.namespace));
    let names: Vec<&str> = metric.dimensions.iter().map(|(name, _)| name.as_str()).collect();
    answer.shows(
        names == ["FunctionName"],
        "FunctionName as the only dimension: each value of a dimension is a metric of its own, and paid as one",
        format!("the dimensions {}", names.join(", ")),
    );
    metric
}
