//! The board's page in English and Korean: every text is in both tables, the choice is the reader's and is kept, and neither
//! language has a fault that axe-core sees.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use browser::{Chromium, Tab, serve_site};
use journeys::Board;
use serde_json::Value;

/// The files of `site/` that use the tables: `(path, text)`.
fn sources() -> Vec<(PathBuf, String)> {
    fn below(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder of the site") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with("words") {
                below(&path, found);
            } else if path.is_file() {
                let text = std::fs::read_to_string(&path).expect("a file of the site");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    below(&journeys::root().join("site"), &mut found);
    found
}

#[tokio::test]
async fn every_text_has_its_korean() {
    let chromium = Chromium::start().await;
    let tab = chromium.open(&serve_site("http://127.0.0.1/dev").await).await;
    let tables: Value = tab
        .evaluate("Promise.all([import('/js/words/en.js'), import('/js/words/ko.js')]).then(([{ en }, { ko }]) => ({ en, ko }))")
        .await;
    let table = |language: &str| tables[language].as_object().expect("a table").clone();
    let (english, korean) = (table("en"), table("ko"));
    let keys = |table: &serde_json::Map<String, Value>| table.keys().cloned().collect::<BTreeSet<String>>();
    assert_eq!(keys(&english), keys(&korean), "a key is in one table only");
    let hangul = |text: &str| text.chars().any(|character| ('가'..='힣').contains(&character));
    let values = |text: &str| {
        let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        names.map(|(name, _)| name.to_string()).collect::<BTreeSet<String>>()
    };
    for (key, text) in &english {
        let (text, translated) = (text.as_str().expect("a text"), korean[key].as_str().expect("a text"));
        assert!(!hangul(text), "{key} is not English: {text}");
        // What is a value and no more has nothing to translate.
        let words = values(translated)
            .iter()
            .fold(translated.to_string(), |text, name| text.replace(&format!("{{{name}}}"), ""));
        assert!(hangul(translated) || !words.chars().any(char::is_alphanumeric), "{key} has no Korean: {translated}");
        assert_eq!(values(text), values(translated), "{key} has other values in Korean");
    }

    let sources = sources();
    for (path, text) in &sources {
        for mark in ["data-words=\"", "data-label=\"", "say(\""] {
            for key in text.split(mark).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(english.contains_key(key), "{}: {key} is in no table", path.display());
            }
        }
    }
    // The sentences of a failure are found by its kind.
    let kinds = "import('/js/failures.js').then(({ kinds }) => kinds.flatMap((kind) => ['Title', 'Detail', 'Next'].map((part) => kind + part)))";
    let of_kinds: Vec<String> = tab.evaluate(kinds).await;
    let lacking: Vec<&String> = of_kinds.iter().filter(|key| !english.contains_key(*key)).collect();
    assert_eq!(lacking, [""; 0]);
    let unused = english.keys().filter(|key| {
        !of_kinds.contains(*key)
            && *key != "languageName"
            && !sources.iter().any(|(_, text)| text.contains(&format!("\"{key}\"")))
    });
    assert_eq!(unused.collect::<Vec<_>>(), [""; 0], "texts that nothing says");
}

/// What the page's file says by itself, in one language: nothing but its title and what is for browsers without scripts.
const TEXTS_OF_THE_FILE: &str = r#"fetch("/index.html").then((answer) => answer.text()).then((text) => {
    const found = [];
    const look = (root) => {
        for (const node of root.childNodes) {
            if (["TITLE", "NOSCRIPT"].includes(node.nodeName)) continue;
            if (node.nodeType === Node.TEXT_NODE && node.data.trim()) found.push(node.data.trim());
            for (const name of ["aria-label", "title", "placeholder", "alt"]) {
                if (node.getAttribute?.(name)) found.push(node.getAttribute(name));
            }
            look(node.nodeName === "TEMPLATE" ? node.content : node);
        }
    };
    look(new DOMParser().parseFromString(text, "text/html").documentElement);
    return found;
})"#;

