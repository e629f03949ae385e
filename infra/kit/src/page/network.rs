//! Where a page's requests go: to its own origin, and over sockets to everything else in the lab's cloud, by the rules that a
//! browser keeps.
//!
//! A page's own origin is either the folder that it stands in, as a development server serves it, or the edge of the
//! deployed site. No request leaves the machine.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::address::{origin, resolved, scheme};
use crate::browser::{Browser, asked_for, lines};
use crate::http::{self, Request, Response};
use crate::words::{cut, short_text};

/// Headers that a browser sets by itself and lets no page set.
const FORBIDDEN: [&str; 8] =
    ["connection", "content-length", "cookie", "expect", "host", "origin", "referer", "transfer-encoding"];

/// Headers of an answer that a page of another origin may read without leave.
const READABLE: [&str; 7] =
    ["cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"];

/// Where a page's own files come from.
#[derive(Debug)]
pub(super) enum Source {
    /// A folder, with the file that names the API made up.
    Folder { folder: PathBuf, config: String },
    /// The distribution.
    Edge,
}

/// The part of the world that one page can reach.
#[derive(Debug)]
pub(super) struct Network {
    /// The page's own address: `http://127.0.0.1:4711/`.
    pub(super) address: String,
    pub(super) source: Source,
    /// The API's address with its stage, and the AWS endpoint's.
    pub(super) api: String,
    pub(super) aws: String,
    pub(super) requests: RefCell<Vec<PageRequest>>,
    pub(super) console: RefCell<Vec<String>>,
}

/// A request that a page made, and what became of it.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// `POST`.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// What was sent.
    pub body: Vec<u8>,
    /// The status of the answer, also of one that the page was not shown.
    pub status: Option<u16>,
    /// Why the browser kept the answer from the page, or did not even ask.
    pub blocked: Option<String>,
}

/// Who a request went to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    Site,
    Api,
    Storage,
    Elsewhere,
}

impl Network {
    /// `fetch`: a request as the page described it, and the answer as the page gets it, both as JSON.
    pub(super) fn fetch(&self, asked: &str) -> String {
        let asked: Value = serde_json::from_str(asked).unwrap_or_default();
        let text = |name: &str| asked[name].as_str().unwrap_or_default().to_string();
        let headers = asked["headers"].as_array().into_iter().flatten().filter_map(|pair| {
            let (name, value) = (pair[0].as_str()?.to_ascii_lowercase(), pair[1].as_str()?.to_string());
            (!FORBIDDEN.contains(&name.as_str())).then_some((name, value))
        });
        let mut request = PageRequest {
            method: text("method"),
            url: resolved(&text("address"), &self.address).unwrap_or_else(|| text("address")),
            headers: headers.collect(),
            body: bytes_of(asked["body"].as_str().unwrap_or_default()),
            status: None,
            blocked: None,
        };
        let body = asked["body"].is_string().then(|| request.body.clone());
        let mode = text("mode");
        let credentials = asked["credentials"] == "include";
        let answered = self.answered(&mut request, body, &mode, credentials);
        let answer = match &answered {
            // An opaque answer is one of which a page sees nothing.
            Ok(_) if mode == "no-cors" && !self.is_own(&request.url) => {
                json!({ "status": 0, "url": "", "headers": [], "body": "" })
            }
            Ok((response, headers)) => json!({
                "status": response.status,
                "url": request.url,
                "headers": headers,
                "body": text_of(&response.body),
            }),
            Err(why) => {
                self.say(&format!("error: {why}"));
                request.blocked = Some(why.clone());
                json!({ "refused": true })
            }
        };
        self.requests.borrow_mut().push(request);
        answer.to_string()
    }

    /// A file of the page's own origin: a page, a script.
    pub(super) fn file(&self, url: &str) -> Response {
        let path = &url[origin(url).unwrap_or_default().len()..];
        let path = path.split('#').next().unwrap_or_default();
        self.own("GET", path, &[], None).unwrap_or_default()
    }

    /// Writes a line to the console.
    pub(super) fn say(&self, line: &str) {
        self.console.borrow_mut().push(line.to_string());
    }

