//! The book as it is read: a pasted message finds what explains it, a Korean word its definition, and pages can be read by everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use browser::{Chromium, Tab};
use journeys::Board;
use serde_json::Value;
use tempfile::TempDir;

/// Pages of every kind.
const PAGES: [&str; 12] = [
    "index.html",
    "setup.html",
    "03-cors.html",
    "05-the-board.html",
    "11-in-a-vpc.html",
    "template-yaml.html",
    "concepts/networks.html",
    "concepts/serverless.html",
    "register.html",
    "register/missing-authentication-token.html",
    "glossary.html",
    "protection.html",
];
/// Where the search leads that has no page: the introduction's table.
const TABLE: &str = "/introduction.html#which-hop-gives-which-error";
/// mdBook's five looks.
const THEMES: [&str; 5] = ["light", "rust", "coal", "navy", "ayu"];
/// The most that a page may weigh, in bytes, with all that it loads before somebody does anything, but for fonts.
const WEIGHT: usize = 300_000;

struct Reading {
    chromium: Chromium,
    board: Board,
    _data: TempDir,
}

impl Reading {
    async fn begin() -> Reading {
        let data = tempfile::tempdir().expect("a folder for the data");
        let (board, chromium) = tokio::join!(Board::start(data.path()), Chromium::start());
        Reading { chromium, board, _data: data }
    }

    async fn page(&self, page: &str) -> Tab {
        self.chromium.open(&self.board.url("book", &format!("/{page}"))).await
    }
}

/// Types or pastes into the book's search.
async fn search(tab: &Tab, text: &str) {
    let text = Value::String(text.to_string());
    tab.run(&format!(
        "const bar = document.getElementById('mdbook-searchbar'); bar.focus(); bar.value = {text}; \
         bar.dispatchEvent(new Event('input', {{ bubbles: true }}));"
    ))
    .await;
}

/// Where the results lead that stand above mdBook's own.
async fn explained(tab: &Tab) -> Vec<String> {
    tab.until("window.workbookRegister").await;
    tab.evaluate("[...document.querySelectorAll('#register-results a')].map((link) => new URL(link.href).pathname + new URL(link.href).hash)").await
}

#[tokio::test]
async fn a_pasted_message_finds_the_page_that_explains_it() {
    let reading = Reading::begin().await;
    let tab = reading.page("03-cors.html").await;
    tab.press("s").await;
    let queries =
        fs::read_to_string(journeys::root().join("book/register/queries.json")).expect("the queries are there");
    let queries: Vec<Value> = serde_json::from_str(&queries).expect("they are JSON");
    assert!(queries.len() > 100);
    search(&tab, "x").await;
    tab.until("window.workbookRegister").await;
    for query in &queries {
        search(&tab, query["text"].as_str().expect("a text")).await;
        let found = explained(&tab).await;
        let text = &query["text"];
        let page_of = |slug: &Value| format!("/register/{}.html", slug.as_str().expect("a page"));
        let pages: Vec<&String> = found.iter().filter(|link| link.starts_with("/register/")).collect();
        let is_table = found.iter().any(|link| link == TABLE);
        match (&query["entry"], &query["perhaps"]) {
            (Value::Null, Value::Array(wanted)) => {
                assert!(pages.into_iter().eq(&wanted.iter().map(page_of).collect::<Vec<_>>()), "{text}: {found:?}");
            }
            (Value::Null, _) => {
                // A word of the glossary may stand in what no page of the register explains.
                assert!(pages.is_empty() && is_table == (query["table"] == true), "{text}: {found:?}");
            }
            (wanted, _) => assert_eq!(found.first(), Some(&page_of(wanted)), "{text}"),
        }
    }
}

/// Says that a key was let go, at which mdBook searches.
async fn mdbook_searches(tab: &Tab) {
    tab.run("document.getElementById('mdbook-searchbar').dispatchEvent(new KeyboardEvent('keyup', { bubbles: true }))")
        .await;
}

