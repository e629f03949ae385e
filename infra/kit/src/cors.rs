//! A page that asks the API, with a browser between the two.
//!
//! `curl` shows every answer, so nothing is wrong with it there. A browser asks on behalf of a page that somebody else may
//! have written, and hands over only what the API says is meant for that page. Its rules are in `browser`, and its
//! sentences are Chromium's, so a red check says what learners find in their console.

use crate::answer::Answer;
use crate::ask::Ask;
use crate::browser::{ALLOW_CREDENTIALS, ALLOW_ORIGIN, Browser, asked_for, lines};

/// The headers by which an answer to a preflight permits something.
const PERMISSION: [&str; 4] =
    [ALLOW_ORIGIN, ALLOW_CREDENTIALS, "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"];

/// The cookie of a page that sends cookies along.
const COOKIE: &str = "visitor=1";
/// What browsers say of themselves with every request, and no page can change.
const OF_ITSELF: [(&str, &str); 6] = [
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
    ("Accept-Language", "en-US,en;q=0.9"),
    ("Sec-Fetch-Dest", "empty"),
    ("Sec-Fetch-Mode", "cors"),
    ("Sec-Fetch-Site", "cross-site"),
    ("User-Agent", "Mozilla/5.0"),
];

/// A page, open in a browser, that is about to call the API.
#[derive(Debug, Clone)]
#[must_use = "a page that asks nothing is shown nothing"]
pub struct Page<'lab> {
    ask: Ask<'lab>,
    browser: Browser,
    of_itself: &'static [(&'static str, &'static str)],
}

/// What a page's call led to.
#[derive(Debug)]
pub struct FetchResult<'lab> {
    /// The answer, or the answer to the preflight when the browser stopped there.
    answer: Answer<'lab>,
    browser: Browser,
    target: String,
    /// Whether the answer is that to the preflight.
    is_preflight: bool,
    /// By which headers the preflight's answer permitted the request.
    permitted_by: Vec<String>,
    blocked: Option<String>,
}

impl<'lab> Ask<'lab> {
    /// Lets a page of `origin` ask (`https://board.example.com`, or `null` for a file that was opened), in a browser.
    pub fn from_page(self, origin: &str) -> Page<'lab> {
        Page { ask: self, browser: Browser { origin: origin.to_string(), credentials: false }, of_itself: &[] }
    }
}

impl<'lab> Page<'lab> {
    /// Sends cookies along, as `credentials: "include"` does.
    pub fn with_credentials(mut self) -> Page<'lab> {
        self.browser.credentials = true;
        self
    }

    /// Sends along what browsers say of themselves, which is left out otherwise: no answer depends on it.
    pub fn with_usual_headers(mut self) -> Page<'lab> {
        self.ask.question().lab.cloud().admit(&self.browser.origin);
        self.of_itself = &OF_ITSELF;
        self
    }

    /// As `fetch(target)`.
    pub fn get(self, target: &str) -> FetchResult<'lab> {
        self.send("GET", target)
    }

    /// As `fetch(target, { method: "POST" })`.
    pub fn post(self, target: &str) -> FetchResult<'lab> {
        self.send("POST", target)
    }

    /// As `fetch(target, { method: "PUT" })`.
    pub fn put(self, target: &str) -> FetchResult<'lab> {
        self.send("PUT", target)
    }

    /// As `fetch(target, { method: "DELETE" })`.
    pub fn delete(self, target: &str) -> FetchResult<'lab> {
        self.send("DELETE", target)
    }

    /// Asks for leave first where a browser does, and sends the request itself only if it is given.
    pub fn send(self, method: &str, target: &str) -> FetchResult<'lab> {
        let Page { ask, browser, of_itself } = self;
        let headers = asked_for(ask.request());
        let mut permitted_by = Vec::new();
        let seen = |answer, is_preflight, permitted_by, blocked| FetchResult {
            answer,
            browser: browser.clone(),
            target: target.to_string(),
            is_preflight,
            permitted_by,
            blocked,
        };
        if Browser::asks_first(method, &headers) {
            let own = browser.preflight(method, &headers);
            let preflight = own.iter().fold(Ask::new(ask.question()), |ask, (name, value)| ask.header(name, value));
            let answer = with_headers(preflight, of_itself).send("OPTIONS", target);
            if let Some(why) = browser.refuses_preflight(answer.response(), method, &headers) {
                return seen(answer, true, permitted_by, Some(why));
            }
            let given = PERMISSION.map(|name| (name, lines(answer.response(), name).join(", ")));
            let given = given.iter().filter(|(_, value)| !value.is_empty());
            permitted_by = given.map(|(name, value)| format!("{name}: {value}")).collect();
        }
        let ask = with_headers(ask.header("Origin", &browser.origin), of_itself);
        // A preflight is sent without cookies, whatever follows it.
        let ask = if browser.credentials { ask.header("Cookie", COOKIE) } else { ask };
        let answer = ask.send(method, target);
        let blocked = browser.hides(answer.response());
        seen(answer, false, permitted_by, blocked)
    }
}