    fn answered(
        &self,
        request: &mut PageRequest,
        body: Option<Vec<u8>>,
        mode: &str,
        credentials: bool,
    ) -> Result<(Response, Vec<(String, String)>), String> {
        let url = request.url.clone();
        let Some(host) = origin(&url).filter(|_| matches!(scheme(&url), Some("http" | "https"))) else {
            return Err(format!("Fetch API cannot load {url}: its scheme is not one that a page can ask for."));
        };
        let target = url[host.len()..].split('#').next().unwrap_or_default();
        let target = if target.starts_with('/') { target.to_string() } else { format!("/{target}") };
        if self.is_own(&url) {
            let response = self.own(&request.method, &target, &request.headers, body).map_err(|why| why.to_string())?;
            request.status = Some(response.status);
            let headers = response.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
            let headers = headers.collect();
            return Ok((response, headers));
        }
        if mode == "same-origin" {
            let own = origin(&self.address).unwrap_or_default();
            return Err(format!(
                "Fetch API cannot load {url}. Request mode is \"same-origin\" but the URL's origin is not same as the request \
                 origin {own}."
            ));
        }
        if !host.starts_with("http://127.0.0.1:") {
            let url = cut(&url, 80);
            return Err(format!("{url} is not part of the lab's cloud, and nothing else can be reached from here."));
        }
        let browser = Browser { origin: origin(&self.address).unwrap_or_default().to_string(), credentials };
        let response = self.of_another_origin(&browser, host, target, request, body, mode == "no-cors")?;
        let headers = readable(&response);
        Ok((response, headers))
    }

    /// Whether an address is of the page's own origin.
    fn is_own(&self, url: &str) -> bool {
        origin(url).is_some() && origin(url) == origin(&self.address)
    }

    /// What another origin answers to `request`, if the browser lets the page have it.
    fn of_another_origin(
        &self,
        browser: &Browser,
        host: &str,
        target: String,
        request: &mut PageRequest,
        body: Option<Vec<u8>>,
        is_opaque: bool,
    ) -> Result<Response, String> {
        let url = request.url.clone();
        let mut asked = Request { method: request.method.clone(), target, headers: request.headers.clone(), body };
        let send = |asked: &Request| {
            http::send(host, asked).map_err(|why| format!("{} cannot be reached: {why}", self.shown(&url)))
        };
        let names = asked_for(&asked);
        if Browser::asks_first(&asked.method, &names) {
            let headers = browser.preflight(&asked.method, &names);
            let preflight =
                Request { method: "OPTIONS".to_string(), headers, body: None, target: asked.target.clone() };
            if let Some(why) = browser.refuses_preflight(&send(&preflight)?, &asked.method, &names) {
                return Err(browser.console(&url, &why));
            }
        }
        asked.headers.push(("Origin".to_string(), browser.origin.clone()));
        let response = send(&asked)?;
        request.status = Some(response.status);
        match browser.hides(&response).filter(|_| !is_opaque) {
            Some(why) => Err(browser.console(&url, &why)),
            None => Ok(response),
        }
    }

    fn own(
        &self,
        method: &str,
        target: &str,
        headers: &[(String, String)],
        body: Option<Vec<u8>>,
    ) -> std::io::Result<Response> {
        match &self.source {
            Source::Edge => {
                let host = origin(&self.address).unwrap_or_default();
                let request =
                    Request { method: method.to_string(), target: target.to_string(), headers: headers.to_vec(), body };
                http::send(host, &request)
            }
            Source::Folder { folder, config } => {
                let path = target.split('?').next().unwrap_or_default().trim_start_matches('/');
                let answer = |status: u16, kind: &str, body: Vec<u8>| Response {
                    status,
                    headers: vec![("Content-Type".to_string(), kind.to_string())],
                    body,
                };
                // A server of files has nothing to do for other methods, and says so.
                if method != "GET" && method != "HEAD" {
                    return Ok(answer(405, "text/plain", b"Method Not Allowed".to_vec()));
                }
                let path = if path.is_empty() { "index.html" } else { path };
                if path == "config.json" {
                    return Ok(answer(200, "application/json", config.clone().into_bytes()));
                }
                let file =
                    path.split('/').filter(|part| *part != "..").fold(folder.clone(), |file, part| file.join(part));
                Ok(match fs::read(&file) {
                    Ok(body) => answer(200, media_type(path), body),
                    Err(_) => answer(404, "text/plain", b"Not Found".to_vec()),
                })
            }
        }
    }

