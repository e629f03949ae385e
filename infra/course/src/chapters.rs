//! The pages of the book: where they are, what their anchors are called, and what each gets when the book is built.

mod lighter;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::glossary::Glossary;
use crate::minutes;
use crate::regions::Fault;
use crate::register::Register;
use crate::review::chapter::CardBoxes;
use crate::review::script as review_script;
use crate::whiteboard::chapter::Lists;
use crate::whiteboard::storyboard::Storyboard;
use crate::whiteboard::{self, script};

/// Where the pages are, below the workspace's folder.
pub const SOURCE: &str = "book/src";

/// The text of the chapter of lab `number`, if there is one.
pub fn of_lab(root: &Path, number: &str) -> Option<String> {
    let files = fs::read_dir(root.join(SOURCE)).ok()?.flatten().map(|entry| entry.path());
    let is_it = |file: &PathBuf| file.file_name().and_then(OsStr::to_str).and_then(number_of) == Some(number);
    let chapter = files.filter(is_it).find(|file| file.extension() == Some(OsStr::new("md")))?;
    Some(fs::read_to_string(chapter).ok()?.replace("\r\n", "\n"))
}

/// `05` for `book/src/05-the-board.md`.
pub fn number_of(file: &str) -> Option<&str> {
    let name = file.rsplit('/').next()?;
    let (number, _) = name.split_once('-')?;
    (number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}

/// The id that mdBook gives to a heading, and to a word that is defined: `The cursor (TODO 05.3)` → `the-cursor-todo-053`.
pub fn anchor(title: &str) -> String {
    let kept = title.trim().chars().filter_map(|character| match character {
        '-' | '_' => Some(character),
        _ if character.is_alphanumeric() => Some(character),
        _ if character.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.flat_map(char::to_lowercase).collect()
}

/// What the book gets when it is built, besides its pages: links to the glossary, minutes, the lists of the talk, cards, and scripts.
#[derive(Debug)]
pub struct Completion {
    glossary: Glossary,
    lists: Lists,
    cards: CardBoxes,
    /// Files of the built book, by name.
    scripts: Vec<(&'static str, String)>,
}

impl Completion {
    /// Reads what it takes from the workspace in `root`.
    ///
    /// # Errors
    ///
    /// A source that cannot be read, or whose form is wrong.
    pub fn read(root: &Path) -> Result<Completion, Fault> {
        let unread = |file: &str| {
            let file = format!("{SOURCE}/{file}");
            move |why: io::Error| Fault { file, line: 1, what: format!("cannot be read: {why}") }
        };
        let glossary = Glossary::read(root).map_err(unread("glossary.md"))?;
        let register = Register::read(root).map_err(unread("register"))?;
        let lists = Lists::of(&Storyboard::read(root)?, root);
        let cards = CardBoxes::read(root)?;
        // What the search knows of messages and of the glossary's words, which mdBook's own index cannot find.
        let search = ("register-index.js", register.script(&glossary));
        let talk = script::NAMES.into_iter().zip(script::scripts(root)?);
        let review = (review_script::NAME, review_script::script(root)?);
        Ok(Completion { glossary, lists, cards, scripts: [search, review].into_iter().chain(talk).collect() })
    }

    /// Completes a page whose path below `book/src` is `path`: the lists and cards in it, its minutes, the links from words to the glossary,
    /// and the cards with which it begins.
    pub fn complete(&self, page: &mut String, path: &Path) {
        if path == Path::new(whiteboard::chapter::PAGE) {
            self.lists.fill(page);
        }
        self.cards.fill(page, path);
        self.glossary.link(path, page);
        // After the links, because a word is linked where the chapter itself uses it first.
        self.cards.warm_up(page, path);
        minutes::tell(page);
    }

    /// Writes the scripts that pages of the built book load, into its folder `pages`, takes comments and indentation out of those of the
    /// talk's page and of the review's, and out of all pages what they need not load at first.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn write_scripts(&self, pages: &Path) -> io::Result<()> {
        self.scripts.iter().try_for_each(|(name, script)| fs::write(pages.join(name), script))?;
        for folder in [script::FOLDER, review_script::FOLDER] {
            for file in fs::read_dir(pages.join(folder))? {
                let path = file?.path();
                if path.extension() == Some(OsStr::new("js")) {
                    fs::write(&path, script::stripped(&fs::read_to_string(&path)?))?;
                }
            }
        }
        lighter::lighten(pages)
    }
}