#[tokio::test]
async fn what_was_pasted_is_not_said_to_be_nowhere() {
    let reading = Reading::begin().await;
    let tab = reading.page("03-cors.html").await;
    tab.press("s").await;
    search(&tab, "x").await;
    tab.until("window.workbookRegister && window.search").await;
    let header = "document.getElementById('mdbook-searchresults-header')";
    let message = "(7e1c0001-4b1e-4d2a-9c77-0f3d04241eef) Execution failed due to configuration error: Malformed Lambda proxy response";
    search(&tab, message).await;
    mdbook_searches(&tab).await;
    tab.until(&format!("{header}.textContent.includes('Malformed')")).await;
    assert_eq!(
        explained(&tab).await.first().map(String::as_str),
        Some("/register/malformed-lambda-proxy-response.html")
    );
    tab.until(&format!("{header}.offsetParent === null")).await;

    search(&tab, "no page of this book has such a sentence in it, qqqq").await;
    mdbook_searches(&tab).await;
    tab.until(&format!("{header}.textContent.includes('qqqq')")).await;
    tab.until("document.querySelector('#register-results a')").await;
    assert_eq!(explained(&tab).await, [TABLE]);
    let shown: String = tab.evaluate("document.getElementById('mdbook-searchresults-outer').innerText").await;
    assert!(!shown.contains("qqqq"), "{shown}");
    let there: bool = tab
        .evaluate("fetch('/introduction.html').then((page) => page.text()).then((text) => text.includes('id=\"which-hop-gives-which-error\"'))")
        .await;
    assert!(there, "{TABLE} leads nowhere");

    // Words that mdBook finds keep its line.
    search(&tab, "preflight").await;
    mdbook_searches(&tab).await;
    tab.until(&format!("{header}.textContent.includes('preflight') && {header}.offsetParent !== null")).await;
}

#[tokio::test]
async fn a_result_leads_to_the_page_and_a_korean_word_to_its_definition() {
    let reading = Reading::begin().await;
    let tab = reading.page("concepts/networks.html").await;
    tab.press("s").await;
    search(&tab, "{\"message\":\"Missing Authentication Token\"}").await;
    tab.until("document.querySelector('#register-results a')").await;
    tab.run("document.querySelector('#register-results a').click()").await;
    tab.arrives(
        "location.pathname === '/register/missing-authentication-token.html' && document.readyState === 'complete'",
    )
    .await;
    for word in ["콜드 스타트", "스트림", "권한"] {
        tab.run("if (document.getElementById('mdbook-search-wrapper').classList.contains('hidden')) document.getElementById('mdbook-search-toggle').click()").await;
        search(&tab, word).await;
        tab.until("document.querySelector('#register-results a')").await;
        let found = explained(&tab).await;
        // A browser writes the Korean part of an address in percent signs.
        assert!(found.iter().any(|place| place.starts_with("/glossary.html#")), "{word}: {found:?}");
        let there: bool = tab
            .evaluate("fetch('/glossary.html').then((page) => page.text()).then((text) => [...document.querySelectorAll('#register-results a')].every((link) => text.includes(`id=\"${decodeURIComponent(link.hash.slice(1))}\"`)))")
            .await;
        assert!(there, "{word} leads to no definition: {found:?}");
    }
    search(&tab, "no page of this book has such a sentence in it").await;
    assert_eq!(explained(&tab).await, [""; 0]);
}

