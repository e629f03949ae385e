//! What the page says when the API lets itself be read and still has no notes to give, or when the page cannot know
//! where its API is. Each failure has words of its own, and each leaves something to do.

use browser::{Answer, Chromium, serve_answers, serve_site};

const ALLOWED: (&str, &str) = ("access-control-allow-origin", "SITE");

#[tokio::test]
async fn every_status_has_its_own_words() {
    let chromium = Chromium::start().await;
    let cases = [
        (403, "route", "The API has no such route"),
        (404, "strange", "This answer is not the board’s"),
        (429, "tooMany", "The API is taking no more requests for a moment"),
        (500, "broken", "The board failed"),
        (502, "broken", "The board failed"),
        (503, "broken", "The board failed"),
    ];
    for (status, kind, title) in cases {
        let answer = Answer { status, ..Answer::with(&[ALLOWED]) };
        let site = serve_site(&serve_answers(answer.clone(), answer).await).await;
        let tab = chromium.open(&site).await;
        tab.shows_failure("list").await;
        assert_eq!(tab.failure_kind().await, kind, "{status}");
        assert_eq!(tab.text("failure-title").await, title, "{status}");
        assert!(!tab.text("failure-next").await.is_empty(), "{status}");
    }
}

#[tokio::test]
async fn a_page_that_does_not_know_its_api_says_which_file_to_mend() {
    let chromium = Chromium::start().await;
    for (api, wrong) in [
        ("dev", "neither a whole address nor a path"),
        ("//dev", "neither a whole"),
        ("ftp://example.com/dev", "must begin with http"),
    ] {
        let tab = chromium.open(&serve_site(api).await).await;
        assert_eq!(tab.failure_kind().await, "config");
        let detail = tab.text("failure-detail").await;
        assert!(detail.contains("/config.json") && detail.contains(wrong), "{detail}");
    }
}

#[tokio::test]
async fn trying_again_shows_the_board_once_it_answers() {
    let chromium = Chromium::start().await;
    let preflight = Answer::with(&[ALLOWED]);
    let api = serve_answers(preflight.clone(), Answer { status: 503, ..preflight.clone() }).await;
    let tab = chromium.open(&serve_site(&api).await).await;
    tab.shows_failure("list").await;
    // The page's next request meets an API that has recovered.
    let recovered = serve_answers(preflight.clone(), preflight).await;
    tab.run(&format!(
        "const real = fetch; window.fetch = (url, options) => real(url.replace('{api}', '{recovered}'), options);"
    ))
    .await;
    tab.click("failure-retry").await;
    tab.shows("list").await;
    tab.text("list-empty").await;
}

#[tokio::test]
async fn who_is_offline_is_told_so_and_not_sent_to_a_console() {
    let chromium = Chromium::start_with(&["api.example"]).await;
    let answer = Answer::with(&[ALLOWED]);
    let here = serve_answers(answer.clone(), answer).await;
    let elsewhere = here.replace("127.0.0.1", "api.example");
    // A machine without a network still reaches itself, so an API on it that is silent is not there.
    for (api, kind) in [(&elsewhere, "offline"), (&here, "hidden")] {
        let tab = chromium.open(&serve_site(api).await).await;
        tab.shows("list").await;
        tab.is_offline(true).await;
        tab.click("list-refresh").await;
        tab.shows_failure("list").await;
        assert_eq!(tab.failure_kind().await, kind, "{api}");
        tab.is_offline(false).await;
        tab.click("failure-retry").await;
        tab.shows("list").await;
    }
}
