//! Running a page: its document, its scripts and its requests, without a browser.
//!
//! A lab's page is judged by what it does, not by how its text reads. [`Ask::page`] opens it in a stand-in for a browser: the
//! scripts are run by an embedded JavaScript engine (QuickJS), `fetch` sends real HTTP to the lab's cloud and keeps the
//! same-origin policy as Chromium does, preflights and console messages included.
//!
//! ```ignore
//! let page = lab.asks("lab-06.6", "attach a picture").page("web");
//! page.choose("#file", "lake.png", "image/png", &[0x89]).submit("#attach");
//! page.has_text("#status", "lake.png is attached");
//! ```
//!
//! # What it is not
//!
//! There is no layout, no style, no history, no storage, no cookie and no frame. Markup is read by a small parser that wants
//! every tag closed; selectors are tags, ids, classes, attributes and their nesting. Pictures are never loaded: one that markup
//! brings in reports an error at once, which is when `onerror` runs. There is `fetch` and no `XMLHttpRequest`. Timers run in
//! order and take no time. What needs more than that belongs in `tests/browser`, which drives Chromium.

mod address;
mod engine;
mod network;

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::json;

use crate::ask::{Ask, Question};
use crate::explanation::shows;
use crate::http::Response;
use crate::site::{Endpoint, error_of, shown, why};
use engine::Engine;
pub use network::PageRequest;
use network::{Host, Network, Source, text_of};

/// How many of a page's last requests an explanation tells.
const REQUESTS: usize = 6;
/// How many of its last lines on the console.
const LINES: usize = 4;

/// A page that is open, and everything that was done to it.
pub struct OpenPage<'lab> {
    question: Question<'lab>,
    engine: Engine,
    network: Rc<Network>,
    done: RefCell<Vec<String>>,
}

impl<'lab> Ask<'lab> {
    /// Opens `index.html` of a folder of the package as a developer's own server gives it out, at the site's address. Its
    /// `/config.json` names the lab's API.
    pub fn page(self, folder: &str) -> OpenPage<'lab> {
        let lab = self.question().lab;
        let config = json!({ "api": lab.cloud().api_url() }).to_string();
        let source = Source::Folder { folder: lab.place().folder().join(folder), config };
        OpenPage::open(self.question(), source, &format!("open {folder}/index.html"))
    }

    /// Opens the site's first page as its readers do, through the distribution.
    pub fn published_page(self) -> OpenPage<'lab> {
        OpenPage::open(self.question(), Source::Edge, "open the published page")
    }
}