fn with_headers<'lab>(ask: Ask<'lab>, headers: &[(&str, &str)]) -> Ask<'lab> {
    headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value))
}

impl<'lab> FetchResult<'lab> {
    /// Expects that the page gets the answer, and gives it: status, headers and body are as the page sees them.
    pub fn is_shown(self) -> Answer<'lab> {
        if let Some(why) = &self.blocked {
            let may = if self.is_preflight { "send this, and read the answer" } else { "read the answer" };
            let expected = format!("that a page of {} may {may}", self.browser.origin);
            self.answer.fails_at_length(&expected, vec![self.answer.response().shown(), self.console(why)]);
        }
        self.answer
    }

    /// Whether the browser sent the request itself, after its preflight if it needs one.
    pub fn is_sent(&self) -> bool {
        !self.is_preflight
    }

    /// The same result, for expectations that belong to another TODO; see [`Answer::attributed_to`].
    #[must_use]
    pub fn attributed_to(self, todo: &'lab str) -> FetchResult<'lab> {
        FetchResult { answer: self.answer.attributed_to(todo), ..self }
    }

    /// Whether the page gets the answer.
    pub fn reaches_the_page(&self) -> bool {
        self.blocked.is_none()
    }

    /// Expects that the page does not get the answer.
    pub fn is_hidden(&self) -> &FetchResult<'lab> {
        if self.blocked.is_none() {
            let given =
                [ALLOW_ORIGIN, ALLOW_CREDENTIALS].map(|name| (name, lines(self.answer.response(), name).join(", ")));
            let given = given.iter().filter(|(_, value)| !value.is_empty());
            let because: Vec<String> = given.map(|(name, value)| format!("{name}: {value}")).collect();
            self.answer.fails_at_length(
                &format!("that a page of {} is not shown the answer", self.browser.origin),
                vec![
                    self.answer.response().shown(),
                    format!("The browser shows it to the page, because of {}", because.join(" and ")),
                ],
            );
        }
        self
    }

    /// Expects that the browser, which asks for permission first, is not given it, so that nothing else is sent.
    pub fn is_not_sent(&self) -> &FetchResult<'lab> {
        if self.is_sent() {
            let because = match self.permitted_by.as_slice() {
                [] => "no permission is needed for this".to_string(),
                given => format!("the answer to its question has {}", given.join(" and ")),
            };
            self.answer.fails_at_length(
                &format!("that a page of {} may not send this", self.browser.origin),
                vec![format!("The browser sends it, because {because}"), self.answer.response().shown()],
            );
        }
        self
    }

    /// Expects that a page of another origin gets it, too, when a cache keeps this answer and the other page is next. A
    /// cache asks again where `Vary` names the header in which the two requests differ.
    pub fn is_shown_out_of_a_cache_to(&self, other: &str) -> &FetchResult<'lab> {
        let other = Browser { origin: other.to_string(), ..self.browser.clone() };
        let varies = lines(self.answer.response(), "Vary").join(",");
        let is_varied = varies.split(',').map(str::trim).any(|name| name == "*" || name.eq_ignore_ascii_case("origin"));
        let is_kept = !lines(self.answer.response(), "Cache-Control").iter().any(|value| value.contains("no-store"));
        let Some(why) = other.hides(self.answer.response()).filter(|_| is_kept && !is_varied) else { return self };
        let varies = if varies.is_empty() { "no header Vary".to_string() } else { format!("header Vary: {varies}") };
        self.answer.fails_at_length(
            &format!("that a cache does not hand this answer to a page of {}", other.origin),
            vec![format!("{varies}, so it does."), other.console(&self.shown_url(), &why)],
        );
    }

    fn console(&self, why: &str) -> String {
        let happened = match self.is_preflight {
            true => "That is not a permission, so the browser sends nothing more",
            false => "The page sees nothing of it",
        };
        format!("{happened}. Its console: {}", self.browser.console(&self.shown_url(), why))
    }

    /// The address without what differs from run to run.
    fn shown_url(&self) -> String {
        format!("…{}", self.target)
    }
}
