//! Every kind of request that a browser can be made to send, at every kind of listener.

use super::*;

const SITE: &str = "http://127.0.0.1:4001";
const EVIL: &str = "http://evil.example";
const CHROMIUM: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36";

fn guard() -> Guard {
    let guard = Guard::default();
    guard.add_pages(([127, 0, 0, 1], 4000).into());
    guard.add_pages(([127, 0, 0, 1], 4001).into());
    guard.admit("http://localhost:5173/");
    guard.serve(["site".to_string()]);
    guard
}

fn parts(method: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = http::Request::builder().method(method).uri("/");
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "127.0.0.1:4003");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

/// Whether each listener answers: pages, API, S3, AWS, and the Runtime API. S3's bucket has a rule for `https://upload.example`.
fn admitted(method: &str, headers: &[(&str, &str)]) -> String {
    let parts = parts(method, headers);
    let metadata = FetchMetadata::of(&parts);
    let answers = |listener| guard().check(listener, &metadata, |origin| origin == "https://upload.example").is_ok();
    let listeners = [ListenerKind::Pages, ListenerKind::Api, ListenerKind::S3, ListenerKind::Aws].map(answers);
    let answers = listeners.into_iter().chain([refuse_browsers(&metadata).is_ok()]);
    answers.map(|answers| if answers { 'y' } else { '-' }).collect()
}

#[track_caller]
fn check(what: &str, method: &str, headers: &[(&str, &str)], expected: &str) {
    assert_eq!(admitted(method, headers), expected, "{what}");
}

