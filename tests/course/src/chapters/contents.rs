//! The table of contents lists every page, and only what exists; every other file of the book is used by a page.

use std::collections::BTreeSet;
use std::path::Path;

use super::page::Page;
use super::{SUMMARY, read, unreadable};
use course::chapters::SOURCE;
use course::lab::read_tree;
use course::regions::Fault;

pub(super) fn faults(root: &Path, pages: &[Page]) -> Result<Vec<Fault>, Fault> {
    let summary = Page::parse(SUMMARY, &read(root, SUMMARY)?);
    let mut faults = Vec::new();
    let mut listed = BTreeSet::new();
    for (link, line) in &summary.links {
        let file = format!("{SOURCE}/{link}");
        if !pages.iter().any(|page| page.file == file) {
            faults.push(
                summary.fault(
                    *line,
                    format!("lists {link:?}, and there is no such page; write it, or take the line away"),
                ),
            );
        } else if !listed.insert(file) {
            faults.push(summary.fault(*line, format!("lists {link} a second time; take one line away")));
        }
    }
    for page in pages.iter().filter(|page| !listed.contains(&page.file)) {
        faults.push(page.fault(1, format!("is a page that {SUMMARY} does not list; list it, or remove it")));
    }
    let files = read_tree(&root.join(SOURCE)).map_err(|why| unreadable(SOURCE, &why))?;
    // The rehearsal page has scripts of its own.
    let written =
        files.iter().filter(|(path, _)| path.ends_with(".html")).map(|(_, bytes)| String::from_utf8_lossy(bytes));
    let written: Vec<_> = written.chain(pages.iter().map(|page| page.text.as_str().into())).collect();
    // Transcripts are held to their declarations by `cargo xtask book`.
    let others = files.keys().filter(|path| !path.ends_with(".md") && !path.starts_with("transcripts/"));
    for path in others.filter(|path| !written.iter().any(|text| text.contains(path.as_str()))) {
        faults.push(Fault {
            file: format!("{SOURCE}/{path}"),
            line: 1,
            what: "is used by no page; use it, or remove it".to_string(),
        });
    }
    Ok(faults)
}
