//! Where what the book says of AWS comes from: a page of somebody else's, linked where it is said or below `## Sources`.
//!
//! Chapters of labs, concepts and the register have that part among theirs (see `lesson` and `parts`). Here are the other pages that speak
//! of AWS, and the entries of the glossary, each of which leads to a page that says more: one with sources, or AWS's own.

use std::ops::Range;

use super::page::Page;
use super::parts::LIST;
use course::chapters::SOURCE;
use course::regions::Fault;

/// Pages of their own kind that end with their sources.
const PAGES: [&str; 3] = ["book/src/introduction.md", "book/src/performance.md", "book/src/template-yaml.md"];

/// The page that defines the book's words.
const GLOSSARY: &str = "book/src/glossary.md";

/// What begins the comment in it that lists the words in which AWS has no part.
const WITHOUT: &str = "<!-- without a source:";

pub(super) fn faults(page: &Page, pages: &[Page]) -> Vec<Fault> {
    let lacks = match page.file.as_str() {
        GLOSSARY => return glossary(page, pages),
        LIST => "cites nothing; link what there is to read",
        file if PAGES.contains(&file) => "has no section `## Sources` that links a page outside of this book; add it",
        _ => return Vec::new(),
    };
    (!has_sources(page)).then(|| page.fault(1, lacks)).into_iter().collect()
}

/// Whether a page says where it has it from. The one that lists what there is to read does so in every line.
fn has_sources(page: &Page) -> bool {
    let part = if page.file == LIST { Some(0..page.text.len()) } else { page.section("Sources") };
    part.is_some_and(|part| page.cites(&part))
}

/// Entries without a source, and words that are said to need none and are no entries.
fn glossary(page: &Page, pages: &[Page]) -> Vec<Fault> {
    let list = page.text.split_once(WITHOUT).and_then(|(_, list)| list.split_once("-->")).map_or("", |(list, _)| list);
    let without: Vec<&str> = list.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
    let leads_on = |to: &str| {
        let file = format!("{SOURCE}/{}", to.split('#').next().unwrap_or_default());
        to.starts_with("https://") || pages.iter().any(|page| page.file == file && has_sources(page))
    };
    let entries = entries(&page.text);
    let mut faults = Vec::new();
    for (word, lines) in &entries {
        if !without.contains(word) && !page.links_in(lines.clone()).any(leads_on) {
            let what = format!(
                "the entry {word:?} has no source; link AWS's page, or a page of this book that has sources; if AWS has no part in it, list it \
                 in {WITHOUT} … -->"
            );
            faults.push(page.fault(lines.start, what));
        }
    }
    for word in without.iter().filter(|word| !entries.iter().any(|(entry, _)| entry == *word)) {
        faults.push(page.fault(1, format!("lists {word:?} in {WITHOUT} … -->, and has no such entry; take it out")));
    }
    faults
}

/// The words of the glossary without their Korean, each with its lines: it stands before a line that begins with `: `, and ends with an
/// empty one.
fn entries(glossary: &str) -> Vec<(&str, Range<usize>)> {
    let lines: Vec<&str> = glossary.lines().collect();
    let starts = lines.windows(2).enumerate().filter(|(_, pair)| pair[1].starts_with(": ")).map(|(index, _)| index);
    let entry = |start: usize| {
        let length = lines[start..].iter().take_while(|line| !line.trim().is_empty()).count();
        let word = lines[start].split(" (").next().unwrap_or_default();
        (word, start + 1..start + 1 + length)
    };
    starts.map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../../tests/chapters/glossary.md");

    fn faults_with(glossary: &str, other: &str) -> Vec<String> {
        let pages = [("glossary.md", glossary), ("07-permissions.md", other)];
        let pages = pages.map(|(name, text)| Page::parse(&format!("{SOURCE}/{name}"), text));
        faults(&pages[0], &pages).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_entry_leads_to_a_page_with_sources() {
        let other = "# 07\n\n## Sources\n\n- <https://docs.aws.amazon.com>\n";
        assert_eq!(faults_with(GOOD, other), [""; 0]);
        let role = "book/src/glossary.md:7: the entry \"Role\" has no source; link AWS's page, or a page of this book that has sources; if AWS \
                    has no part in it, list it in <!-- without a source: … -->";
        // Its page has lost its source, or is not there, or another entry is all that it links.
        assert_eq!(
            faults_with(GOOD, &other.replace("<https://docs.aws.amazon.com>", "`https://docs.aws.amazon.com`")),
            [role]
        );
        assert_eq!(faults_with(&GOOD.replace("07-permissions.md", "08-streams.md"), other), [role]);
        assert_eq!(faults_with(&GOOD.replace("07-permissions.md#three-documents", "#queue-대기열"), other), [role]);
        let queue = faults_with(&GOOD.replace("https:", "http:"), other);
        assert!(
            queue.len() == 1 && queue[0].starts_with("book/src/glossary.md:10: the entry \"Queue\" has no source"),
            "{queue:?}"
        );
        let starter = faults_with(&GOOD.replace("source: Starter", "source: Start"), other);
        assert!(
            starter.len() == 2 && starter[1].contains("lists \"Start\" in <!-- without a source: … -->"),
            "{starter:?}"
        );
    }

    #[test]
    fn a_page_about_aws_cites() {
        let faults_in = |file: &str, text: &str| {
            faults(&Page::parse(file, text), &[]).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let good = "# A\n\n## Sources\n\n- AWS: <https://docs.aws.amazon.com>\n";
        for file in PAGES {
            assert_eq!(faults_in(file, good), [""; 0]);
            let lacks = "1: has no section `## Sources` that links a page outside of this book; add it";
            for bad in
                [good.replace("## Sources", "## More"), good.replace("<https://docs.aws.amazon.com>", "its page")]
            {
                assert_eq!(faults_in(file, &bad), [format!("{file}:{lacks}")]);
            }
        }
        assert_eq!(faults_in(LIST, "# A\n\n| [a](https://a.example) |\n"), [""; 0]);
        let lacks = "1: cites nothing; link what there is to read";
        assert_eq!(faults_in(LIST, "# A\n\n[a](b.md)\n"), [format!("{LIST}:{lacks}")]);
        assert_eq!(faults_in("book/src/setup.md", "# Nothing of AWS's"), [""; 0]);
    }
}
