//! The review's page: the cards that are due, with one state for page and terminal; and in a book that no command serves, a state of the
//! browser's own, which can be carried over.

use std::fs;
use std::path::Path;

use browser::{Chromium, Tab};
use course::review::memory::Progress;
use journeys::{Board, workbook};

/// Waits until the page asks a card, and gives its question.
async fn question(tab: &Tab) -> String {
    tab.until("document.getElementById('page')?.hidden === false && !document.getElementById('card').hidden").await;
    tab.evaluate("document.getElementById('question').innerText").await
}

async fn text(tab: &Tab, id: &str) -> String {
    tab.evaluate(&format!("document.getElementById('{id}').innerText")).await
}

fn kept(file: &Path) -> Progress {
    Progress::parse(&fs::read_to_string(file).expect("the page's answers are kept")).expect("as a document")
}

#[tokio::test]
async fn page_and_terminal_share_one_state_and_a_page_by_itself_keeps_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("review.json");
    let options = ["--port", "0", "--review", &file.to_string_lossy()];
    let data = folder.path().join("data");
    let (board, chromium) = tokio::join!(Board::try_start(&data, &options), Chromium::start());
    let board = board.unwrap_or_else(|refused| panic!("{}", refused.message));

    // By keys alone: a question, its answer, how well it was known; and the next one.
    let tab = chromium.open(&board.url("book", "/review.html")).await;
    let first = question(&tab).await;
    assert!(first.starts_with("Why must the body of a proxy reply be a string"), "{first}");
    assert!(text(&tab, "kept").await.contains(".workbook/review.json"));
    assert!(!tab.evaluate::<bool>("document.getElementById('answer').checkVisibility()").await);
    tab.press("Enter").await;
    tab.until("document.getElementById('answer').checkVisibility()").await;
    assert!(text(&tab, "answer").await.starts_with("Because it stands for the bytes"));
    let source: String = tab.evaluate("document.querySelector('#source a').getAttribute('href')").await;
    assert_eq!(source, "01-the-reply-contract.html#why-a-reply-is-an-envelope");
    assert_eq!(tab.violations().await, [""; 0]);
    tab.press("4").await;
    tab.until("document.getElementById('question').innerText.includes('malformed reply')").await;
    assert!(text(&tab, "left").await.starts_with("Next time in "));
    let progress = kept(&file);
    assert_eq!(progress.cards.keys().collect::<Vec<_>>(), ["01-1"]);

    // What the terminal answers is not asked by the page again.
    let arguments = ["review", "--file", &file.to_string_lossy()];
    let said = workbook(&arguments, "\n4\nq\n").await;
    assert!(said.out.contains("malformed reply") && !said.out.contains("proxy reply be a string"), "{}", said.out);
    tab.reload().await;
    let third = question(&tab).await;
    assert!(third.contains("adding a field to every reply"), "{third}");

    // A checkpoint that was missed, in its chapter, is the next question.
    tab.goto(&board.url("book", "/05-the-board.html")).await;
    tab.run("document.getElementById('checkpoint-05-2').open = true").await;
    tab.click_on("#checkpoint-05-2 .again button").await;
    tab.until("document.querySelector('#checkpoint-05-2 .again').innerText.includes('It is a card now')").await;
    assert_eq!(tab.violations().await, [""; 0]);
    assert!(kept(&file).missed.contains("checkpoint-05-2"));
    tab.goto(&board.url("book", "/review.html")).await;
    assert!(question(&tab).await.contains("Smallest counterexample"), "what was missed comes first");
    assert!(text(&tab, "from").await.contains("missed"));
    tab.run("document.getElementById('language').value = 'ko'; document.getElementById('language').dispatchEvent(new Event('change'))").await;
    tab.until("document.documentElement.lang === 'ko' && document.getElementById('from').innerText.includes('놓친')")
        .await;
    tab.click_on("#show").await;
    tab.click_on("[data-grade=good]").await;
    tab.until("document.getElementById('question').innerText.includes('필드 하나')").await;
    for scheme in ["light", "dark"] {
        tab.prefer("prefers-color-scheme", scheme).await;
        assert_eq!(tab.violations().await, [""; 0], "{scheme}");
    }

    // Opened as a file, with no command to ask: the browser keeps the answers, and says so.
    let page = journeys::root().join("target").join("book").join("review.html");
    let own = chromium.open(&format!("file://{}", page.display())).await;
    let asked = question(&own).await;
    assert!(text(&own, "kept").await.contains("this browser only"), "{asked}");
    own.press("Enter").await;
    own.press("3").await;
    own.until("JSON.parse(localStorage.getItem('workbook:review')).cards['01-1']?.reps === 1").await;
    assert_eq!(own.violations().await, [""; 0]);
    // What the terminal and the page know is taken over, and a file of somebody else's is not.
    let theirs = folder.path().join("theirs.json");
    fs::write(&theirs, "{}").expect("a file");
    own.choose_file("#import", &theirs).await;
    own.until("document.getElementById('imported').innerText.includes('Nothing was changed')").await;
    own.choose_file("#import", &file).await;
    own.until("document.getElementById('imported').innerText.includes('Imported: 3 cards')").await;
    let merged: String = own.evaluate("localStorage.getItem('workbook:review')").await;
    let merged = Progress::parse(&merged).expect("the terminal reads what the page keeps");
    assert_eq!((merged.cards.len(), merged.cards["01-1"].reps), (3, 1));
    // What the page exports, the terminal takes over.
    // A download ends in a folder of the browser's; what it would hold is caught on its way there.
    own.run(
        "HTMLAnchorElement.prototype.click = function () { this.dataset.clicked = 'yes'; }; const made = URL.createObjectURL; URL.createObjectURL = (blob) => { \
         blob.text().then((text) => { document.body.dataset.exported = text; }); return made.call(URL, blob); };",
    )
    .await;
    own.click_on("#export").await;
    own.until("document.body.dataset.exported").await;
    let exported = folder.path().join("exported.json");
    fs::write(&exported, own.evaluate::<String>("document.body.dataset.exported").await).expect("a file");
    let elsewhere = folder.path().join("elsewhere.json");
    let said =
        workbook(&["review", "import", &exported.to_string_lossy(), "--file", &elsewhere.to_string_lossy()], "").await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(kept(&elsewhere), merged);
}