/// Texts and labels that can be met on the page and have no Korean in them: not what people wrote, addresses, commands and the API's own words.
const STRAYS: &str = r#"(() => {
    const theirs = "bdi, [dir=auto], code, pre, textarea, input, [lang]:not(html)";
    const foreign = (text) => /[A-Za-z]{2}/.test(text) && !/[가-힣]/.test(text);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (foreign(node.data) && !node.parentElement.closest(`${theirs}, template, noscript`)) found.push(node.data.trim());
    }
    for (const element of document.body.querySelectorAll("[aria-label], [title]")) {
        const labels = [element.getAttribute("aria-label"), element.title].filter(Boolean);
        found.push(...labels.filter(foreign));
    }
    return found;
})()"#;

/// Everything that the page can show, one thing after the other, without a fault in any of them.
async fn looks_right_everywhere(tab: &Tab, post: &str) {
    let korean = tab.evaluate::<String>("document.documentElement.lang").await == "ko";
    let views: [(&str, &str, &[&str]); 5] = [
        ("#/", "list", &[]),
        (post, "read", &["post-remove"]),
        ("#/write", "write", &["send"]),
        (&format!("{post}/edit"), "edit", &[]),
        ("#/posts/0198c8a0-0000-7000-8000-000000000000", "read", &[]),
    ];
    for (address, view, clicks) in views {
        tab.go(address).await;
        tab.until(&format!("document.querySelector('[data-test=view]').dataset.view === '{view}' && !document.querySelector('[aria-busy]')")).await;
        for hook in clicks {
            tab.click(hook).await;
        }
        for scheme in ["light", "dark"] {
            tab.prefer("prefers-color-scheme", scheme).await;
            // A colour that is still on its way to the other is neither.
            let still = "Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))).then(() => null)";
            tab.evaluate::<()>(still).await;
            assert_eq!(tab.violations().await, [""; 0], "{address}, {scheme}");
        }
        if korean {
            assert_eq!(tab.evaluate::<Vec<String>>(STRAYS).await, [""; 0], "{address}");
        }
        tab.run("document.querySelector('dialog[open]')?.close('keep')").await;
    }
    tab.go("#/nowhere").await;
    tab.until("document.querySelector('[data-test=view]').dataset.view === 'nowhere'").await;
    if korean {
        assert_eq!(tab.evaluate::<Vec<String>>(STRAYS).await, [""; 0]);
    }
}

#[tokio::test]
async fn the_page_speaks_the_readers_language_and_keeps_the_choice() {
    let data = tempfile::tempdir().expect("a folder for the data");
    let (board, chromium) = tokio::join!(Board::start(data.path()), Chromium::start());
    let tab = chromium.open(&board.url("site", "")).await;
    tab.shows("list").await;
    assert_eq!(tab.evaluate::<Vec<String>>(TEXTS_OF_THE_FILE).await, [""; 0], "texts outside of the tables");
    assert_eq!(tab.evaluate::<String>("document.documentElement.lang").await, "en");
    tab.write_post("Picnic", "Sunday at noon").await;
    let post: String = tab.evaluate("location.hash").await;
    looks_right_everywhere(&tab, &post).await;

    // A browser whose reader prefers Korean to English, and French to both.
    tab.run_first("Object.defineProperty(navigator, 'languages', { get: () => ['fr-FR', 'ko-KR', 'en'] })").await;
    tab.go("#/").await;
    tab.reload().await;
    tab.shows("list").await;
    tab.until("document.documentElement.lang === 'ko' && document.title === '게시판'").await;
    tab.activity_tells("posted", "님이 붙임: Picnic").await;
    looks_right_everywhere(&tab, &post).await;

    // The choice counts for more than the browser's languages, changes what is on the screen, and leaves the focus where it is.
    tab.go("#/").await;
    tab.shows("list").await;
    tab.tab_to("language").await;
    tab.press("Enter").await;
    tab.until("document.documentElement.lang === 'en' && document.querySelector('h1')?.textContent === 'Newest notes'")
        .await;
    tab.has_focus_on("language").await;
    tab.activity_tells("posted", "Ada pinned Picnic").await;
    tab.reload().await;
    tab.shows("list").await;
    assert_eq!(tab.evaluate::<String>("document.documentElement.lang").await, "en");
    assert_eq!(tab.text("language").await, "한국어");
}

#[tokio::test]
async fn the_page_of_an_address_without_an_object_has_no_fault() {
    let chromium = Chromium::start().await;
    let tab = chromium.open(&format!("{}/error.html", serve_site("http://127.0.0.1/dev").await)).await;
    assert_eq!(tab.violations().await, [""; 0]);
}
