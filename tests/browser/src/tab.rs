//! A tab: going somewhere, pressing, typing, looking, and waiting for a condition. What the board's page has in it is
//! `page`'s.

use std::path::Path;
use std::time::Duration;

use chromiumoxide::cdp::browser_protocol::dom::SetFileInputFilesParams;
use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams,
};
use chromiumoxide::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, DispatchMouseEventParams, DispatchMouseEventPointerType,
    DispatchMouseEventType, InsertTextParams, MouseButton,
};
use chromiumoxide::cdp::browser_protocol::page::{PrintToPdfParams, SetBypassCspParams};
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use chromiumoxide::{Element, Page};
use futures_util::{StreamExt, stream};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::console::Console;

/// How long a condition may take. Only a failing test ever waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);
/// How often a page looks for what changes without a change of the document.
const UNSEEN: Duration = Duration::from_millis(50);

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
        tab.goto(url).await;
        tab
    }

    /// A window that a page has opened.
    pub(crate) async fn of(page: Page) -> Tab {
        let console = Console::of(&page).await;
        Tab { page, console }
    }

    /// Goes to another page, by its address.
    pub async fn goto(&self, url: &str) {
        self.page.goto(url).await.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
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

    /// Takes the network away from the tab, or gives it back.
    #[expect(deprecated, reason = "what takes its place is experimental")]
    pub async fn is_offline(&self, offline: bool) {
        let conditions = chromiumoxide::cdp::browser_protocol::network::EmulateNetworkConditionsParams::new(
            offline, 0.0, -1.0, -1.0,
        );
        self.page.execute(conditions).await.expect("a tab has a network");
        self.until(&format!("navigator.onLine === {}", !offline)).await;
    }

    /// Makes the tab a phone's screen, held upright or on its side, in CSS pixels.
    pub async fn is_a_phone(&self, width: i64, height: i64) {
        let size = SetDeviceMetricsOverrideParams::new(width, height, 1.0, true);
        self.page.execute(size).await.expect("a tab has a size");
        self.until(&format!("innerWidth === {width} && innerHeight === {height}")).await;
    }

    /// Lays the page out as it is printed: for paper of size A4, between margins of 12 millimetres.
    pub async fn is_on_paper(&self) {
        let media = SetEmulatedMediaParams::builder().media("print").build();
        self.page.execute(media).await.expect("a tab has a medium");
        self.until("matchMedia('print').matches").await;
        self.is_wide(703).await;
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
    /// of the focus and of the address makes it look again, and so does the time, because storage and microphones change without them.
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
                const unseen = setInterval(look, {unseen});
                const finish = (text) => {{ watcher.disconnect(); clearTimeout(late); clearInterval(unseen); resolve(text); }};
                watcher.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
                for (const type of ["focusin", "focusout", "hashchange", "resize"]) addEventListener(type, look);
                look();
            }})"#,
            patience = PATIENCE.as_millis(),
            unseen = UNSEEN.as_millis(),
        );
        let instead: String = self.evaluate(&watch).await;
        assert!(instead.is_empty(), "This never came: {condition}\nThe page shows:\n{instead}");
    }

    /// Puts the tab in front of the others: only there do keys reach it.
    pub async fn in_front(&self) {
        self.page.bring_to_front().await.expect("a tab can be chosen");
    }

    /// Clicks the first element with this hook, with the mouse, once it is there.
    pub async fn click(&self, hook: &str) {
        self.click_on(&format!("[data-test=\"{hook}\"]")).await;
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

    /// Presses a key while others are held: `Control`, `Shift`.
    pub async fn press_with(&self, held: &[&str], key: &str) {
        let modifiers = held.iter().map(|held| if *held == "Control" { 2 } else { 8 }).sum::<i64>();
        // A letter's code is its place on the keyboard.
        let code = if key.len() == 1 { format!("Key{}", key.to_uppercase()) } else { key.to_string() };
        let event = DispatchKeyEventParams::builder().key(key).code(code).modifiers(modifiers);
        for kind in [DispatchKeyEventType::RawKeyDown, DispatchKeyEventType::KeyUp] {
            let event = event.clone().r#type(kind).build().expect("a kind is all it needs");
            self.page.execute(event).await.unwrap_or_else(|error| panic!("{key} cannot be pressed: {error}"));
        }
    }

    /// Clicks the first element that a CSS selector finds, with the mouse, once it can be seen.
    ///
    /// A page may put another element in its place between the look and the click. Then nothing was clicked, and the other one is.
    pub async fn click_on(&self, selector: &str) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while let Err(error) = self.found(selector).await.click().await {
            assert!(tokio::time::Instant::now() < deadline, "{selector} cannot be clicked: {error}");
            tokio::task::yield_now().await;
        }
    }

    /// Draws with a pen from point to point of the window, in CSS pixels: puts it down at the first, lifts it at the last. The
    /// points come as fast as the browser takes them.
    pub async fn draw(&self, points: &[(f64, f64)]) {
        self.page.bring_to_front().await.expect("a tab can be chosen");
        let event = |kind, (x, y): (f64, f64), buttons| {
            let event = DispatchMouseEventParams::builder().r#type(kind).x(x).y(y).button(MouseButton::Left);
            let event = event.buttons(buttons).click_count(1).force(0.6);
            event.pointer_type(DispatchMouseEventPointerType::Pen).build().expect("a kind and a place are all it needs")
        };
        let (first, last) = (points[0], points[points.len() - 1]);
        let down = self.page.execute(event(DispatchMouseEventType::MousePressed, first, 1)).await;
        down.expect("a pen can be put down");
        let moves = points[1..].iter().map(|point| event(DispatchMouseEventType::MouseMoved, *point, 1));
        let sent = stream::iter(moves).map(|event| self.page.execute(event)).buffered(64);
        sent.for_each(|sent| async { drop(sent.expect("a pen can be moved")) }).await;
        let up = self.page.execute(event(DispatchMouseEventType::MouseReleased, last, 0)).await;
        up.expect("a pen can be lifted");
    }

    /// Chooses a file in a file field, as its window does.
    pub async fn choose_file(&self, selector: &str, file: &Path) {
        let field = self.found(selector).await;
        let choice = SetFileInputFilesParams::builder()
            .file(file.display().to_string())
            .backend_node_id(field.backend_node_id)
            .build();
        self.page.execute(choice.expect("a file is all it needs")).await.expect("a file can be chosen");
    }

    /// Prefers what a media query asks for: `prefers-color-scheme`, `prefers-reduced-motion`.
    pub async fn prefer(&self, name: &str, value: &str) {
        self.page.emulate_media_features(vec![MediaFeature::new(name, value)]).await.expect("a tab has preferences");
    }

    /// How many sheets of paper of this size, in inches, the page is printed on.
    pub async fn sheets(&self, width: f64, height: f64) -> usize {
        let paper = PrintToPdfParams::builder().paper_width(width).paper_height(height).print_background(true);
        let pdf = self.page.pdf(paper.build()).await.expect("a page can be printed");
        // A page's dictionary stands in the file as it is; `/Type /Pages` is the list of them.
        let text = String::from_utf8_lossy(&pdf);
        text.matches("/Type /Page").count() - text.matches("/Type /Pages").count()
    }

    /// What axe-core finds wrong with the page as it is, by rule and place.
    pub async fn violations(&self) -> Vec<String> {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).expect("axe-core is installed: npm ci --prefix tests/browser");
        self.run(&axe).await;
        let nodes = "found.nodes.map((node) => `${found.id}: ${node.target.join(' ')}`)";
        self.evaluate(&format!("axe.run().then((result) => result.violations.flatMap((found) => {nodes}))")).await
    }

    /// Runs a script in each page that this tab opens from now on, before the page's own.
    pub async fn run_first(&self, script: &str) {
        self.page.evaluate_on_new_document(script).await.expect("a tab takes scripts");
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
        self.found(&format!("[data-test=\"{hook}\"]")).await
    }

    async fn found(&self, selector: &str) -> Element {
        // Mouse and keyboard reach only the tab in front.
        self.page.bring_to_front().await.expect("a tab can be chosen");
        self.until(&format!("document.querySelector({})?.checkVisibility()", json!(selector))).await;
        let found = self.page.find_element(selector).await;
        found.unwrap_or_else(|error| panic!("{selector} was there and is gone: {error}"))
    }
}

/// A JavaScript expression for the first element with this hook.
pub(crate) fn one(hook: &str) -> String {
    format!("document.querySelector({})", selector(hook))
}

fn selector(hook: &str) -> Value {
    json!(format!("[data-test=\"{hook}\"]"))
}
