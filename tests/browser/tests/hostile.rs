//! A stranger's page in the reader's browser, against every port that the command opens.
//!
//! The page does what pages can do without asking anybody: fetch, post, submit forms, navigate, frame, load images and scripts, open
//! WebSockets, and all of it under other names for this machine. Nothing of that may be read, run or written. The ports are found by
//! looking at the process, so a listener that somebody adds is attacked as well.

use browser::{Chromium, Tab, serve_page, serve_return, serve_witness};
use journeys::{Ask, Board, ask};
use serde_json::json;

/// The page of a stranger: `attack(base)` tries everything on one address and says what it got hold of.
const PAGE: &str = r#"<!doctype html><title>stranger</title><body><script>
const settled = (element, yes) => new Promise((done) => {
  element.onload = () => done(yes); element.onerror = () => done(null); document.body.append(element);
});
const element = (name, fields) => Object.assign(document.createElement(name), fields);
const ways = {
  fetch: (url) => fetch(url).then((answer) => answer.text()),
  credentials: (url) => fetch(url, { credentials: 'include' }).then((answer) => answer.text()),
  simple: (url) => fetch(url, { method: 'POST', mode: 'no-cors', body: '{"Records":[]}' }).then(() => null),
  json: (url) => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then(() => 'read'),
  target: (url) => fetch(url, { method: 'POST', headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, body: '{}' }).then(() => 'read'),
  put: (url) => fetch(url, { method: 'PUT', body: 'x' }).then(() => 'read'),
  remove: (url) => fetch(url, { method: 'DELETE' }).then(() => 'read'),
  beacon: async (url) => { navigator.sendBeacon(url, 'x'); return null; },
  image: (url) => settled(element('img', { src: url }), 'shown'),
  script: async (url) => { window.ran = null; await settled(element('script', { src: url }), null); return window.ran; },
  module: (url) => import(url).then(() => 'run'),
  style: (url) => settled(element('link', { rel: 'stylesheet', href: url }), 'applied'),
  frame: async (url) => { await settled(element('iframe', { src: url }), null); return null; },
  form: async (url) => {
    const frame = element('iframe', { name: 'f' + Math.random() });
    document.body.append(frame);
    const form = element('form', { method: 'POST', action: url, target: frame.name, enctype: 'text/plain' });
    form.append(element('input', { name: '{"Records":[],"x":"', value: '"}' }));
    const sent = new Promise((done) => { frame.onload = () => done(null); });
    document.body.append(form);
    form.submit();
    return sent;
  },
  upload: async (url) => {
    const data = new FormData();
    data.append('key', 'index.html');
    data.append('file', new Blob(['<script>1</' + 'script>'], { type: 'text/html' }));
    return fetch(url, { method: 'POST', mode: 'no-cors', body: data }).then(() => null);
  },
  socket: (url) => new Promise((done) => {
    const socket = new WebSocket(url.replace('http', 'ws'));
    socket.onopen = () => done('open'); socket.onerror = () => done(null);
  }),
  events: (url) => new Promise((done) => {
    const source = new EventSource(url);
    source.onopen = () => done('open'); source.onerror = () => { source.close(); done(null); };
  }),
};
async function attack(base, paths, patience) {
  const got = [];
  for (const path of paths) {
    await Promise.all(Object.entries(ways).map(async ([name, way]) => {
      const mark = (path.includes('?') ? '&' : '?') + 'way=' + name;
      const late = new Promise((done) => setTimeout(done, patience, null));
      const result = await Promise.race([way(base + path + mark).catch(() => null), late]);
      if (result) got.push(name + ' ' + path + ': ' + result);
    }));
  }
  return got;
}
</script>"#;

const WAYS: usize = 17;

const PATHS: [&str; 4] =
    ["/", "/dev/board", "/2015-03-31/functions/board-feed/invocations", "/2018-06-01/runtime/invocation/next"];

