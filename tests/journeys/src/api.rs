//! A board's addresses, and what is asked of them: of a command on this machine, or of a deployment.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::http_client::{Answer, Ask, ask};

/// Where a board is.
#[derive(Debug, Clone)]
pub struct Api {
    /// By what they are: `api`, `site`; of a running command also `book` and `aws`.
    pub addresses: Value,
}

impl Api {
    /// The board that the environment names: `BOARD_API_URL` with its stage, as the stack's output `PageApi` has it (a path is one of
    /// the site), and `BOARD_SITE_ORIGIN`, the site. Nothing when the first is not set.
    ///
    /// # Panics
    ///
    /// When only the first is set: without an origin, half of the contract cannot be asked for.
    pub fn deployed() -> Option<Api> {
        let api = std::env::var("BOARD_API_URL").ok().filter(|url| !url.is_empty())?;
        let site =
            std::env::var("BOARD_SITE_ORIGIN").expect("BOARD_API_URL is set; set BOARD_SITE_ORIGIN too: https://…");
        Some(Api::at(&site, &api))
    }

    /// The board whose site is `site`, and whose API is `api`: an address, or a path of the site.
    fn at(site: &str, api: &str) -> Api {
        let (site, api) = (site.trim_end_matches('/'), api.trim_end_matches('/'));
        let api = if api.starts_with('/') { format!("{site}{api}") } else { api.to_string() };
        Api { addresses: json!({ "api": api, "site": site }) }
    }

    /// Waits until the page's `config.json` names `expected`, an address or a path of the site: it is published after a deployment.
    ///
    /// # Panics
    ///
    /// When it names something else for too long.
    pub async fn page_asks(&self, expected: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let config = self.config().await;
            if config["api"] == expected {
                return;
            }
            assert!(Instant::now() < deadline, "config.json is {config}, and should name {expected}");
        }
    }

    /// The same board with the API at the address that `config.json` names, which may be one of the site.
    ///
    /// # Panics
    ///
    /// When the site has no `config.json`.
    pub async fn as_the_page_asks(&self) -> Api {
        let config = self.config().await;
        Api::at(&self.url("site", ""), config["api"].as_str().expect("config.json names the API"))
    }

    async fn config(&self) -> Value {
        ask(Ask::get(&self.url("site", "/config.json"))).await.json()
    }

    /// The address of `book`, `site`, `api` or `aws`, with `path` after it.
    pub fn url(&self, which: &str, path: &str) -> String {
        format!("{}{path}", self.addresses[which].as_str().expect("every address that a test asks for is known"))
    }

    /// `GET` below the API.
    pub async fn get(&self, path: &str) -> Answer {
        ask(Ask::get(&self.url("api", path))).await
    }

    /// `POST` of JSON below the API.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        ask(Ask::new("POST", &self.url("api", path)).json(body)).await
    }

    /// `DELETE` below the API.
    pub async fn delete(&self, path: &str) -> Answer {
        ask(Ask::new("DELETE", &self.url("api", path))).await
    }

    /// Writes a post and gives what the API made of it.
    pub async fn write(&self, title: &str) -> Value {
        let answer = self.post("/board", &json!({ "title": title, "body": "text", "author": "Ada" })).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// The activity once it is as expected, or what it stands at when `patience` is over: the stream takes its time.
    pub async fn activity(&self, patience: Duration, expected: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + patience;
        loop {
            let answer = self.get("/board/activity").await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let activity = answer.json();
            if expected(&activity) || Instant::now() > deadline {
                return activity;
            }
        }
    }

    /// The activity's count once it has reached `expected`, or what it stands at after half a minute.
    pub async fn activity_count(&self, expected: u64) -> u64 {
        let count = |activity: &Value| activity["count"].as_u64().unwrap_or_default();
        count(&self.activity(Duration::from_secs(30), |activity| count(activity) >= expected).await)
    }

    /// All posts, newest first, read page by page through the cursor.
    pub async fn all_posts(&self, limit: usize) -> Vec<Value> {
        let mut posts = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let path = match &cursor {
                None => format!("/board?limit={limit}"),
                Some(cursor) => format!("/board?limit={limit}&cursor={cursor}"),
            };
            let answer = self.get(&path).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let page = answer.json();
            posts.extend(page["posts"].as_array().expect("a page has posts").iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = Some(next.to_string()),
                None => return posts,
            }
        }
    }
}
