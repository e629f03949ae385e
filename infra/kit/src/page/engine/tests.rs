//! What a page sees of its stand-in: markup, events, promises, modules, requests that are answered from its own folder.

use std::cell::RefCell;
use std::fs;
use std::rc::Rc;

use super::super::network::Source;
use super::*;

/// A page of the given files, opened.
fn opened(files: &[(&str, &str)]) -> (Engine, Rc<Network>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let network = Rc::new(Network {
        address: "http://127.0.0.1:9/".to_string(),
        source: Source::Folder {
            folder: folder.path().to_path_buf(),
            config: "{\"api\":\"http://127.0.0.1:8/dev\"}".into(),
        },
        api: "http://127.0.0.1:8/dev".to_string(),
        aws: "http://127.0.0.1:7".to_string(),
        requests: RefCell::default(),
        console: RefCell::default(),
    });
    let html = files.iter().find(|(name, _)| *name == "index.html").map_or("", |(_, text)| text);
    let engine = Engine::open(Rc::clone(&network), html).unwrap();
    (engine, network, folder)
}

/// What a page with this script says on its console.
fn says(body: &str, script: &str) -> Vec<String> {
    let html = format!(
        "<!doctype html><html><head><title>t</title></head><body>{body}<script>{script}</script></body></html>"
    );
    let (_, network, _folder) = opened(&[("index.html", &html)]);
    network.console.borrow().clone()
}

#[test]
fn text_is_text_and_markup_is_markup() {
    let said = says(
        "<p id=a></p><p id=b></p>",
        "const [a, b] = document.querySelectorAll('p'); a.textContent = '<b>1 & 2</b>'; b.innerHTML = '<b>1 &amp; 2</b>';
         console.log(a.innerHTML, b.innerHTML, b.textContent, a.children.length, b.children.length);",
    );
    assert_eq!(said, ["log: &lt;b&gt;1 &amp; 2&lt;/b&gt; <b>1 &amp; 2</b> 1 & 2 0 1"]);
}

#[test]
fn strangers_markup_runs_although_its_scripts_do_not() {
    let said = says(
        "<ul></ul>",
        "const list = document.querySelector('ul');
         list.innerHTML = '<li><script>document.title = \"script\"<\\/script><img src=x onerror=\"document.title = &quot;picture&quot;\"></li>';
         setTimeout(() => console.log(document.title), 1);",
    );
    assert_eq!(said, ["log: picture"]);
}

#[test]
fn elements_are_found_by_what_a_style_sheet_would_say() {
    let said = says(
        "<form id=f class='one two'><input type=file name=x><ul><li class=y>1</li><li>2</li></ul></form>",
        "for (const selector of ['#f', 'form.two', 'input[type=file]', '[name]', 'form li', 'li.y, ul', '#f .y', 'ul input', 'b'])
           console.log(selector, document.querySelectorAll(selector).length);",
    );
    assert_eq!(
        said,
        [
            "#f 1",
            "form.two 1",
            "input[type=file] 1",
            "[name] 1",
            "form li 2",
            "li.y, ul 2",
            "#f .y 1",
            "ul input 0",
            "b 0"
        ]
        .map(|line| format!("log: {line}"))
    );
}

#[test]
fn a_button_sends_its_form_and_a_listener_keeps_the_browser_from_it() {
    let page = "<form id=f><input id=n><button>Go</button></form>
        <script>document.querySelector('#f').addEventListener('submit', (event) => {
          event.preventDefault(); console.log(event.target.id, document.querySelector('#n').value); });</script>";
    let (engine, network, _folder) = opened(&[("index.html", page)]);
    engine.call::<()>("act", "type", &["#n", "Ada"]).unwrap();
    engine.call::<()>("act", "click", &["button"]).unwrap();
    assert_eq!(*network.console.borrow(), ["log: f Ada"]);
    assert_eq!(engine.call::<()>("act", "click", &["#nothing"]).unwrap_err(), "Error: the page has no #nothing");
    let (engine, network, _folder) = opened(&[("index.html", "<form><button>Go</button></form>")]);
    engine.call::<()>("act", "click", &["button"]).unwrap();
    assert!(network.console.borrow()[0].contains("the page was left"));
}