    /// Who `url` belongs to.
    pub(super) fn host(&self, url: &str) -> Host {
        let at = |base: &str| origin(base).is_some() && origin(base) == origin(url);
        match () {
            () if at(&self.address) => Host::Site,
            () if at(&self.api) => Host::Api,
            () if at(&self.aws) => Host::Storage,
            () => Host::Elsewhere,
        }
    }

    /// `line` with names instead of ports, and without signatures: both are others in every run.
    pub(super) fn in_words(&self, line: &str) -> String {
        let mut line = line.to_string();
        for (base, name) in [(&self.address, "http://site"), (&self.api, "http://api"), (&self.aws, "http://s3")] {
            // A template without an API has no address for one.
            if let Some(base) = origin(base) {
                line = line.replace(base, name);
            }
        }
        match line.split_once("?x-id=").or_else(|| line.split_once("?X-Amz-")) {
            Some((before, query)) => format!("{before}{}", query.find('\'').map_or("", |end| &query[end..])),
            None => line,
        }
    }

    /// An address in words that do not change from run to run: who it belongs to, and the path there.
    pub(super) fn shown(&self, url: &str) -> String {
        let path = url.get(origin(url).map_or(0, str::len)..).unwrap_or_default();
        match self.host(url) {
            Host::Site => format!("{} of the site", cut(path, 100)),
            Host::Api => {
                let stage = &self.api[origin(&self.api).map_or(0, str::len)..];
                format!("{} of the API", cut(path.strip_prefix(stage).unwrap_or(path), 100))
            }
            // The query is a signature, which is another one every time.
            Host::Storage => format!("{} of S3", path.split('?').next().unwrap_or_default()),
            Host::Elsewhere => cut(url, 100),
        }
    }
}

impl PageRequest {
    /// The value of a header; the name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What it was and what became of it, on one line.
    pub(super) fn rendered(&self, network: &Network) -> String {
        let kind = self.header("content-type").map(|kind| format!(", {kind}")).unwrap_or_default();
        let body = match self.body.is_empty() {
            true => String::new(),
            false if network.host(&self.url) == Host::Storage || std::str::from_utf8(&self.body).is_err() => {
                format!(", {} bytes", self.body.len())
            }
            false => format!(", {}", short_text(&self.body)),
        };
        let became = match (&self.status, &self.blocked) {
            (None, _) => "not sent".to_string(),
            (Some(status), None) => status.to_string(),
            (Some(status), Some(_)) => format!("{status}, and kept from the page"),
        };
        format!("{} {}{kind}{body} → {became}", self.method, network.shown(&self.url))
    }
}

/// The headers of an answer from another origin that a page gets to see.
fn readable(answer: &Response) -> Vec<(String, String)> {
    let exposed = lines(answer, "Access-Control-Expose-Headers").join(",").to_ascii_lowercase();
    let exposed: Vec<&str> = exposed.split(',').map(str::trim).collect();
    let headers = answer.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    headers.filter(|(name, _)| READABLE.contains(&name.as_str()) || exposed.contains(&name.as_str())).collect()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

/// Bytes, as a script holds them: one character for each.
pub(super) fn text_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The bytes that a script's text holds.
pub(super) fn bytes_of(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_what_it_was_given_leave_for() {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect()
        };
        let headers = pairs(&[("ETag", "1"), ("X-Amz-Id-2", "2"), ("Access-Control-Expose-Headers", "etag")]);
        assert_eq!(readable(&Response { status: 200, headers, body: Vec::new() }), pairs(&[("etag", "1")]));
    }

    #[test]
    fn ports_and_signatures_become_names() {
        let network = Network {
            address: "http://127.0.0.1:9/".to_string(),
            source: Source::Edge,
            api: String::new(),
            aws: "http://127.0.0.1:7".to_string(),
            requests: RefCell::default(),
            console: RefCell::default(),
        };
        let line = "fetch at 'http://127.0.0.1:7/site/a?X-Amz-Date=1' from 'http://127.0.0.1:9'";
        assert_eq!(network.in_words(line), "fetch at 'http://s3/site/a' from 'http://site'");
    }

    #[test]
    fn bytes_survive_a_script() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(bytes_of(&text_of(&bytes)), bytes);
    }
}
