//! What Chromium itself writes into its console when an API gets CORS wrong. These sentences are what a learner sees
//! and searches for, so they are kept word for word; only the two origins are masked.

use browser::{Answer, Chromium, fetched, serve_answers, serve_site};

const ALLOWED: (&str, &str) = ("access-control-allow-origin", "SITE");
const METHODS: (&str, &str) = ("access-control-allow-methods", "GET,POST,PUT,DELETE");
const HEADERS: (&str, &str) = ("access-control-allow-headers", "content-type");

#[tokio::test]
async fn chromium_says_why_it_hides_an_answer() {
    let chromium = Chromium::start().await;
    let fine = || Answer::with(&[ALLOWED, METHODS, HEADERS]);
    let cases = [
        (
            "{}",
            fine(),
            Answer::with(&[]),
            "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        ),
        (
            "{}",
            fine(),
            Answer::with(&[("access-control-allow-origin", "https://elsewhere.example")]),
            "The 'Access-Control-Allow-Origin' header has a value 'https://elsewhere.example' that is not equal to the \
             supplied origin. Have the server send the header with a valid value.",
        ),
        (
            "{}",
            fine(),
            Answer::with(&[("access-control-allow-origin", "*"), ("access-control-allow-origin", "*")]),
            "The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed. Have \
             the server send the header with a valid value.",
        ),
        (
            "{ method: 'PUT' }",
            Answer::with(&[]),
            fine(),
            "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header \
             is present on the requested resource.",
        ),
        (
            "{ method: 'PUT' }",
            Answer { status: 403, ..fine() },
            fine(),
            "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.",
        ),
        (
            "{ method: 'PUT' }",
            Answer::with(&[ALLOWED, ("access-control-allow-methods", "GET"), HEADERS]),
            fine(),
            "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
        ),
        (
            "{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }",
            Answer::with(&[ALLOWED, METHODS]),
            fine(),
            "Request header field content-type is not allowed by Access-Control-Allow-Headers in preflight response.",
        ),
    ];
    for (options, preflight, actual, reason) in cases {
        let said = fetched(&chromium, options, preflight, actual).await.expect_err(reason);
        assert_eq!(
            said,
            format!("Access to fetch at 'API/board' from origin 'SITE' has been blocked by CORS policy: {reason}")
        );
    }
}

#[tokio::test]
async fn the_page_says_what_it_cannot_see_and_where_to_look() {
    let chromium = Chromium::start().await;
    let api = serve_answers(Answer::with(&[]), Answer { status: 502, headers: Vec::new() }).await;
    let site = serve_site(&api).await;
    let mut tab = chromium.open(&site).await;
    tab.shows_failure("list").await;
    assert_eq!(tab.failure_kind().await, "hidden");
    assert!(tab.text("failure-detail").await.contains("CORS"));
    assert_eq!(tab.text("failure-command").await, format!("curl -i -H \"Origin: {site}\" \"{api}/board?limit=20\""));
    let said = tab.console.says("/board?limit=20").await.replace(&api, "API").replace(&site, "SITE");
    assert_eq!(
        said,
        "Access to fetch at 'API/board?limit=20' from origin 'SITE' has been blocked by CORS policy: No \
         'Access-Control-Allow-Origin' header is present on the requested resource."
    );
}