/// Waits for each way at most for so many milliseconds: what is refused needs none, and what hangs got nothing.
async fn attack(tab: &Tab, base: &str, patience: u32) -> Vec<String> {
    tab.evaluate(&format!("attack({}, {}, {patience})", json!(base), json!(PATHS))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_page_reads_runs_and_writes_nothing() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    // Both functions run, so their Runtime APIs are there to be attacked.
    board.write("mine").await;
    assert_eq!(board.activity_count(1).await, 1);
    let ports = board.listening_ports();
    assert!(ports.len() >= 6, "book, site, API, AWS endpoint and two Runtime APIs: {ports:?}");
    let before = board.happened_with_a_batch().await;

    let chromium = Chromium::start_with(&["evil.example", "rebound.example"]).await;
    let page = serve_page(PAGE).await;
    // The attack is one: where nobody is on guard, every way arrives.
    let (witness, seen) = serve_witness().await;
    let tab = chromium.open(&format!("http://evil.example:{page}/")).await;
    attack(&tab, &format!("http://127.0.0.1:{witness}"), 5_000).await;
    let arrived: std::collections::BTreeSet<String> = seen.lock().expect("it is whole").iter().cloned().collect();
    assert!(arrived.len() >= WAYS - 1, "not all ways arrive: {arrived:?}");

    for (name, hosts) in [("evil.example", &["127.0.0.1", "rebound.example"][..]), ("localhost", &["127.0.0.1"])] {
        let tab = chromium.open(&format!("http://{name}:{page}/")).await;
        for port in &ports {
            for host in hosts {
                let got = attack(&tab, &format!("http://{host}:{port}"), 1_500).await;
                assert!(got.is_empty(), "a page of {name} at {host}:{port}: {got:?}");
            }
        }
    }
    // S3 answers preflights by itself, and refuses them.
    let after = board.happened().await;
    let new = after.lines().skip(before.lines().count());
    let refused = |line: &&str| line.contains(r#""eventName":"OPTIONS /"#) && line.contains(r#""status":403"#);
    let happened: Vec<&str> = new.filter(|line| !refused(line)).collect();
    assert!(happened.is_empty(), "something has happened on the board: {happened:?}");
    assert_eq!(board.get("/board").await.json()["posts"].as_array().map(Vec::len), Some(1));
    let index = std::fs::read_to_string(journeys::root().join("site/index.html")).expect("the page's source");
    assert_eq!(ask(Ask::get(&board.url("site", "/index.html"))).await.text(), index, "the page is what it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_pointed_here_opens_nothing() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let chromium = Chromium::start_with(&["rebound.example"]).await;
    for port in board.listening_ports() {
        // As if the stranger's own page had been loaded from there before: what it asks now is of its own origin.
        let tab = chromium.open(&format!("http://rebound.example:{port}/")).await;
        tab.reload_without_policy().await;
        for path in ["/", "/dev/board", "/2015-03-31/functions", "/_local/board", "/index.html"] {
            let status: u16 = tab.evaluate(&format!("fetch('{path}').then((answer) => answer.status)")).await;
            assert!([400, 403].contains(&status), "port {port} answers {status} to {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_another_site_leads_to_a_question_first() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let chromium = Chromium::start_with(&["evil.example"]).await;
    let page = serve_page("<!doctype html><title>a wiki</title><a id=link href=''>the board</a>").await;
    for which in ["book", "site"] {
        let tab = chromium.open(&format!("http://evil.example:{page}/")).await;
        let url = board.url(which, "/");
        tab.run(&format!("document.getElementById('link').href = '{url}'; document.getElementById('link').click()"))
            .await;
        tab.arrives("document.title === 'Open this address?'").await;
        tab.run("document.querySelector('a').click()").await;
        tab.arrives("document.title !== 'Open this address?' && document.readyState === 'complete'").await;
        assert_eq!(tab.evaluate::<String>("location.href").await, url);
    }
}

/// Browsers call an address typed as well when a server has redirected the typed one, and when a page goes back in the history.
#[tokio::test(flavor = "multi_thread")]
async fn the_api_runs_nothing_for_a_typed_address_before_a_click() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let chromium = Chromium::start_with(&["evil.example"]).await;
    let api = board.url("api", "/board");
    let invocations = async || board.happened().await.matches("\"kind\":\"invocation\"").count();
    let before = invocations().await;
    let stranger = format!("http://evil.example:{}/", serve_return(&api).await);
    for typed in [&api, &stranger] {
        let tab = chromium.open(typed).await;
        tab.arrives("document.title === 'Open this address?'").await;
        assert_eq!(tab.evaluate::<String>("location.href").await, api, "{typed}");
    }
    assert_eq!(invocations().await, before, "nothing ran");
    let tab = chromium.open(&api).await;
    tab.run("document.querySelector('a').click()").await;
    tab.arrives("document.body.innerText.includes('posts')").await;
    assert_eq!(invocations().await, before + 1, "the reader meant it");
}

/// What somebody uploaded is shown, and does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_is_shown_as_a_page_runs_nothing() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let listed = board.aws("GET", "/", "s3").send().await.text();
    let bucket = listed.split("<Name>").nth(1).and_then(|rest| rest.split("</Name>").next()).expect("a bucket");
    let put = Ask::new("PUT", &board.url("aws", &format!("/{bucket}/evil.html")))
        .header("content-type", "text/html")
        .body("<title>shown</title><script>document.title = 'run'</script>");
    assert_eq!(ask(put.signed(board.credentials(), "s3")).await.status, 200);
    let get = Ask::get(&board.url("aws", &format!("/{bucket}/evil.html"))).presigned(board.credentials(), "s3");
    let chromium = Chromium::start().await;
    let tab = chromium.open(get.url()).await;
    tab.until("document.readyState === 'complete'").await;
    assert_eq!(tab.evaluate::<String>("document.title").await, "shown");
    assert_eq!(tab.evaluate::<String>("origin").await, "null", "it has no origin whose data it could read");
}
