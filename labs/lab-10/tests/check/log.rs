//! lab-10.5: a line that can be searched, counted and drawn.

use std::time::{SystemTime, UNIX_EPOCH};

use kit::{Answer, Lab, LogLine, Metric, deployment};
use serde_json::Value;

use crate::{ARCHIVE, FUNCTION, YEAR, has_tried_again, in_time, limits, limits_of};

/// More than any machine needs for an answer, in milliseconds.
const A_MINUTE: u64 = 60_000;

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
    let answer = in_time(lab.asks("lab-10.5", "find a request in the log").get(YEAR));
    answer.has_status(200);
    let line = the_line(&lab, &answer);
    has(&line, &answer, "level", "INFO");
    has(&line, &answer, "message", "answered");
    has(&line, &answer, "status", 200);
    leads_to_its_request(&lab, &line, &answer);
}

/// Expects the last line of the function to name the request that it is about.
fn leads_to_its_request(lab: &Lab, line: &LogLine, answer: &Answer<'_>) {
    let reported = lab.reports(FUNCTION).pop().map(|report| report.request_id).unwrap_or_default();
    let id = line.text_of("requestId");
    let expected = "requestId in the line is the one in Lambda's START, END and REPORT lines";
    answer.shows(id == reported, expected, if id.is_empty() { "no field requestId" } else { "another id" });
}

/// Expects the last line of the function to say in milliseconds how long its answer took: no more than Lambda's own report, and not much
/// less where it waited for most of that.
fn has_its_duration(lab: &Lab, line: &LogLine, answer: &Answer<'_>) {
    let duration = line.field("Duration").and_then(Value::as_f64).unwrap_or_default();
    let reported = lab.reports(FUNCTION).pop().map_or(0.0, |report| report.duration);
    answer.shows(
        duration > 0.0 && duration <= reported && (answer.status() != 504 || duration > reported / 2.0),
        "a Duration in milliseconds, as long as the answer took, and no longer than Lambda's own",
        format!("a Duration of measured {duration:.0}, where Lambda's own is measured {reported:.0} ms"),
    );
}

#[test]
fn a_failure_is_an_error_and_says_how_often_it_was_tried() {
    let lab = limits();
    lab.throttle(ARCHIVE);
    let answer = in_time(lab.asks("lab-10.5", "find a failed request in the log").get(YEAR));
    // A function that never gives up has nothing to log, and that is another TODO.
    let answer = if answer.status() == 503 { answer } else { answer.with_todo("lab-10.3") };
    answer.has_status(503);
    let line = the_line(&lab, &answer);
    has(&line, &answer, "level", "ERROR");
    has(&line, &answer, "message", "answered");
    has(&line, &answer, "status", 503);
    has(&line, &answer, "Tries", lab.lambda_calls().len());
    // The first answer of an environment, whatever it is.
    has(&line, &answer, "coldStart", true);
    leads_to_its_request(&lab, &line, &answer);
    has_metrics(&line, &answer);
    // The pauses alone are a part of what it took, and in milliseconds.
    let pauses = lab.printed(FUNCTION).iter().filter_map(|line| line.field("pauseMs")?.as_f64()).sum::<f64>();
    let took = line.field("Duration").and_then(Value::as_f64).unwrap_or_default();
    let expected = "a Duration in milliseconds that is no shorter than the pauses in it";
    answer.shows(took >= pauses, expected, format!("measured {took:.0}, and pauses of measured {pauses:.0} ms"));
    lab.release(ARCHIVE);
    let answer = in_time(lab.asks("lab-10.5", "tell cold from warm, after a first answer of 503").get(YEAR));
    answer.has_status(200);
    let Some(line) = lines(&lab, &answer).pop() else { answer.fails("a line about the answer", "no line") };
    has(&line, &answer, "coldStart", false);
}

#[test]
fn every_status_has_its_level_and_its_metrics() {
    let lab = limits();
    let mut last = 0;
    let asked = [
        ("/on-this-day/1995", 404, "INFO"),
        ("/on-this-day/2014", 502, "ERROR"),
        // It takes more than half a second, and is not cold for that.
        ("/on-this-day/2010?within=910", 504, "ERROR"),
    ];
    for (index, (target, status, level)) in asked.into_iter().enumerate() {
        let about = format!("find an answer of status {status} in the log");
        let answer = lab.asks("lab-10.5", &about).get(target);
        if has_tried_again(&lab) {
            let expected = "1 try: what ends like this ends like this the next time, too";
            answer.with_todo("lab-10.3").fails(expected, "further tries, and a log that counts them");
        }
        let answer = if status == 504 { answer.attributed_to("lab-10.4") } else { in_time(answer) };
        answer.has_status(status);
        let answer = answer.attributed_to("lab-10.5");
        let lines = lines(&lab, &answer);
        let count = lines.len();
        let Some(line) = lines.last().filter(|_| count == index + 1) else {
            answer.fails("one line about each answer", &format!("{count} lines about {} answers", index + 1))
        };
        has(line, &answer, "level", level);
        has(line, &answer, "message", "answered");
        has(line, &answer, "status", status);
        has(line, &answer, "Tries", 1);
        // The first request to an environment was cold, whatever came of it.
        has(line, &answer, "coldStart", index == 0);
        leads_to_its_request(&lab, line, &answer);
        has_metrics(line, &answer);
        has_its_duration(&lab, line, &answer);
        // Half a second has gone by before the last of them.
        let at = timestamp(line);
        answer.shows(
            status != 504 || at > last,
            "_aws.Timestamp: the moment of this answer",
            "the moment of an earlier one, where CloudWatch draws them all",
        );
        last = at;
    }
}

