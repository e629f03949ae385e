//! The kit's browser, which judges lab 03, against Chromium: the same answers, the same sentences. Where Chromium changes its
//! mind, this is red, and learners are not told what their console does not say.

use browser::{Answer, Chromium, fetched};
use kit::browser::{Browser, asked_for};
use kit::http::{Request, Response};

/// What a page asks for.
#[derive(Debug, Clone, Copy)]
struct Call {
    method: &'static str,
    /// `Content-Type`, if the page sets one.
    media_type: Option<&'static str>,
    credentials: bool,
}

/// Where the kit's page is. Chromium's is at a free port; both are called `SITE` before they are compared.
const SITE: &str = "http://127.0.0.1:4001";

const GET: Call = Call { method: "GET", media_type: None, credentials: false };
const WITH_COOKIES: Call = Call { credentials: true, ..GET };
const PUT: Call = Call { method: "PUT", ..GET };
const FORM: Call = Call { method: "POST", media_type: Some("application/x-www-form-urlencoded"), ..GET };
const JSON: Call = Call { method: "POST", media_type: Some("application/json"), ..GET };

impl Call {
    /// As the page's code has it.
    fn options(&self) -> String {
        let headers = self.media_type.map(|kind| format!("'content-type': '{kind}'")).unwrap_or_default();
        let body = if self.media_type.is_some() { ", body: 'a=b'" } else { "" };
        let credentials = if self.credentials { "include" } else { "omit" };
        format!("{{ method: '{}', headers: {{ {headers} }}, credentials: '{credentials}'{body} }}", self.method)
    }

    /// What the kit's browser says to the same answers; the error is what it writes into the console.
    fn judged(&self, preflight: &Answer, actual: &Answer) -> Result<(), String> {
        let browser = Browser { origin: SITE.to_string(), credentials: self.credentials };
        let headers = self.media_type.map(|kind| ("Content-Type".to_string(), kind.to_string()));
        let asked = asked_for(&Request { headers: headers.into_iter().collect(), ..Request::default() });
        let first = Browser::asks_first(self.method, &asked)
            .then(|| browser.refuses_preflight(&response(preflight), self.method, &asked));
        match first.flatten().or_else(|| browser.hides(&response(actual))) {
            Some(why) => Err(browser.console("API/board", &why).replace(SITE, "SITE")),
            None => Ok(()),
        }
    }
}

fn response(answer: &Answer) -> Response {
    let headers = answer.headers.iter().map(|(name, value)| ((*name).to_string(), value.replace("SITE", SITE)));
    Response { status: answer.status, headers: headers.collect(), body: Vec::new() }
}

#[tokio::test]
async fn the_kits_browser_says_what_chromium_says() {
    let chromium = Chromium::start().await;
    const ORIGIN: &str = "access-control-allow-origin";
    const CREDENTIALS: &str = "access-control-allow-credentials";
    const METHODS: &str = "access-control-allow-methods";
    const HEADERS: &str = "access-control-allow-headers";
    let with = |headers: &[(&'static str, &'static str)]| Answer::with(headers);
    let fine = || with(&[(ORIGIN, "SITE")]);
    let cases = [
        (GET, fine(), fine()),
        (GET, fine(), with(&[])),
        (GET, fine(), with(&[(ORIGIN, "*")])),
        (GET, fine(), with(&[(ORIGIN, "null")])),
        (GET, fine(), with(&[(ORIGIN, "https://elsewhere.example")])),
        (GET, fine(), with(&[(ORIGIN, "SITE/")])),
        (GET, fine(), with(&[(ORIGIN, "SITE, https://elsewhere.example")])),
        (GET, fine(), with(&[(ORIGIN, "*"), (ORIGIN, "*")])),
        (GET, fine(), with(&[(ORIGIN, "elsewhere.example")])),
        (GET, fine(), Answer { status: 404, ..fine() }),
        (WITH_COOKIES, fine(), with(&[(ORIGIN, "*"), (CREDENTIALS, "true")])),
        (WITH_COOKIES, fine(), fine()),
        (WITH_COOKIES, fine(), with(&[(ORIGIN, "SITE"), (CREDENTIALS, "true")])),
        (FORM, with(&[]), fine()),
        (JSON, with(&[]), fine()),
        (JSON, fine(), fine()),
        (JSON, with(&[(ORIGIN, "SITE"), (HEADERS, "X-Other, Content-Type")]), fine()),
        (JSON, with(&[(ORIGIN, "*"), (HEADERS, "*")]), with(&[])),
        (PUT, Answer { status: 405, ..fine() }, fine()),
        (PUT, Answer { status: 403, ..with(&[]) }, fine()),
        (PUT, fine(), fine()),
        (PUT, with(&[(ORIGIN, "SITE"), (METHODS, "GET, put")]), fine()),
        (PUT, with(&[(ORIGIN, "SITE"), (METHODS, "GET, PUT")]), fine()),
        (PUT, with(&[(ORIGIN, "*"), (METHODS, "*")]), with(&[])),
    ];
    let mut answered = 0;
    for (call, preflight, actual) in cases {
        let case = format!("{call:?} {preflight:?} {actual:?}");
        let judged = call.judged(&preflight, &actual);
        let got = fetched(&chromium, &call.options(), preflight, actual).await;
        assert_eq!(judged, got, "{case}");
        answered += usize::from(got.is_ok());
    }
    assert_eq!(answered, 7, "the cases have both kinds");
}
