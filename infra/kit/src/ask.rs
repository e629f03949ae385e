//! Asking: a request put together word by word, and sent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use crate::answer::Answer;
use crate::explanation::Explanation;
use crate::http::{self, Request, Response};
use crate::lab::Lab;
use crate::place::Place;

/// What every expectation needs to know about the question that it belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'lab> {
    pub(crate) lab: &'lab Lab,
    /// The TODO that the question is about: `lab-05.2`.
    pub(crate) todo: &'lab str,
    /// What is asked for, in a few words.
    pub(crate) about: &'lab str,
    /// The TODO that the question was about, where the failure is attributed to another.
    pub(crate) waiting: Option<&'lab str>,
}

impl<'lab> Question<'lab> {
    /// The question, attributed to another TODO: an expectation that fails there keeps this question from being judged.
    pub(crate) fn attributed_to(self, todo: &'lab str) -> Question<'lab> {
        Question { todo, waiting: Some(self.todo).filter(|own| *own != todo), ..self }
    }

    /// An explanation with everything that does not depend on the answer.
    pub(crate) fn explanation(&self) -> Explanation {
        let waiting = self.waiting.map(str::to_string);
        Explanation { waiting, ..Question::explained(self.lab.place(), self.todo, self.about) }
    }

    /// As [`Question::explanation`], where no lab was deployed that could be asked.
    pub(crate) fn explained(place: &Place, todo: &str, about: &str) -> Explanation {
        let mut next = Vec::new();
        match place.todo(todo) {
            Some(found) => next.push(format!("TODO({todo}), {found}")),
            None => next.push(format!("where TODO({todo}) stood")),
        }
        let chapter = place.chapter().map(|file| format!(" ({file})")).unwrap_or_default();
        next.push(format!("the book, chapter {} \"{}\", TODO {todo}{chapter}", place.number, place.title));
        Explanation { todo: todo.to_string(), about: about.to_string(), next, ..Explanation::default() }
    }
}

/// A request in the making; `get`, `post` and the others send it.
#[derive(Debug, Clone)]
#[must_use = "a request that is not sent asks nothing"]
pub struct Ask<'lab> {
    question: Question<'lab>,
    request: Request,
}

impl<'lab> Ask<'lab> {
    pub(crate) fn new(question: Question<'lab>) -> Ask<'lab> {
        Ask { question, request: Request::default() }
    }

    /// What is asked about, for questions that no request asks.
    pub(crate) fn question(&self) -> Question<'lab> {
        self.question
    }

    /// The request as it is so far.
    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Ask<'lab> {
        self.request.headers.push((name.to_string(), value.to_string()));
        self
    }

    /// Adds the headers by which callers of some frameworks say that a request is another one, here `method` of `path`. They are a
    /// caller's words: what the request is stands in the event. `X-HTTP-Method-Override` is not among them, because API Gateway
    /// acts on it before the function is called.
    pub fn pretending_to_be(self, method: &str, path: &str) -> Ask<'lab> {
        let names = ["X-HTTP-Method", "X-Method-Override"].map(|name| (name, method));
        let paths = ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"].map(|name| (name, path));
        names.into_iter().chain(paths).fold(self, |ask, (name, value)| ask.header(name, value))
    }

    /// Gives the request a JSON body.
    pub fn json(self, value: &Value) -> Ask<'lab> {
        self.body("application/json", value.to_string())
    }

    /// Gives the request any body.
    pub fn body(self, media_type: &str, body: impl Into<Vec<u8>>) -> Ask<'lab> {
        self.body_without_a_type(body).header("Content-Type", media_type)
    }

    /// Gives the request a body of which it does not say what it is.
    pub fn body_without_a_type(mut self, body: impl Into<Vec<u8>>) -> Ask<'lab> {
        self.request.body = Some(body.into());
        self
    }

    /// Sends a GET. `target` is path and query without the stage: `/hello?name=Ada`.
    pub fn get(self, target: &str) -> Answer<'lab> {
        self.send("GET", target)
    }

    /// Sends a POST.
    pub fn post(self, target: &str) -> Answer<'lab> {
        self.send("POST", target)
    }

    /// Sends a PUT.
    pub fn put(self, target: &str) -> Answer<'lab> {
        self.send("PUT", target)
    }

    /// Sends a DELETE.
    pub fn delete(self, target: &str) -> Answer<'lab> {
        self.send("DELETE", target)
    }

    /// Sends any method.
    pub fn send(mut self, method: &str, target: &str) -> Answer<'lab> {
        self.request.method = method.to_string();
        self.request.target = target.to_string();
        let seen = self.question.lab.cloud().invocations();
        let response = self.exchange();
        let called = self.question.lab.cloud().invocations_since(&seen);
        self.question.lab.remember(format!("{method} {target} → {}", response.status));
        Answer::new(self.question, self.request, response, called.into_iter().next_back())
    }

    /// Sends the same POST `times` times at the same moment, each over its own connection.
    pub fn post_at_once(self, times: usize, target: &str) -> Vec<Answer<'lab>> {
        self.send_at_once(times, "POST", target, &AtomicUsize::new(0))
    }

    /// Sends the same GET `times` times at the same moment, each over its own connection.
    pub fn get_at_once(self, times: usize, target: &str) -> Vec<Answer<'lab>> {
        self.send_at_once(times, "GET", target, &AtomicUsize::new(0))
    }

    /// Sends a request `times` times at the same moment, and counts in `answered` how many have come back.
    pub(crate) fn send_at_once(
        mut self,
        times: usize,
        method: &str,
        target: &str,
        answered: &AtomicUsize,
    ) -> Vec<Answer<'lab>> {
        self.request.method = method.to_string();
        self.request.target = target.to_string();
        let seen = self.question.lab.cloud().invocations();
        let responses: Vec<Response> = thread::scope(|scope| {
            let call = || {
                let sent = http::send(self.question.lab.cloud().api_url(), &self.request);
                answered.fetch_add(1, Ordering::SeqCst);
                sent
            };
            let callers: Vec<_> = (0..times).map(|_| scope.spawn(call)).collect();
            let joined = callers
                .into_iter()
                .map(|caller| caller.join().unwrap_or_else(|_| Err(std::io::Error::other("the caller broke down"))));
            joined.map(|sent| sent.unwrap_or_else(|why| self.unreachable(&why))).collect()
        });
        // Which of them is answered first is chance, so they are recalled as one.
        self.question.lab.remember(format!("{times} × {method} {target} at once"));
        let mut called = self.question.lab.cloud().invocations_since(&seen);
        let answers = responses.into_iter().map(|response| {
            // Which invocation belongs to which caller is visible in the reply alone.
            let own = called.iter().position(|call| call.became(response.status, &response.body));
            // Of those that failed any will do: a 502 is the same for every cause.
            let own = own.or_else(|| called.iter().position(|call| response.status == 502 && call.is_of_a_502()));
            let call = own.map(|index| called.remove(index));
            Answer::new(self.question, self.request.clone(), response, call)
        });
        answers.collect()
    }

    fn exchange(&self) -> Response {
        http::send(self.question.lab.cloud().api_url(), &self.request).unwrap_or_else(|why| self.unreachable(&why))
    }

    fn unreachable(&self, why: &std::io::Error) -> ! {
        let mut explanation = self.question.explanation();
        explanation.asked = vec![format!("{} {}", self.request.method, self.request.target)];
        explanation.got = vec![format!("no answer from the local API Gateway: {why}")];
        explanation.log = self.question.lab.last_log_lines();
        explanation.fail()
    }
}