impl<'lab> OpenPage<'lab> {
    fn open(question: Question<'lab>, source: Source, done: &str) -> OpenPage<'lab> {
        let (lab, cloud) = (question.lab, question.lab.cloud());
        let network = Rc::new(Network {
            address: format!("{}/", lab.site_url()),
            source,
            api: cloud.api_url().to_string(),
            aws: cloud.local().aws_url(),
            requests: RefCell::default(),
            console: RefCell::default(),
        });
        let first = network.file(&network.address);
        if let Err(got) = is_a_page(&first) {
            let mut explanation = question.explanation();
            explanation.asked = vec![done.to_string()];
            explanation.expected = vec!["a page that a browser shows".to_string()];
            explanation.got = vec![got];
            explanation.why = why_at_the_edge(&first);
            explanation.fail();
        }
        let html = String::from_utf8_lossy(&first.body).into_owned();
        match Engine::open(Rc::clone(&network), &html) {
            Ok(engine) => OpenPage { question, engine, network, done: RefCell::new(vec![done.to_string()]) },
            Err(why) => lab.stop(&why),
        }
    }

    /// Types into a field.
    pub fn fill(&self, selector: &str, value: &str) -> &Self {
        self.act("type", &[selector, value], format!("type \"{value}\" into {selector}"))
    }

    /// Chooses a file in a field for files.
    pub fn choose(&self, selector: &str, name: &str, media_type: &str, bytes: &[u8]) -> &Self {
        let done = format!("choose {name} in {selector}, {media_type}, {} bytes", bytes.len());
        self.act("choose", &[selector, name, media_type, &text_of(bytes)], done)
    }

    /// Sends a form as its button does.
    pub fn submit(&self, selector: &str) -> &Self {
        self.act("submit", &[selector], format!("submit {selector}"))
    }

    /// Clicks.
    pub fn click(&self, selector: &str) -> &Self {
        self.act("click", &[selector], format!("click {selector}"))
    }

    fn act(&self, name: &str, args: &[&str], done: String) -> &Self {
        self.done.borrow_mut().push(done);
        if let Err(why) = self.engine.call::<()>("act", name, args) {
            self.fails("a page on which that can be done", &why);
        }
        self
    }

    /// The text of an element as a reader sees it, blanks made one.
    pub fn text(&self, selector: &str) -> String {
        self.read("text", selector)
    }

    /// The markup inside an element.
    pub fn markup(&self, selector: &str) -> String {
        self.read("html", selector)
    }

    /// The document's title, which every script of the page can change.
    pub fn title(&self) -> String {
        self.read("title", "")
    }

    /// How many elements fit a selector.
    pub fn count(&self, selector: &str) -> usize {
        self.engine.call::<f64>("ask", "count", &[selector]).map_or(0, |count| count as usize)
    }

    /// The text of the page's live region, if it has one and it says something.
    fn status(&self) -> Option<String> {
        let text: Result<String, _> = self.engine.call("ask", "text", &["[role=\"status\"]"]);
        text.ok().filter(|text| !text.is_empty())
    }

    fn read(&self, what: &str, selector: &str) -> String {
        match self.engine.call("ask", what, &[selector]) {
            Ok(text) => text,
            Err(why) => self.fails(&format!("{selector} on the page"), &why),
        }
    }

    /// Expects `text` somewhere in an element.
    pub fn has_text(&self, selector: &str, text: &str) -> &Self {
        let got = self.text(selector);
        if !got.contains(text) {
            let got = if got.is_empty() { "nothing".to_string() } else { format!("\"{got}\"") };
            self.fails(&format!("\"{text}\" in {selector}"), &format!("{selector} says {got}"));
        }
        self
    }

    /// The requests that the page made of the API, oldest first; those for its own files are not among them.
    pub fn requests_to_the_api(&self) -> Vec<PageRequest> {
        self.requests(Host::Api)
    }

    /// The requests that the page made of S3, oldest first.
    pub fn requests_to_storage(&self) -> Vec<PageRequest> {
        self.requests(Host::Storage)
    }

    fn requests(&self, host: Host) -> Vec<PageRequest> {
        let requests = self.network.requests.borrow();
        requests.iter().filter(|request| self.network.host(&request.url) == host).cloned().collect()
    }

    /// The lines on the page's console, oldest first.
    pub fn console(&self) -> Vec<String> {
        self.network.console.borrow().clone()
    }

    shows!();

    /// Ends the test, red.
    pub fn fails(&self, expected: &str, got: &str) -> ! {
        let mut explanation = self.question.explanation();
        explanation.asked.clone_from(&self.done.borrow());
        explanation.expected = vec![expected.to_string()];
        explanation.got = vec![self.network.in_words(got)];
        let requests = self.network.requests.borrow();
        let last = requests.iter().skip(requests.len().saturating_sub(REQUESTS));
        let told: Vec<String> = last.map(|request| request.rendered(&self.network)).collect();
        if !told.is_empty() {
            explanation.why = vec!["The page's requests, oldest first:".to_string()];
            explanation.why.extend(told);
        }
        // What the page says to whoever uses it, unless that is what is judged.
        if let Some(status) = self.status().filter(|status| !got.contains(status.as_str())) {
            explanation.why.push(format!("The page says: \"{}\"", self.network.in_words(&status)));
        }
        let console = self.console();
        let last = &console[console.len().saturating_sub(LINES)..];
        explanation.log = last.iter().map(|line| self.network.in_words(line)).collect();
        explanation.fail()
    }
}

/// Whether a browser would show a response as a page.
fn is_a_page(first: &Response) -> Result<(), String> {
    if first.status != 200 {
        return Err(shown(first));
    }
    match first.header("content-type").unwrap_or_default() {
        html if html.starts_with("text/html") => Ok(()),
        text if text.starts_with("text/") => Err(format!("the page has the type {text:?}: a browser shows its source")),
        other => Err(format!("the page has the type {other:?}: a browser saves it instead of showing it")),
    }
}

/// What an error of S3 means to a reader who comes through CloudFront, as far as its own sentence leaves it out.
fn why_at_the_edge(response: &Response) -> Vec<String> {
    why(Endpoint::CloudFront, error_of(response).map(|(code, _)| code).as_deref())
}
