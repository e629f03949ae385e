//! Looking at an answer: every method is an expectation, and ends the test with an explanation when it is not met.

use std::fmt::Display;

use serde_json::Value;

use crate::ask::Question;
use crate::cause::{cause, is_its_own_error, is_mislabelled};
use crate::cloud::Call;
use crate::explanation::Explanation;
use crate::http::{Request, Response};
use crate::key::{self, Verdict};
use crate::lab::last_words;
use crate::record::record;
use crate::words::{cut, short, short_text};

/// How many differing fields an explanation shows.
const DIFFERENCES_SHOWN: usize = 6;

/// What came back: the HTTP response, and behind it the function's own reply.
#[derive(Debug)]
pub struct Answer<'lab> {
    question: Question<'lab>,
    request: Request,
    response: Response,
    call: Option<Call>,
    own_words: Vec<&'static str>,
}

impl<'lab> Answer<'lab> {
    pub(crate) fn new(
        question: Question<'lab>,
        request: Request,
        response: Response,
        call: Option<Call>,
    ) -> Answer<'lab> {
        Answer { question, request, response, call, own_words: Vec::new() }
    }

    /// Expects the HTTP status.
    pub fn has_status(&self, status: u16) -> &Answer<'lab> {
        if self.response.status != status {
            self.fails(&format!("status {status}"), &self.shown());
        }
        self
    }

    /// Expects a header with exactly this value; the name is compared without case.
    pub fn has_header(&self, name: &str, value: &str) -> &Answer<'lab> {
        match self.find_header(name) {
            Some(came) if came == value => self,
            Some(came) => self.fails(&format!("header {name}: {value}"), &format!("header {name}: {came}")),
            None => {
                self.fails(&format!("header {name}: {value}"), &format!("no header {name}; {}", self.header_names()))
            }
        }
    }

    /// The value of a header, which must be there.
    pub fn header(&self, name: &str) -> &str {
        match self.find_header(name) {
            Some(value) => value,
            None => self.fails(&format!("a header {name}"), &format!("no header {name}; {}", self.header_names())),
        }
    }

    /// The body, which must be JSON.
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.response.body) {
            Ok(value) => value,
            Err(_) => self.fails("a JSON body", &self.shown()),
        }
    }

    /// The body as bytes.
    pub fn body(&self) -> &[u8] {
        &self.response.body
    }

    /// One field of the JSON body, which must be there: `posts`, `error.code`, `posts.0.id`.
    pub fn field(&self, path: &str) -> Value {
        let body = self.json();
        match body.pointer(&format!("/{}", path.replace('.', "/"))) {
            Some(value) => value.clone(),
            None => self.fails(&format!("a field {path} in the body"), &format!("the body has none: {}", short(&body))),
        }
    }

    /// Expects one field of the JSON body to have this value.
    pub fn has_field(&self, path: &str, value: impl Into<Value>) -> &Answer<'lab> {
        let (expected, came) = (value.into(), self.field(path));
        if expected != came {
            self.fails(&format!("{path} in the body is {}", short(&expected)), &format!("{path} is {}", short(&came)));
        }
        self
    }

    /// Expects what only the check can tell; `expected` and `came` are the words for a red one.
    pub fn shows(&self, holds: bool, expected: impl Display, came: impl Display) -> &Answer<'lab> {
        if !holds {
            self.fails(&expected.to_string(), &came.to_string());
        }
        self
    }

    /// Leaves the wording of a text field (`error.message`) to the learner in [`Answer::matches_snapshot`].
    #[must_use]
    pub fn in_own_words(mut self, field: &'static str) -> Answer<'lab> {
        self.own_words.push(field);
        self
    }

    /// Expects reply and response to be those of the answer key, ids, dates, ARNs and cursors aside.
    pub fn matches_snapshot(&self, name: &str) -> &Answer<'lab> {
        let reply = self.call.as_ref().map(|call| call.payload());
        let record = record(&self.request, reply, &self.response, &self.own_words);
        let about = format!("{}: {}", self.question.todo, self.question.about);
        match key::judge(self.question.lab.place(), name, &about, &record) {
            Verdict::Agrees => self,
            Verdict::Unusable(what, restore) => {
                let mut explanation = self.question.explanation();
                explanation.came = vec![what];
                explanation.next = vec![restore];
                explanation.fail()
            }
            Verdict::Differs(differences) => self.differs(&differences),
        }
    }

    fn differs(&self, differences: &[crate::difference::Difference]) -> ! {
        // What is wrong in the reply is wrong in the response too: it is said once.
        let in_reply: Vec<_> = differences.iter().filter_map(|d| d.path.strip_prefix("reply.")).collect();
        let repeats = |path: &str| {
            let tail = path.strip_prefix("response.").map(|tail| if tail == "status" { "statusCode" } else { tail });
            tail.is_some_and(|tail| in_reply.contains(&tail))
        };
        let mut lines: Vec<String> = differences
            .iter()
            .filter(|d| !repeats(&d.path))
            .map(|d| format!("{}: {}", d.path.strip_prefix("reply.").unwrap_or(&d.path), d.what))
            .collect();
        let more = lines.len().saturating_sub(DIFFERENCES_SHOWN);
        lines.truncate(DIFFERENCES_SHOWN);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        let mut explanation = self.explanation();
        explanation.expected = vec!["the answer that the finished lab gives".to_string()];
        explanation.came = lines;
        explanation.fail()
    }

    /// Ends the test, red.
    pub fn fails(&self, expected: &str, came: &str) -> ! {
        let mut explanation = self.explanation();
        explanation.expected = vec![expected.to_string()];
        explanation.came = vec![came.to_string()];
        explanation.fail()
    }

    fn explanation(&self) -> Explanation {
        let blamed = self.blamed();
        let mut explanation = blamed.explanation();
        explanation.waiting = (blamed.todo != self.question.todo).then(|| self.question.todo.to_string());
        explanation.asked = self.asked();
        let route = format!("{} {}", self.request.method, self.request.target.split('?').next().unwrap_or_default());
        let called = self.call.as_ref().map(Call::called);
        let told = cause(&route, called, &self.response);
        if called.is_none() {
            explanation.next.insert(0, self.question.lab.place().shown(&self.question.lab.place().template()));
        }
        explanation.replied = told.replied;
        explanation.why = told.why;
        explanation.log = match called {
            None => self.question.lab.last_log_lines(),
            Some(called) if called.failed || self.response.status >= 500 => last_words(&called.log),
            Some(_) => Vec::new(),
        };
        explanation
    }

    /// The question, turned to the hole that this answer's kind of failure belongs to.
    fn blamed(&self) -> Question<'lab> {
        let holes = self.question.lab.holes();
        let hole = match self.call.as_ref().map(Call::called) {
            Some(called) if called.failed => holes.error.filter(|_| is_its_own_error(called)),
            Some(called) if called.malformed.is_some() || is_mislabelled(&self.response) => holes.malformed,
            _ => None,
        };
        Question { todo: hole.unwrap_or(self.question.todo), ..self.question }
    }

    fn asked(&self) -> Vec<String> {
        let mut asked = vec![format!("{} {}", self.request.method, self.request.target)];
        for (name, value) in &self.request.headers {
            asked.push(format!("{name}: {}", cut(value, 60)));
        }
        if let Some(body) = &self.request.body {
            asked.push(short_text(body));
        }
        let before = self.question.lab.asked_before();
        if !before.is_empty() {
            asked.push(format!("(after {before})"));
        }
        asked
    }

    fn shown(&self) -> String {
        format!("status {}, {}", self.response.status, short_text(&self.response.body))
    }

    fn find_header(&self, name: &str) -> Option<&str> {
        let found = self.response.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn header_names(&self) -> String {
        let names: Vec<_> = self.response.headers.iter().map(|(name, _)| name.as_str()).collect();
        format!("the answer's headers are {}", names.join(", "))
    }
}