#[test]
fn nothing_of_a_strangers_page_is_answered() {
    let agent = ("user-agent", CHROMIUM);
    let cross = ("sec-fetch-site", "cross-site");
    for (what, method, headers) in [
        ("fetch", "GET", vec![agent, cross, ("sec-fetch-mode", "cors"), ("origin", EVIL)]),
        ("simple POST", "POST", vec![agent, cross, ("sec-fetch-mode", "no-cors"), ("origin", EVIL)]),
        ("sandboxed frame", "POST", vec![agent, cross, ("sec-fetch-mode", "cors"), ("origin", "null")]),
        ("form", "POST", vec![agent, cross, ("sec-fetch-mode", "navigate"), ("origin", EVIL)]),
        ("link", "GET", vec![agent, cross, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]),
        ("frame", "GET", vec![agent, cross, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")]),
        ("image", "GET", vec![agent, cross, ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")]),
        ("script", "GET", vec![agent, cross, ("sec-fetch-dest", "script"), ("referer", "http://evil.example/page")]),
        ("WebSocket", "GET", vec![agent, ("origin", EVIL), ("upgrade", "websocket"), ("connection", "upgrade")]),
        ("another port", "POST", vec![agent, ("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")]),
        (
            "another port's image",
            "GET",
            vec![agent, ("sec-fetch-site", "same-site"), ("referer", "http://127.0.0.1:8888/")],
        ),
        (
            "another local page",
            "POST",
            vec![agent, ("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:8888")],
        ),
        (
            "speculation",
            "GET",
            vec![agent, ("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate"), ("sec-purpose", "prefetch")],
        ),
        ("prerendering", "GET", vec![agent, ("sec-fetch-site", "none"), ("sec-purpose", "prefetch;prerender")]),
        ("an old prefetch", "GET", vec![agent, ("purpose", "prefetch")]),
        ("old browser", "POST", vec![agent, ("origin", EVIL)]),
        ("old browser's image", "GET", vec![agent, ("referer", "http://evil.example/")]),
        ("old browser's form without origin", "POST", vec![agent]),
        ("a look-alike", "GET", vec![agent, cross, ("origin", "http://127.0.0.1:4001.evil.example")]),
        ("a look-alike's referer", "GET", vec![agent, cross, ("referer", "http://127.0.0.1:4001@evil.example/")]),
    ] {
        check(what, method, &headers, "-----");
    }
    check("a rebound name", "GET", &[("host", "evil.example:4003")], "-y---");
    check("a bucket in front", "GET", &[("host", "site.localhost:4003")], "-yy--");
    check("a website's name", "GET", &[("host", "b.s3-website.x.amazonaws.com")], "-yy--");
    check("two hosts", "GET", &[("host", "127.0.0.1"), ("host", "evil.example")], "-----");
    let agent = ("user-agent", CHROMIUM);
    check("two origins", "GET", &[agent, ("origin", EVIL), ("origin", SITE)], "-----");
    check("two sites", "GET", &[agent, ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "none")], "-----");
    check("two origins of a program", "GET", &[("origin", EVIL), ("origin", SITE)], "yyy--");
}

#[test]
fn own_pages_and_people_are_answered() {
    let agent = ("user-agent", CHROMIUM);
    check("typed", "GET", &[agent, ("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")], "y-yy-");
    check("typed into an old browser, or a program that calls itself one", "GET", &[agent], "yyyy-");
    check("the API's own page in an old one", "GET", &[agent, ("referer", "http://127.0.0.1:4003/dev/x")], "-y---");
    let powershell = "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.26100.1";
    check("PowerShell", "POST", &[("user-agent", powershell)], "yyyyy");
    check("the page itself", "GET", &[agent, ("sec-fetch-site", "same-origin")], "yy---");
    let same_site = ("sec-fetch-site", "same-site");
    check("the site's fetch", "POST", &[agent, same_site, ("origin", SITE)], "yyy--");
    check("the site's image", "GET", &[agent, same_site, ("referer", "http://127.0.0.1:4001/")], "yyy--");
    check("the site's image, which sends no referrer", "GET", &[agent, same_site], "--y--");
    check(
        "by another name",
        "GET",
        &[agent, ("sec-fetch-site", "cross-site"), ("origin", "http://localhost:4001")],
        "yyy--",
    );
    let admitted = ("origin", "http://localhost:5173");
    check("an admitted page", "POST", &[agent, ("sec-fetch-site", "cross-site"), admitted], "-y---");
    let rule = ("origin", "https://upload.example");
    check("a bucket's rule", "PUT", &[agent, ("sec-fetch-site", "cross-site"), rule], "--y--");
    check("a program", "POST", &[], "yyyyy");
    check("curl with an origin", "POST", &[("user-agent", "curl/8.5"), ("origin", EVIL)], "yyy--");
}

#[test]
fn the_api_at_the_sites_address_answers_the_same_pages_under_our_names() {
    let at = |listener, headers: &[(&str, &str)]| {
        guard().check(listener, &FetchMetadata::of(&parts("POST", headers)), |_| false).is_ok()
    };
    let agent = ("user-agent", CHROMIUM);
    let cross = ("sec-fetch-site", "cross-site");
    for headers in [
        vec![],
        vec![agent, ("sec-fetch-site", "same-origin"), ("origin", SITE)],
        vec![agent, ("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")],
        vec![agent, cross, ("origin", "http://localhost:5173")],
        vec![agent, cross, ("origin", EVIL)],
    ] {
        assert_eq!(at(ListenerKind::ApiOfSite, &headers), at(ListenerKind::Api, &headers), "{headers:?}");
    }
    let rebound = [agent, ("sec-fetch-site", "same-origin"), ("host", "evil.example:4001"), ("origin", EVIL)];
    assert!(at(ListenerKind::Api, &rebound), "the gateway refuses the name");
    assert!(!at(ListenerKind::ApiOfSite, &rebound), "the gateway would not see it");
}

#[test]
fn what_the_site_serves_is_written_by_no_page() {
    let agent = ("user-agent", CHROMIUM);
    let put = parts("PUT", &[agent, ("sec-fetch-site", "same-site"), ("origin", SITE)]);
    assert!(guard().keeps_out(&FetchMetadata::of(&put), "site"));
    assert!(!guard().keeps_out(&FetchMetadata::of(&put), "uploads"));
    assert!(!guard().keeps_out(&FetchMetadata::of(&parts("GET", &[agent])), "site"));
    assert!(!guard().keeps_out(&FetchMetadata::of(&parts("PUT", &[])), "site"), "`aws s3 sync` publishes");
}

#[test]
fn a_refusal_repeats_nothing_of_the_request_as_a_page() {
    let origin = "http://<script>alert(1)</script>".to_string();
    let shown = TurnedAway::Page { origin: origin.clone(), navigates: true }.on_the_wire();
    assert!(shown.header("Content-Type").unwrap().starts_with("text/html"));
    assert!(!String::from_utf8_lossy(&shown.body).contains("script>"), "{shown:?}");
    let plain = TurnedAway::Page { origin, navigates: false }.on_the_wire();
    assert!(plain.header("Content-Type").unwrap().starts_with("text/plain"));
    assert_eq!(plain.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn a_page_is_remembered_once_and_only_where_it_was_turned_away() {
    let (guard, agent, cross) = (guard(), ("user-agent", CHROMIUM), ("sec-fetch-site", "cross-site"));
    let ask = |listener, headers: &[(&str, &str)]| {
        let parts = parts("POST", headers);
        let _ = guard.check(listener, &FetchMetadata::of(&parts), |_| false);
    };
    ask(ListenerKind::Api, &[agent, cross, ("origin", "http://localhost:5173")]);
    ask(ListenerKind::Api, &[("user-agent", "curl/8.5"), ("origin", EVIL)]);
    ask(ListenerKind::Aws, &[agent, cross, ("origin", EVIL)]);
    assert!(guard.turned_away().borrow().is_empty(), "admitted, a program, and another listener");
    (0..2).for_each(|_| ask(ListenerKind::Api, &[agent, cross, ("origin", EVIL)]));
    assert_eq!(*guard.turned_away().borrow(), [EVIL]);
    for port in 1..100 {
        ask(ListenerKind::Api, &[agent, cross, ("origin", &format!("http://localhost:{port}"))]);
    }
    assert_eq!(guard.turned_away().borrow().len(), TURNED_AWAY);
}
