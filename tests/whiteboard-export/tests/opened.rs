//! Excalidraw opens the exported board, with every box and arrow of the storyboard in it; the cue sheet has everything on its one page; the
//! picture is as large as its window.

use std::collections::BTreeSet;

use browser::Chromium;
use course::whiteboard::storyboard::{Language, Storyboard};
use course::whiteboard::{cue_sheet, excalidraw, picture, svg};
use whiteboard_export::{Opened, argument, script, serve_excalidraw, serve_page};

const LANGUAGES: [Language; 2] = [Language::English, Language::Korean];

fn storyboard() -> Storyboard {
    Storyboard::read(&journeys::root()).expect("the storyboard is read")
}

#[tokio::test(flavor = "multi_thread")]
async fn excalidraw_opens_the_board_with_every_box_and_arrow() {
    let storyboard = storyboard();
    let chromium = Chromium::start().await;
    let tab = chromium.open(&serve_excalidraw(script()).await).await;
    for version in &storyboard.versions {
        for language in LANGUAGES {
            let document = excalidraw::document(&storyboard, version, language);
            let opened: Opened = tab.evaluate(&format!("opened({})", argument(&document))).await;
            let element = |id: &str| opened.elements.iter().find(|element| element.id == id);
            let ids = picture::drawn(&storyboard, version);
            assert_eq!((opened.elements.len(), opened.strangers), (2 * ids.len(), 0));
            assert_eq!(opened.converted, opened.elements.len());
            assert!(opened.shapes >= ids.len(), "{} lines are shown", opened.shapes);
            for id in ids {
                let found = element(id).unwrap_or_else(|| panic!("{id} is missing"));
                let words = element(&format!("{id}-words")).unwrap_or_else(|| panic!("the words of {id} are missing"));
                assert_eq!(words.container.as_deref(), Some(id), "{id} has its words bound to it");
                assert!(found.bound.contains(&words.id), "{id} holds its words");
                let label = match storyboard.arrow(id) {
                    Some(arrow) => {
                        assert_eq!(
                            (found.kind.as_str(), found.from.as_deref(), found.to.as_deref()),
                            ("arrow", Some(arrow.from.as_str()), Some(arrow.to.as_str()))
                        );
                        for end in [&arrow.from, &arrow.to] {
                            assert!(
                                element(end).is_some_and(|node| node.bound.contains(&arrow.id)),
                                "{end} holds {id}"
                            );
                        }
                        arrow.label.of(language)
                    }
                    None => storyboard.node(id).expect("it is a node").label.of(language),
                };
                assert!(found.name.as_ref().is_some_and(|name| name.contains(label)), "{id} is named {:?}", found.name);
            }
            // A text that is broken into lines is shown as several.
            let shown: String = opened.words.concat().replace(' ', "");
            let labels: BTreeSet<&str> = opened
                .elements
                .iter()
                .filter(|element| element.kind == "text")
                .filter_map(|element| element.name.as_deref())
                .collect();
            for label in labels {
                assert!(shown.contains(&label.replace(' ', "")), "{label} is not shown in {:?}", opened.words);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_is_as_large_as_its_window() {
    let storyboard = storyboard();
    let chromium = Chromium::start().await;
    let version = storyboard.versions.last().expect("there are versions");
    let board = svg::document(&picture::finished(&storyboard, version, Language::English), "The board");
    let (_, picture) = board.split_once("?>").expect("it begins with a declaration");
    let tab = chromium.open(&serve_page(format!("<body style=\"margin: 0\">{picture}")).await).await;
    for wide in [360, 1200] {
        tab.is_wide(wide).await;
        let width: f64 = tab.evaluate("document.querySelector('svg').getBoundingClientRect().width").await;
        assert!((width - wide as f64).abs() < 20.0, "the picture is {width} wide in a window of {wide}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cue_sheet_has_every_cue_on_its_one_page() {
    let storyboard = storyboard();
    let chromium = Chromium::start().await;
    for version in &storyboard.versions {
        for language in LANGUAGES {
            let tab = chromium.open(&serve_page(cue_sheet::html(&storyboard, version, language)).await).await;
            // A column too many stands to the right of the last one.
            let inside: bool = tab
                .evaluate(
                    "(() => { const [page, cues] = ['main', '.cues'].map((one) => document.querySelector(one));
                     const is = (one) => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight;
                     return is(page) && is(cues); })()",
                )
                .await;
            assert!(inside, "{} minutes, {language:?}: not everything is on the page", version.minutes);
            // Inside of margins of 10 mm, A4 is 190 mm wide and Letter 259 mm high.
            let size: [f64; 2] =
                tab.evaluate("(({ width, height }) => [width, height].map((pixels) => pixels / 96 * 25.4))(document.querySelector('main').getBoundingClientRect())").await;
            assert!(size[0] <= 190.5 && size[1] <= 259.0, "{size:?}");
            let letters: f64 =
                tab.evaluate("parseFloat(getComputedStyle(document.querySelector('li')).fontSize) * 0.75").await;
            assert!(letters > 6.9, "{} minutes, {language:?}: letters of {letters} points", version.minutes);
            let cues: usize = tab.evaluate("document.querySelectorAll('li').length").await;
            assert_eq!(cues, storyboard.steps_of(version).map(|step| step.say.of(language).len()).sum::<usize>());
        }
    }
}
