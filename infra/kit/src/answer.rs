//! Looking at an answer: every method is an expectation, and ends the test with an explanation when it is not met.

use serde_json::Value;

use crate::ask::Question;
use crate::browser::lines;
use crate::cause::{cause, is_mislabelled, is_returned_error, is_throttled, is_unrouted, throttled};
use crate::cloud::ApiInvocation;
use crate::difference::{self, Difference};
use crate::explanation::{Explanation, shows};
use crate::failure::Failure;
use crate::http::{Request, Response};
use crate::lab::last_words;
use crate::policy::unmet_condition;
use crate::record::record;
use crate::words::{cut, first, pointer, short, short_text};

/// What an API request got: the HTTP response, and the function's own reply that it was made from.
#[derive(Debug, Clone)]
pub struct Answer<'lab> {
    question: Question<'lab>,
    request: Request,
    response: Response,
    call: Option<ApiInvocation>,
    own_words: Vec<&'static str>,
    /// The TODO that failures are attributed to instead of the question's own.
    attributed: Option<&'lab str>,
}

impl<'lab> Answer<'lab> {
    pub(crate) fn new(
        question: Question<'lab>,
        request: Request,
        response: Response,
        call: Option<ApiInvocation>,
    ) -> Answer<'lab> {
        Answer { question, request, response, call, own_words: Vec::new(), attributed: None }
    }

    /// The same answer, for expectations that belong to another TODO: where one is not met, the explanation sends to `todo`, before
    /// which the question's own TODO cannot be judged.
    #[must_use]
    pub fn attributed_to(&self, todo: &'lab str) -> Answer<'lab> {
        Answer { attributed: Some(todo), ..self.clone() }
    }

    /// The same answer, as if `todo` had been asked about.
    #[must_use]
    pub fn with_todo(mut self, todo: &'lab str) -> Answer<'lab> {
        self.question.todo = todo;
        self
    }

    /// The answer to the same request at another stage of the API, by the same execution environment: the API's stages share their
    /// functions (<https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-stages.html>). The function must have been
    /// asked.
    #[must_use]
    pub fn at_stage(&self, stage: &str, about: &'lab str) -> Answer<'lab> {
        let mut event = self.event();
        let context = &mut event["requestContext"];
        let path = context["path"].as_str().unwrap_or_default().trim_start_matches('/');
        let behind = path.split_once('/').map_or("", |(_, behind)| behind);
        context["path"] = format!("/{stage}/{behind}").into();
        context["stage"] = stage.into();
        self.handed(&event, &format!("at the stage {stage}"), about)
    }

    /// The answers to the same request `times` times more, by the same execution environment: the last of them, or the first with another
    /// status. The event goes straight to the function, so no throttle of the stage counts them. The function must have been asked.
    #[must_use]
    pub fn again(&self, times: usize, about: &'lab str) -> Answer<'lab> {
        let event = self.event();
        let mut answer = self.clone();
        for _ in 0..times {
            answer = self.handed(&event, "once more", about);
            if answer.status() != self.status() {
                break;
            }
        }
        answer
    }

    /// The event of the request.
    fn event(&self) -> Value {
        self.call.as_ref().map(ApiInvocation::event).unwrap_or_default()
    }

    /// The answer to an event that the check hands to the function by itself.
    fn handed(&self, event: &Value, how: &str, about: &'lab str) -> Answer<'lab> {
        let lab = self.question.lab;
        let call = lab.cloud().hand(event);
        let Some(call) = call else { lab.stop("the check's own event was not handed to a function") };
        let response = call.response();
        lab.remember(format!("{} {} {how} → {}", self.request.method, self.request.target, response.status));
        Answer::new(Question { about, ..self.question }, self.request.clone(), response, Some(call))
    }

    /// Expects the HTTP status.
    pub fn has_status(&self, status: u16) -> &Answer<'lab> {
        if self.response.status != status {
            self.fails(&format!("status {status}"), &self.response.shown());
        }
        self
    }

    /// Expects that API Gateway took the request for this resource of the template (`/board/{postId}`) and asked the
    /// function, no matter what that answered.
    pub fn reaches_resource(&self, resource: &str) -> &Answer<'lab> {
        let event = self.event();
        match event["resource"].as_str() {
            Some(got) if got == resource => self,
            Some(got) => {
                let expected = format!("an event whose resource is {resource}");
                self.fails(&expected, &format!("an event whose resource is {got}"))
            }
            None => {
                self.fails(&format!("that the function is asked, at the resource {resource}"), &self.response.shown())
            }
        }
    }

    /// Expects a header with exactly this value; the name is compared without case.
    pub fn has_header(&self, name: &str, value: &str) -> &Answer<'lab> {
        match self.response.header(name) {
            Some(got) if got == value => self,
            Some(got) => self.fails(&format!("header {name}: {value}"), &format!("header {name}: {got}")),
            None => {
                self.fails(&format!("header {name}: {value}"), &format!("no header {name}; {}", self.header_names()))
            }
        }
    }

    /// Expects a header that is a list of names (`Vary`) to have `value` among them, or `*`, which stands for every name. Names
    /// are compared without case.
    pub fn lists_in_header(&self, name: &str, value: &str) -> &Answer<'lab> {
        let listed = lines(&self.response, name).join(", ");
        let has = listed.split(',').map(str::trim).any(|one| one == "*" || one.eq_ignore_ascii_case(value));
        let got = match self.response.header(name) {
            Some(_) => format!("header {name}: {listed}"),
            None => format!("no header {name}; {}", self.header_names()),
        };
        self.shows(has, format!("{value} in the header {name}"), got)
    }

    /// Expects that there is no header of this name.
    pub fn lacks_header(&self, name: &str) -> &Answer<'lab> {
        match self.response.header(name) {
            Some(value) => self.fails(&format!("no header {name}"), &format!("header {name}: {value}")),
            None => self,
        }
    }

    /// Whether there is a header with exactly this value, where nothing is to be expected yet.
    pub fn is_marked(&self, name: &str, value: &str) -> bool {
        self.response.header(name) == Some(value)
    }

    /// The value of a header, which must be there.
    pub fn header(&self, name: &str) -> &str {
        match self.response.header(name) {
            Some(value) => value,
            None => self.fails(&format!("a header {name}"), &format!("no header {name}; {}", self.header_names())),
        }
    }

    /// The body, which must be JSON.
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.response.body) {
            Ok(value) => value,
            Err(_) => self.fails("a JSON body", &self.response.shown()),
        }
    }

    /// The HTTP status, for a check that takes more than one.
    pub fn status(&self) -> u16 {
        self.response.status
    }

    /// The body as bytes.
    pub fn body(&self) -> &[u8] {
        &self.response.body
    }

    /// One field of the JSON body, which must be there: `posts`, `error.code`, `posts.0.id`.
    pub fn field(&self, path: &str) -> Value {
        let body = self.json();
        match body.pointer(&pointer(path)) {
            Some(value) => value.clone(),
            None => self.fails(&format!("a field {path} in the body"), &format!("the body has none: {}", short(&body))),
        }
    }

    /// Expects one field of the JSON body to have this value.
    pub fn has_field(&self, path: &str, value: impl Into<Value>) -> &Answer<'lab> {
        let (expected, got) = (value.into(), self.field(path));
        if expected != got {
            self.fails(&format!("{path} in the body is {}", short(&expected)), &format!("{path} is {}", short(&got)));
        }
        self
    }

    shows!();

    /// Leaves the wording of a text field (`error.message`), or a number, to the learner in [`Answer::matches_snapshot`].
    #[must_use]
    pub fn in_own_words(mut self, field: &'static str) -> Answer<'lab> {
        self.own_words.push(field);
        self
    }

    /// Expects reply and response to be those of the answer key, ids, dates, ARNs and cursors aside.
    pub fn matches_snapshot(&self, name: &str) -> &Answer<'lab> {
        self.has_no_differences("the answer that the finished lab gives", &self.differences(name))
    }

    /// Expects the headers of the function's reply to be those of the answer key, whatever else the answer has.
    pub fn headers_match_snapshot(&self, name: &str) -> &Answer<'lab> {
        let mut differences = self.differences(name);
        differences.retain(|difference| difference.path.starts_with("reply.headers"));
        self.has_no_differences("the headers that the finished lab's reply has", &differences)
    }

    fn differences(&self, name: &str) -> Vec<Difference> {
        let reply = self.call.as_ref().map(|call| call.payload());
        let record = record(&self.request, reply, &self.response, &self.own_words);
        self.question.differences(name, &record)
    }

    fn has_no_differences(&self, expected: &str, differences: &[Difference]) -> &Answer<'lab> {
        if !differences.is_empty() {
            self.fails_at_length(expected, rendered(differences));
        }
        self
    }

    /// Ends the test, red.
    pub fn fails(&self, expected: &str, got: &str) -> ! {
        self.fails_at_length(expected, vec![got.to_string()])
    }

    /// As [`Answer::fails`], with several paragraphs about what it got.
    pub(crate) fn fails_at_length(&self, expected: &str, got: Vec<String>) -> ! {
        let mut explanation = self.explanation();
        explanation.expected = vec![expected.to_string()];
        explanation.got = got;
        explanation.fail()
    }

    /// The response as it was on the socket.
    pub(crate) fn response(&self) -> &Response {
        &self.response
    }

    fn explanation(&self) -> Explanation {
        let mut explanation = self.attributed_question().explanation();
        explanation.asked = self.asked();
        let route = format!("{} {}", self.request.method, self.request.target.split('?').next().unwrap_or_default());
        let called = self.call.as_ref().map(ApiInvocation::called);
        let told = cause(&route, called, &self.response);
        let template = self.question.lab.place().shown(&self.question.lab.place().template());
        if called.is_none() && !explanation.next.iter().any(|place| place.contains(&template)) {
            explanation.next.insert(0, template);
        }
        explanation.replied = told.replied;
        explanation.why = if self.is_throttled() { throttled() } else { told.why };
        if called.is_none() && is_unrouted(&self.response) {
            explanation.why.push(format!("The template has {}.", self.question.lab.routes()));
        }
        explanation.log = match called {
            // What other environments logged does not tell why it was not run.
            None if self.is_throttled() || self.response.status == 429 => Vec::new(),
            None => self.question.lab.last_log_lines(),
            Some(called) if called.failed => last_words(&called.log),
            Some(called) if self.response.status >= 500 && !self.question.lab.expects_5xx() => last_words(&called.log),
            Some(_) => Vec::new(),
        };
        let roles = self.question.lab.local().stack().functions.iter().map(|function| &function.role);
        explanation.why.extend(called.and_then(|called| unmet_condition(roles, &called.log)));
        explanation
    }

    /// The question, attributed to the TODO that this answer's kind of failure belongs to.
    fn attributed_question(&self) -> Question<'lab> {
        let attributions = self.question.lab.attributions();
        let todo = match self.call.as_ref().map(ApiInvocation::called) {
            Some(called) if called.failed => {
                attributions.todo(Failure::FunctionError).filter(|_| is_returned_error(called))
            }
            Some(called) if called.malformed.is_some() || is_mislabelled(&self.response) => {
                attributions.todo(Failure::MalformedReply)
            }
            Some(_) => None,
            None if is_unrouted(&self.response) => attributions.todo_of_path(&self.request.target),
            None if self.is_throttled() => attributions.todo(Failure::FunctionThrottled),
            None if self.response.status == 429 => attributions.todo(Failure::RequestThrottled),
            None => None,
        };
        self.question.attributed_to(todo.or(self.attributed).unwrap_or(self.question.todo))
    }

    /// Whether API Gateway answered because Lambda refused to run the function.
    fn is_throttled(&self) -> bool {
        let is_gateways_own = self.call.is_none() && self.response.status == 500;
        let id = is_gateways_own.then(|| self.response.header("x-amzn-requestid")).flatten();
        id.and_then(|id| self.question.lab.cloud().execution_failure(id)).is_some_and(|line| is_throttled(&line))
    }

    fn asked(&self) -> Vec<String> {
        let mut asked = vec![format!("{} {}", self.request.method, self.request.target)];
        for (name, value) in &self.request.headers {
            asked.push(format!("{name}: {}", cut(value, 60)));
        }
        if let Some(body) = &self.request.body {
            asked.push(short_text(body));
        }
        if self.call.as_ref().is_some_and(|call| call.event()["isBase64Encoded"] == true) {
            asked.push("(the event has that body in base64, and says so)".to_string());
        }
        let before = self.question.lab.asked_before();
        if !before.is_empty() {
            asked.push(format!("(after {before})"));
        }
        asked
    }

    fn header_names(&self) -> String {
        let names: Vec<_> = self.response.headers.iter().map(|(name, _)| name.as_str()).collect();
        format!("the answer's headers are {}", names.join(", "))
    }
}

/// The differences of an exchange, a line each. What is wrong in the reply is wrong in the response too: it is said once.
fn rendered(differences: &[Difference]) -> Vec<String> {
    let in_reply: Vec<_> = differences.iter().filter_map(|d| d.path.strip_prefix("reply.")).collect();
    let repeats = |path: &str| {
        let tail = path.strip_prefix("response.").map(|tail| if tail == "status" { "statusCode" } else { tail });
        tail.is_some_and(|tail| in_reply.contains(&tail))
    };
    let own = differences.iter().filter(|d| !repeats(&d.path)).map(ToString::to_string);
    let lines = own.map(|line| line.strip_prefix("reply.").map(str::to_string).unwrap_or(line));
    first(lines.collect(), difference::SHOWN)
}
