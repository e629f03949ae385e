//! What the rehearsal page shows of the running board. A step of the talk says what to ask for the hop that was just drawn, and here it
//! is asked: a browser keeps the API's answers from a page of another origin, and no page reads logs.
//!
//! The page names a step and nothing else. What is asked stands in the storyboard, so nobody can have anything else asked.

use axum::body::Bytes;
use course::whiteboard::storyboard::Storyboard;
use http::{Method, Request};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use local::cloud::Cloud;
use local::logs::Logs;
use serde_json::json;
use stack::{Function, Stack};

use crate::logs::API_GROUPS;
use crate::output::harmless;
use crate::ready::Addresses;

/// How many lines of a log are shown: those of one request.
const LINES: usize = 12;
/// More than fits on a screen is not read, in bytes.
const MOST: usize = 64 * 1024;

/// The running board, as far as the page shows it.
#[derive(Debug, Clone)]
pub struct LiveBoard {
    addresses: Addresses,
    functions: Vec<Function>,
    logs: Logs,
}

impl LiveBoard {
    /// The board that `cloud` runs.
    pub fn of(cloud: &Cloud, addresses: Addresses) -> LiveBoard {
        let Stack { functions, .. } = cloud.stack();
        LiveBoard { addresses, functions: functions.clone(), logs: cloud.logs().clone() }
    }

    /// The script that says to the page where the board is; nothing for a board that lacks a page or an API, of which the talk's picture
    /// is not true.
    pub fn script(&self) -> Option<String> {
        let Addresses { api, site, options, .. } = &self.addresses;
        let (api, site) = (api.as_ref()?, site.as_ref()?);
        // A folder may be called anything, also what ends a script.
        let told = json!({ "api": api, "site": site, "options": options }).to_string().replace("</", "<\\/");
        Some(format!("window.workbookLive = {told};\n"))
    }

    /// What the board shows for a step of the talk; nothing for a step that shows nothing.
    pub async fn shows(&self, storyboard: &Storyboard, step: &str) -> Option<String> {
        let live = storyboard.step(step)?.live.as_deref()?;
        Some(match live.split_once(' ') {
            None => asked(Method::HEAD, self.addresses.site.as_deref()?).await,
            Some(("log", name)) => self.newest_lines(name),
            Some((method, path)) => {
                let url = format!("{}{path}", self.addresses.api.as_deref()?.trim_end_matches('/'));
                asked(method.parse().ok()?, &url).await
            }
        })
    }

    /// The newest lines of a function's log, or of the API's by the name `api`.
    fn newest_lines(&self, name: &str) -> String {
        let of_function = self.functions.iter().filter(|function| function.name == name);
        let groups: Vec<String> = match name {
            "api" => self.logs.group_names().into_iter().filter(|group| group.starts_with(API_GROUPS)).collect(),
            _ => of_function.map(|function| function.log_group.clone()).collect(),
        };
        let events: Vec<_> = groups.iter().flat_map(|group| self.logs.read(group)).collect();
        let newest = &events[events.len().saturating_sub(LINES)..];
        if newest.is_empty() {
            let page = self.addresses.site.as_deref().unwrap_or("the board's page");
            return format!(
                "The log is empty: nothing has come this way since the board was started. Write a post on {page}, and ask again."
            );
        }
        let lines: Vec<String> = newest.iter().map(|event| harmless(event.message.trim_end())).collect();
        lines.join("\n")
    }
}

/// The answer to a request without a body, as `curl -si` shows it, or why there is none.
async fn asked(method: Method, url: &str) -> String {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let Ok(request) = Request::builder().method(method).uri(url).body(Empty::<Bytes>::new()) else {
        return format!("{url} is not an address.");
    };
    let response = match client.request(request).await {
        Ok(response) => response,
        Err(why) => return format!("The board does not answer: {why}."),
    };
    let (parts, body) = response.into_parts();
    let mut shown = format!("{:?} {}\n", parts.version, parts.status);
    for (name, value) in &parts.headers {
        shown.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    }
    match Limited::new(body, MOST).collect().await {
        Ok(body) => shown.push_str(&format!("\n{}", String::from_utf8_lossy(&body.to_bytes()))),
        Err(why) => shown.push_str(&format!("\nThe body cannot be shown: {why}.")),
    }
    harmless(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use local::clock::Clock;

    fn board(site: Option<&str>) -> LiveBoard {
        let text = |url: &str| url.to_string();
        let addresses = Addresses {
            origins: Default::default(),
            book: text("http://127.0.0.1:4000"),
            site: site.map(text),
            api: Some(text("http://127.0.0.1:4002/dev")),
            aws: text("http://127.0.0.1:4003"),
            env: text("cargo workbook env --data /posts"),
            options: text(" --data /posts"),
        };
        LiveBoard { addresses, functions: vec![Function::named("board-api")], logs: Logs::new(Clock::real()) }
    }

    #[test]
    fn the_rehearsal_page_learns_where_page_and_api_are_if_there_are_both() {
        assert_eq!(
            board(Some("http://127.0.0.1:4001")).script().as_deref(),
            Some(
                "window.workbookLive = {\"api\":\"http://127.0.0.1:4002/dev\",\"options\":\" --data /posts\",\"site\":\"http://127.0.0.1:4001\"};\n"
            )
        );
        assert_eq!(board(None).script(), None);
    }

    #[test]
    fn of_a_log_the_newest_lines_are_shown_and_nothing_in_them_is_obeyed() {
        let board = board(Some("http://127.0.0.1:4001"));
        let group = board.functions[0].log_group.clone();
        let empty = board.newest_lines("board-api");
        assert!(
            empty.starts_with("The log is empty") && empty.contains("Write a post on http://127.0.0.1:4001"),
            "{empty}"
        );
        (0..20).for_each(|line| board.logs.put(&group, "stream", format!("line {line}\u{1b}\n")));
        let shown = board.newest_lines("board-api");
        assert_eq!(shown.lines().count(), LINES);
        assert!(shown.starts_with("line 8") && shown.ends_with("line 19\\u{1b}"), "{shown}");
        assert!(board.newest_lines("api").starts_with("The log is empty"));
    }
}
