//! The titles of pages and of their sections: what a link to them is called.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::chapters::{SOURCE, anchor};

/// The titles of the pages in a workspace; each page is read once, when it is asked for.
#[derive(Debug)]
pub struct Titles<'a> {
    root: &'a Path,
    known: BTreeMap<String, (String, BTreeMap<String, String>)>,
}

impl Titles<'_> {
    /// The titles of the book in `root`.
    pub fn of(root: &Path) -> Titles<'_> {
        Titles { root, known: BTreeMap::new() }
    }

    /// `05-the-board.md#conditions` → `05 The board` and `Conditions`. A page that is not there is called by its path.
    pub fn title(&mut self, to: &str) -> (String, Option<String>) {
        let (page, section) = to.split_once('#').unwrap_or((to, ""));
        let (title, sections) = self.known.entry(page.to_string()).or_insert_with(|| {
            let text = fs::read_to_string(self.root.join(SOURCE).join(page)).unwrap_or_default();
            let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(page).to_string();
            let headings = text
                .lines()
                .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with("##")));
            (title, headings.map(|heading| (anchor(heading), heading.to_string())).collect())
        });
        (title.clone(), sections.get(section).cloned())
    }

    /// `05-the-board.md#conditions` → `05 The board: Conditions`, as a link. An address elsewhere is called by its host.
    pub fn link(&mut self, to: &str) -> String {
        if let Some((_, address)) = to.split_once("://") {
            let host = address.split('/').next().unwrap_or_default();
            return format!("[{}]({to})", host.trim_start_matches("www."));
        }
        format!("[{}]({to})", self.name(to))
    }

    /// `05-the-board.md#conditions` → `05 The board: Conditions`.
    pub fn name(&mut self, to: &str) -> String {
        match self.title(to) {
            (title, Some(section)) => format!("{title}: {section}"),
            (title, None) => title,
        }
    }

    /// Links to several places.
    pub fn links(&mut self, to: &[String]) -> String {
        to.iter().map(|to| self.link(to)).collect::<Vec<_>>().join(" · ")
    }
}