/// When the answer of a line was given, as CloudWatch has it, in milliseconds since 1970.
fn timestamp(line: &LogLine) -> u64 {
    line.field("_aws").and_then(|about| about["Timestamp"].as_u64()).unwrap_or_default()
}

#[test]
fn the_dimension_is_the_functions_own_name() {
    let lab = limits_of(deployment!().parameter("Name", "on-that-day"));
    let ask = lab.asks("lab-10.5", "log as a function that is deployed under another name, on-that-day");
    let answer = in_time(ask.get(YEAR));
    answer.has_status(200);
    has(&the_line(&lab, &answer), &answer, "FunctionName", "on-that-day");
}

#[test]
fn the_first_line_of_an_environment_says_that_it_was_cold() {
    let lab = limits();
    for (request, cold) in [(1, true), (2, false), (3, false)] {
        let about = format!("tell cold from warm, request {request} to one environment");
        let answer = in_time(lab.asks("lab-10.5", &about).get(YEAR));
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
fn the_first_answer_was_cold_whatever_it_was() {
    for (first, status, failures) in
        [("/on-this-day/2014", 502, 0), ("/on-this-day/2010?within=0", 504, 0), (YEAR, 200, 1)]
    {
        let lab = limits();
        lab.fail_next(ARCHIVE, failures);
        let after = if failures > 0 { ", at the second try" } else { "" };
        let about = format!("tell cold from warm, where the first answer is {status}{after}");
        let answer = lab.asks("lab-10.5", &about).get(first);
        let answer = if status == 504 { answer.attributed_to("lab-10.4") } else { in_time(answer) };
        let answer = if failures > 0 { answer.attributed_to("lab-10.3") } else { answer };
        answer.has_status(status);
        let answer = answer.attributed_to("lab-10.5");
        let level = if status < 500 { "INFO" } else { "ERROR" };
        for line in lines(&lab, &answer) {
            has(&line, &answer, "level", level);
            if failures > 0 {
                has(&line, &answer, "Tries", failures + 1);
            }
        }
        let about = format!("tell cold from warm, after a first answer of {status}{after}");
        let answer = in_time(lab.asks("lab-10.5", &about).get(YEAR));
        answer.has_status(200);
        let cold = lines(&lab, &answer).iter().map(|line| line.field("coldStart").cloned()).collect::<Vec<_>>();
        let is_right = cold == [Some(Value::Bool(true)), Some(Value::Bool(false))];
        let got = match &cold[..] {
            [_, Some(Value::Bool(true))] => "coldStart is true in both: the first one did not count",
            _ => "other values, or none",
        };
        answer.shows(is_right, "coldStart is true in the first line of an environment, and false in the second", got);
    }
}

#[test]
fn cloudwatch_finds_tries_and_duration_in_the_line() {
    let lab = limits();
    let answer = in_time(lab.asks("lab-10.5", "read the metrics in the line").get(YEAR));
    answer.has_status(200);
    let line = the_line(&lab, &answer);
    has_metrics(&line, &answer);
    has_its_duration(&lab, &line, &answer);
}

/// Expects both metrics in the line.
fn has_metrics(line: &LogLine, answer: &Answer<'_>) {
    let got = "no _aws in the line: CloudWatch finds no metric in it";
    answer.shows(line.field("_aws").is_some(), "metrics in the embedded metric format", got);
    let metrics = match line.metrics() {
        Ok(metrics) => metrics,
        Err(why) => {
            answer.fails("metrics in the embedded metric format", &format!("{why}. CloudWatch drops them, silently"))
        }
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_millis());
    let ago = now.checked_sub(timestamp(line).into());
    answer.shows(
        ago.is_some_and(|ago| ago < A_MINUTE.into()),
        "_aws.Timestamp: the moment of the answer",
        "another moment, where CloudWatch draws the answer",
    );
    let names = metrics.iter().map(|metric| metric.name.as_str());
    let others: Vec<&str> = names.filter(|name| !["Tries", "Duration"].contains(name)).collect();
    let got = format!("{} as well: each is paid as one", others.join(", "));
    answer.shows(others.is_empty(), "Tries and Duration as the only metrics", got);
    the_metric(&metrics, "Tries", "Count", answer);
    the_metric(&metrics, "Duration", "Milliseconds", answer);
}

/// The metric of this name, which must be there, in this unit and with the function as its only dimension.
fn the_metric(metrics: &[Metric], name: &str, unit: &str, answer: &Answer<'_>) {
    let expected = format!("a metric {name} of the namespace OnThisDay, in {unit}");
    let Some(metric) = metrics.iter().find(|metric| metric.name == name) else {
        answer.fails(&expected, "no such metric")
    };
    answer.shows(metric.unit == unit, &expected, format!("the unit {}", metric.unit));
    answer.shows(metric.namespace == "OnThisDay", &expected, format!("the namespace {}", metric.namespace));
    let count = metrics.iter().filter(|metric| metric.name == name).count();
    let got = format!("{count} sets of dimensions: each is a metric of its own, and paid as one");
    answer.shows(count == 1, "FunctionName as the only dimension", got);
    let names: Vec<&str> = metric.dimensions.iter().map(|(name, _)| name.as_str()).collect();
    answer.shows(
        names == ["FunctionName"],
        "FunctionName as the only dimension: each value of a dimension is a metric of its own, and paid as one",
        format!("the dimensions {}", names.join(", ")),
    );
}