#[tokio::test]
async fn pages_can_be_read_by_everybody() {
    let reading = Reading::begin().await;
    let mut found = Vec::new();
    for page in PAGES {
        let tab = reading.page(page).await;
        for theme in THEMES {
            tab.run(&format!("localStorage.setItem('mdbook-theme', '{theme}')")).await;
            tab.reload().await;
            tab.until(&format!("document.documentElement.classList.contains('{theme}')")).await;
            tab.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })").await;
            found.extend(tab.violations().await.into_iter().map(|what| format!("{page} in {theme}: {what}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn a_phone_scrolls_no_page_sideways() {
    let reading = Reading::begin().await;
    for page in PAGES {
        let tab = reading.page(page).await;
        tab.is_wide(360).await;
        let wide: i64 = tab.evaluate("document.documentElement.scrollWidth").await;
        assert!(wide <= 360, "{page} is {wide} pixels wide on a phone of 360");
    }
}

/// On paper: what is lighter than text may be on white, what is wider than its place, so that it is cut, and what belongs to the screen.
const UNPRINTABLE: &str = r#"(() => {
    const light = (channel) => channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    const contrast = (color) => {
        const [red, green, blue] = color.match(/[\d.]+/g).map((channel) => light(channel / 255));
        return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
    };
    const main = document.querySelector('main');
    const texts = [...main.querySelectorAll('*')].filter((element) => !element.closest('svg')
        && element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    const pale = texts.filter((element) => contrast(getComputedStyle(element).color) < 4.5);
    const isCut = (element) => element.getBoundingClientRect().right > main.getBoundingClientRect().right + 1
        || element.localName === 'code' && element.scrollWidth > element.clientWidth + 1;
    const wide = [...main.querySelectorAll('table, pre, pre > code, svg')].filter((element) => element.checkVisibility() && isCut(element));
    const isBeside = (element) => !element.contains(main) && !main.contains(element) && element.checkVisibility({ visibilityProperty: true })
        && element.getBoundingClientRect().width > 1 && element.getBoundingClientRect().height > 1;
    const beside = [...document.body.querySelectorAll('*')].filter((element) => isBeside(element));
    const left = main.getBoundingClientRect().left;
    const top = main.getBoundingClientRect().top + scrollY;
    const paper = getComputedStyle(document.documentElement).backgroundColor;
    return [...(paper === 'rgb(255, 255, 255)' ? [] : [`the paper is ${paper}`]),
        ...pale.map((element) => `is pale: ${element.textContent.trim().slice(0, 60)}`),
        ...(top >= 0 ? [] : [`the text begins ${-top} pixels above the paper`]),
        ...(left < 40 ? [] : [`the text begins ${left} pixels from the left`]),
        ...beside.slice(0, 1).map((element) => `is of the screen: <${element.localName} id="${element.id}" class="${element.className}">`),
        ...wide.map((element) => `is cut: <${element.localName}> ${element.textContent.trim().slice(0, 60)}`)];
})()"#;

#[tokio::test]
async fn every_theme_prints_dark_on_white_and_cuts_nothing() {
    let reading = Reading::begin().await;
    let mut found = Vec::new();
    for page in PAGES.into_iter().chain(["concepts/frameworks.html", "concepts/who-may-call.html"]) {
        let tab = reading.page(page).await;
        for theme in THEMES {
            tab.run(&format!("localStorage.setItem('mdbook-theme', '{theme}')")).await;
            // As on a large screen, where the table of contents is open.
            tab.is_wide(1280).await;
            tab.reload().await;
            tab.until(&format!("document.documentElement.classList.contains('{theme}')")).await;
            tab.until("document.documentElement.classList.contains('sidebar-visible')").await;
            tab.is_on_paper().await;
            tab.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })").await;
            let unprintable: Vec<String> = tab.evaluate(UNPRINTABLE).await;
            found.extend(unprintable.into_iter().map(|what| format!("{page} in {theme}: {what}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn a_table_that_goes_on_says_so_until_its_end() {
    let reading = Reading::begin().await;
    for page in ["concepts/api-gateway.html", "concepts/tiers.html"] {
        let tab = reading.page(page).await;
        tab.is_wide(390).await;
        let fading = "[...document.querySelectorAll('main .table-wrapper')].filter((table) => getComputedStyle(table).maskImage !== 'none').length";
        tab.until(&format!("{fading} > 0")).await;
        tab.run("document.querySelectorAll('main .table-wrapper').forEach((table) => { table.scrollLeft = table.scrollWidth; })").await;
        tab.until(&format!("{fading} === 0")).await;
    }
}

#[tokio::test]
async fn answers_are_open_on_paper_and_closed_again_on_the_screen() {
    let reading = Reading::begin().await;
    let tab = reading.page("concepts/serverless.html").await;
    let answers = "[...document.querySelectorAll('main details.answer')].map((box) => box.querySelector('summary ~ :not(.tick)'))";
    // Which text is skipped is known once it has been drawn.
    let drawn = format!(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done({answers}.map((text) => text.checkVisibility())))))"
    );
    let shown: Vec<bool> = tab.evaluate(&drawn).await;
    assert!(shown.len() > 1 && !shown.contains(&true), "answers are shown before anybody has thought: {shown:?}");
    tab.run("window.dispatchEvent(new Event('beforeprint'))").await;
    let shown: Vec<bool> = tab.evaluate(&drawn).await;
    assert!(!shown.contains(&false), "answers are closed on paper: {shown:?}");
    tab.run("window.dispatchEvent(new Event('afterprint'))").await;
    let shown: Vec<bool> = tab.evaluate(&drawn).await;
    assert!(!shown.contains(&true), "answers stay open after printing: {shown:?}");
    // Where no script opens them, the style sheet does.
    tab.is_on_paper().await;
    let shown: Vec<bool> = tab.evaluate(&drawn).await;
    assert!(!shown.contains(&false), "without scripts, answers are closed on paper: {shown:?}");
}

/// The bytes of what a page names and a browser loads with it.
fn loaded_by(page: &str, folder: &Path) -> usize {
    let addresses =
        ["<script src=\"", "rel=\"stylesheet\" href=\"", "css\" href=\"", "rel=\"icon\" href=\"", "<img src=\""]
            .into_iter()
            .flat_map(|start| page.split(start).skip(1))
            .filter_map(|rest| rest.split('"').next());
    let files: BTreeSet<PathBuf> = addresses.filter_map(|address| folder.join(address).canonicalize().ok()).collect();
    files.iter().map(|file| weight_of(file)).sum()
}

fn weight_of(file: &Path) -> usize {
    fs::metadata(file).expect("it is a file").len() as usize
}

#[tokio::test]
async fn no_page_is_heavy() {
    let reading = Reading::begin().await;
    reading.page("index.html").await;
    let pages = journeys::root().join("target").join("book");
    let mut heaviest = (0, PathBuf::new());
    let mut waiting = vec![pages.clone()];
    while let Some(folder) = waiting.pop() {
        for file in fs::read_dir(&folder).expect("the book is built").map(|file| file.expect("it is read").path()) {
            if file.is_dir() {
                waiting.push(file);
            } else if file.extension().is_some_and(|ending| ending == "html") {
                let text = fs::read_to_string(&file).expect("a page is a text");
                heaviest = heaviest.max((weight_of(&file) + loaded_by(&text, &folder), file));
            }
        }
    }
    let (weight, file) = heaviest;
    assert!(weight <= WEIGHT, "{} weighs {weight} bytes", file.display());

    // And so a browser sees it, of which the heaviest page is one.
    let heaviest = file.strip_prefix(&pages).expect("a page of the book").to_string_lossy().replace('\\', "/");
    for page in PAGES.into_iter().chain([heaviest.as_str()]) {
        let tab = reading.page(page).await;
        let loaded: BTreeMap<String, usize> = tab
            .evaluate(
                "Object.fromEntries(performance.getEntries().filter((entry) => 'decodedBodySize' in entry)\
                 .map((entry) => [new URL(entry.name).pathname, entry.decodedBodySize]))",
            )
            .await;
        let is_font = |path: &str| path.ends_with(".woff2");
        let weight: usize = loaded.iter().filter(|(path, _)| !is_font(path)).map(|(_, weight)| weight).sum();
        assert!((1..=WEIGHT).contains(&weight), "{page} loads {weight} bytes: {loaded:#?}");
    }
}

#[tokio::test]
async fn code_has_its_colours() {
    let reading = Reading::begin().await;
    for page in PAGES {
        let tab = reading.page(page).await;
        let unknown: Vec<String> = tab
            .evaluate(
                "[...document.querySelectorAll('main code[class*=\"language-\"]')]\
                 .map((code) => code.className.match(/language-([a-z0-9]+)/)[1]).filter((name) => !hljs.getLanguage(name))",
            )
            .await;
        assert!(unknown.is_empty(), "{page} has code in languages that are not highlighted: {unknown:?}");
    }
}

#[tokio::test]
async fn the_search_is_loaded_when_somebody_searches() {
    let reading = Reading::begin().await;
    let tab = reading.page("03-cors.html").await;
    let loaded = "Boolean(window.elasticlunr || window.Mark || window.workbookRegister)";
    assert!(!tab.evaluate::<bool>(loaded).await);
    // What is typed before the scripts are there is searched for.
    tab.press("s").await;
    search(&tab, "preflight").await;
    tab.until("document.querySelector('#mdbook-searchresults li')").await;
    assert_eq!(tab.evaluate::<String>("document.getElementById('mdbook-searchbar').value").await, "preflight");
    assert!(tab.evaluate::<bool>("document.activeElement === document.getElementById('mdbook-searchbar')").await);
    // A result marks its words on the page to which it leads.
    let result: String = tab.evaluate("document.querySelector('#mdbook-searchresults a').getAttribute('href')").await;
    let tab = reading.page(&result).await;
    tab.until("document.querySelector('main mark')").await;
}