#[test]
fn modules_import_each_other_and_may_wait_at_the_top() {
    let files = [
        ("index.html", "<p id=a></p><script type=module src=/page.js></script>"),
        ("page.js", "import { api } from './api.js'; document.querySelector('#a').textContent = (await api()).api;"),
        ("api.js", "export const api = async () => (await fetch('/config.json')).json();"),
    ];
    let (engine, network, _folder) = opened(&files);
    assert_eq!(engine.call::<String>("ask", "text", &["#a"]).unwrap(), "http://127.0.0.1:8/dev");
    assert!(network.console.borrow().is_empty(), "{:?}", network.console.borrow());
}

#[test]
fn an_object_is_not_an_address_and_is_asked_for_all_the_same() {
    let script = "fetch({ url: '/a', type: 'post' }).then((answer) => console.log(answer.status));
        fetch('/', { method: 'post', body: { a: 1 } }).then((answer) => console.log(answer.status));";
    let (_, network, _folder) = opened(&[("index.html", &format!("<script>{script}</script>"))]);
    assert_eq!(*network.console.borrow(), ["log: 404", "log: 405"]);
    let requests = network.requests.borrow();
    assert_eq!(requests[0].rendered(&network), "GET /[object%20Object] of the site → 404");
    assert_eq!(requests[1].rendered(&network), "POST / of the site, text/plain;charset=UTF-8, [object Object] → 405");
}

#[test]
fn bodies_have_the_types_that_browsers_give_them() {
    let script = "const ask = (body) => fetch('/', { method: 'POST', body });
        ask('{}'); ask(new URLSearchParams({ a: '1 2', b: '가' })); ask(new Blob(['x'], { type: 'image/png' })); ask(new Blob(['x']));";
    let (_, network, _folder) = opened(&[("index.html", &format!("<script>{script}</script>"))]);
    let sent: Vec<(Option<String>, String)> = network
        .requests
        .borrow()
        .iter()
        .map(|sent| (sent.header("content-type").map(str::to_string), String::from_utf8(sent.body.clone()).unwrap()))
        .collect();
    let typed = |kind: &str| Some(kind.to_string());
    assert_eq!(
        sent,
        [
            (typed("text/plain;charset=UTF-8"), "{}".to_string()),
            (typed("application/x-www-form-urlencoded;charset=UTF-8"), "a=1+2&b=%EA%B0%80".to_string()),
            (typed("image/png"), "x".to_string()),
            (None, "x".to_string()),
        ]
    );
}

#[test]
fn what_nobody_looks_at_is_on_the_console() {
    let said = says(
        "",
        "Promise.reject(new Error('lost')); Promise.reject(new Error('found')).catch(() => {});
         fetch('http://elsewhere.example/').catch((error) => console.log(error.message)); nowhere();",
    );
    assert!(said.contains(&"error: Uncaught (in promise) Error: lost".to_string()), "{said:?}");
    assert!(said.iter().any(|line| line.contains("nowhere is not defined")), "{said:?}");
    assert!(said.contains(&"log: Failed to fetch".to_string()), "{said:?}");
    assert!(!said.iter().any(|line| line.contains("found")), "{said:?}");
}

#[test]
fn a_page_that_never_rests_is_stopped() {
    let said = says("", "const again = () => setTimeout(again); again();");
    assert!(said.last().unwrap().contains("never comes to rest"), "{said:?}");
}

#[test]
fn a_module_that_is_not_said_to_be_one_does_not_run() {
    let (_, network, _folder) =
        opened(&[("index.html", "<script type=module src=/page.txt></script>"), ("page.txt", "1")]);
    assert!(
        network.console.borrow()[0].contains("has the type \"application/octet-stream\""),
        "{:?}",
        network.console.borrow()
    );
}

#[test]
fn what_a_request_is_to_be_kept_to_is_kept_to() {
    let said = says(
        "",
        "const tried = async (options) => { try { const a = await fetch('http://127.0.0.1:8/dev', options); console.log(a.status); } catch (e) { console.log(e.message); } };
         (async () => { await tried({ mode: 'same-origin' }); await tried({ mode: 'no-cors', method: 'PUT' }); })();",
    );
    assert_eq!(
        said,
        [
            "error: Fetch API cannot load http://127.0.0.1:8/dev. Request mode is \"same-origin\" but the URL's origin is not \
             same as the request origin http://127.0.0.1:9.",
            "log: Failed to fetch",
            "log: Failed to execute 'fetch' on 'Window': 'PUT' is unsupported in no-cors mode.",
        ]
    );
}
