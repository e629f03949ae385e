//! A tab: going somewhere, pressing, typing, looking, and waiting for a condition. What the board's page has in it is
//! `page`'s.

use std::time::Duration;

use chromiumoxide::cdp::browser_protocol::emulation::SetDeviceMetricsOverrideParams;
use chromiumoxide::cdp::browser_protocol::input::InsertTextParams;
use chromiumoxide::cdp::browser_protocol::page::SetBypassCspParams;
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use chromiumoxide::{Element, Page};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::console::Console;

/// How long a condition may take. Only a failing test ever waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// One tab of a browser.
#[derive(Debug)]
pub struct Tab {
    page: Page,
    /// What the browser writes into this tab's console.
    pub console: Console,
}

impl Tab {
    pub(crate) async fn open(page: Page, url: &str) -> Tab {
        let console = Console::of(&page).await;
        let tab = Tab { page, console };
        tab.page.goto(url).await.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
        tab
    }

    /// Loads the page again, as F5 does.
    pub async fn reload(&self) {
        self.page.reload().await.expect("a page can be loaded again");
    }

    /// Loads the page again without its Content-Security-Policy: as if a page without one had been there before.
    pub async fn reload_without_policy(&self) {
        self.page.execute(SetBypassCspParams::new(true)).await.expect("a policy can be passed by");
        self.reload().await;
    }

    /// Makes the tab this many CSS pixels wide: a small phone, or a large screen that is zoomed in.
    pub async fn is_wide(&self, pixels: i64) {
        let size = SetDeviceMetricsOverrideParams::new(pixels, 640, 1.0, false);
        self.page.execute(size).await.expect("a tab has a size");
        self.until(&format!("innerWidth === {pixels}")).await;
    }

    /// The value of a JavaScript expression in the page; a promise's value once it is there.
    pub async fn evaluate<T: DeserializeOwned>(&self, expression: &str) -> T {
        let question =
            EvaluateParams::builder().expression(expression).await_promise(true).return_by_value(true).build();
        let answer = self.page.evaluate_expression(question.expect("an expression is all it needs")).await;
        let answer = answer.unwrap_or_else(|error| panic!("{expression}\n{error}"));
        // `undefined` has no JSON.
        let value = answer.value().cloned().unwrap_or(Value::Null);
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{expression}\n{error}"))
    }

    /// Waits for a condition while the tab goes from one page to another, where nothing that a page waits for survives.
    ///
    /// # Panics
    ///
    /// When it does not hold within fifteen seconds.
    pub async fn arrives(&self, condition: &str) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let answer = self.page.evaluate(format!("Boolean({condition})")).await;
            if answer.ok().and_then(|answer| answer.into_value::<bool>().ok()) == Some(true) {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "the tab does not arrive at {condition}");
            tokio::task::yield_now().await;
        }
    }

    /// Runs JavaScript statements in the page.
    pub async fn run(&self, statements: &str) {
        self.evaluate::<()>(&format!("(() => {{ {statements} }})()")).await;
    }

    /// Waits until `condition`, a JavaScript expression, holds. The page itself watches: each change of the document,
    /// of the focus and of the address makes it look again.
    ///
    /// # Panics
    ///
    /// When it does not hold within fifteen seconds, with what the page shows instead.
    pub async fn until(&self, condition: &str) {
        let watch = format!(
            r#"new Promise((resolve) => {{
                const holds = () => {{ try {{ return Boolean({condition}); }} catch {{ return false; }} }};
                const look = () => {{ if (holds()) finish(""); }};
                const watcher = new MutationObserver(look);
                const late = setTimeout(() => finish(document.body.innerText), {patience});
                const finish = (text) => {{ watcher.disconnect(); clearTimeout(late); resolve(text); }};
                watcher.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
                for (const type of ["focusin", "focusout", "hashchange", "resize"]) addEventListener(type, look);
                look();
            }})"#,
            patience = PATIENCE.as_millis(),
        );
        let instead: String = self.evaluate(&watch).await;
        assert!(instead.is_empty(), "This never came: {condition}\nThe page shows:\n{instead}");
    }

    /// Clicks the first element with this hook, with the mouse, once it is there.
    pub async fn click(&self, hook: &str) {
        let element = self.element(hook).await;
        element.click().await.unwrap_or_else(|error| panic!("{hook} cannot be clicked: {error}"));
    }

    /// Puts `text` in place of what the field has, as typing or pasting it does.
    pub async fn fill(&self, hook: &str, text: &str) {
        self.element(hook).await.focus().await.expect("a field takes the focus");
        self.run("document.activeElement.select()").await;
        self.page.execute(InsertTextParams::new(text)).await.expect("text can be typed");
    }

    /// Presses one key, where the focus is: `Tab`, `Enter`, `Escape`, …
    pub async fn press(&self, key: &str) {
        let anywhere = self.page.find_element("body").await.expect("a page has a body");
        anywhere.press_key(key).await.unwrap_or_else(|error| panic!("{key} cannot be pressed: {error}"));
    }

    /// Presses the keys of `text` one by one, where the focus is.
    pub async fn strike(&self, text: &str) {
        let anywhere = self.page.find_element("body").await.expect("a page has a body");
        anywhere.type_str(text).await.unwrap_or_else(|error| panic!("{text:?} cannot be typed: {error}"));
    }

    /// Presses Tab until the element with this hook has the focus: what somebody without a mouse does.
    ///
    /// # Panics
    ///
    /// When forty presses do not lead there, with the way they led.
    pub async fn tab_to(&self, hook: &str) {
        let mut way = Vec::new();
        while way.len() < 40 {
            self.press("Tab").await;
            let at: String =
                self.evaluate("document.activeElement.dataset.test ?? document.activeElement.tagName").await;
            if at == hook {
                return;
            }
            way.push(at);
        }
        panic!("The keyboard does not reach {hook}. It went: {}", way.join(", "));
    }

    /// The text of the first element with this hook, once it is there.
    pub async fn text(&self, hook: &str) -> String {
        self.element(hook).await;
        self.evaluate(&format!("({}).textContent.trim()", one(hook))).await
    }

    /// The texts of all elements with this hook, in the page's order.
    pub async fn texts(&self, hook: &str) -> Vec<String> {
        let all =
            format!("[...document.querySelectorAll({})].map((found) => found.textContent.trim())", selector(hook));
        self.evaluate(&all).await
    }

    /// Waits until the element with this hook has the focus.
    pub async fn has_focus_on(&self, hook: &str) {
        self.until(&format!("document.activeElement.dataset.test === {}", json!(hook))).await;
    }

    async fn element(&self, hook: &str) -> Element {
        // Mouse and keyboard reach only the tab in front.
        self.page.bring_to_front().await.expect("a tab can be chosen");
        self.until(&format!("{}?.checkVisibility()", one(hook))).await;
        let found = self.page.find_element(format!("[data-test=\"{hook}\"]")).await;
        found.unwrap_or_else(|error| panic!("{hook} was there and is gone: {error}"))
    }
}

/// A JavaScript expression for the first element with this hook.
pub(crate) fn one(hook: &str) -> String {
    format!("document.querySelector({})", selector(hook))
}

fn selector(hook: &str) -> Value {
    json!(format!("[data-test=\"{hook}\"]"))
}
