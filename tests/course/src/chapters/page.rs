//! A page of Markdown, as far as the rules look at it: headings, fences, and boxes of HTML (`<details>`, `<div>`).
//!
//! It is read with mdBook's own parser, so what is a fence here is a fence in the book.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use course::regions::Fault;

/// A page that was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    /// `book/src/05-the-board.md`.
    pub(super) file: String,
    pub(super) text: String,
    pub(super) headings: Vec<Heading>,
    pub(super) fences: Vec<Fence>,
    /// What stands between backticks or fences.
    pub(super) code: Vec<String>,
    pub(super) boxes: Vec<HtmlBox>,
    /// Tags that open a box which never ends.
    pub(super) open: Vec<HtmlBox>,
    /// Where links and images lead, with their lines.
    pub(super) links: Vec<(String, usize)>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) level: HeadingLevel,
    pub(super) title: String,
    pub(super) at: Range<usize>,
}

/// A block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fence {
    /// From 1.
    pub(super) line: usize,
    /// Indented by four blanks, and not between fences.
    pub(super) indented: bool,
    pub(super) body: String,
}

/// `<details class="predict" id="predict-05">` to `</details>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HtmlBox {
    pub(super) tag: String,
    pub(super) class: String,
    pub(super) id: String,
    /// Whether it has the attribute `open`, so that it hides nothing.
    pub(super) is_open: bool,
    pub(super) at: Range<usize>,
}

impl Page {
    pub(super) fn parse(file: &str, text: &str) -> Page {
        let mut page = Page { file: file.to_string(), text: text.replace("\r\n", "\n"), ..Page::default() };
        let text = page.text.clone();
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_GFM
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_DEFINITION_LIST;
        let mut heading: Option<Heading> = None;
        let mut fence: Option<Fence> = None;
        for (event, at) in Parser::new_ext(&text, options).into_offset_iter() {
            if let Event::Code(code) = &event {
                page.code.push(code.to_string());
            }
            match event {
                Event::Start(Tag::Heading { level, .. }) => heading = Some(Heading { level, title: String::new(), at }),
                Event::End(TagEnd::Heading(_)) => page.headings.extend(heading.take()),
                Event::Start(Tag::CodeBlock(kind)) => {
                    let indented = kind == CodeBlockKind::Indented;
                    fence = Some(Fence { line: page.line(at.start), indented, body: String::new() });
                }
                Event::End(TagEnd::CodeBlock) => {
                    page.code.extend(fence.as_ref().map(|fence| fence.body.clone()));
                    page.fences.extend(fence.take());
                }
                Event::Text(words) | Event::Code(words) => match (&mut heading, &mut fence) {
                    (Some(heading), _) => heading.title.push_str(&words),
                    (_, Some(fence)) => fence.body.push_str(&words),
                    _ => {}
                },
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push((dest_url.to_string(), page.line(at.start)));
                }
                Event::Start(Tag::HtmlBlock) => page.read_html(&text[at.clone()], at.start),
                Event::InlineHtml(html) => page.read_html(&html, at.start),
                _ => {}
            }
        }
        page
    }

    /// The line in which the byte `at` stands, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }

    /// The section below a heading of the first or second level, to the next one: where it is, heading and all.
    pub(super) fn section(&self, title: &str) -> Option<Range<usize>> {
        let second: Vec<_> = self.headings.iter().filter(|heading| heading.level <= HeadingLevel::H2).collect();
        let index = second.iter().position(|heading| heading.title == title)?;
        let end = second.get(index + 1).map_or(self.text.len(), |next| next.at.start);
        Some(second[index].at.start..end)
    }

    /// Where the links of some lines lead.
    pub(super) fn links_in(&self, lines: Range<usize>) -> impl Iterator<Item = &str> {
        self.links.iter().filter(move |(_, line)| lines.contains(line)).map(|(to, _)| to.as_str())
    }

    /// Whether something inside `range` leads to a page outside of the book.
    pub(super) fn cites(&self, range: &Range<usize>) -> bool {
        self.links_in(self.line(range.start)..self.line(range.end) + 1).any(|to| to.starts_with("https://"))
    }

    pub(super) fn fault(&self, line: usize, what: impl Into<String>) -> Fault {
        Fault { file: self.file.clone(), line, what: what.into() }
    }

    /// The boxes of this class inside `range`, in their order.
    pub(super) fn boxes(&self, class: &str, range: &Range<usize>) -> Vec<&HtmlBox> {
        let inside = |found: &&HtmlBox| range.start <= found.at.start && found.at.end <= range.end;
        self.boxes.iter().filter(|found| found.class == class).filter(inside).collect()
    }

    /// Finds where boxes begin and end in a piece of HTML that stands at byte `offset`.
    fn read_html(&mut self, html: &str, offset: usize) {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let here = offset + (html.len() - rest.len()) + at;
            if let Some(comment) = rest[at..].strip_prefix("<!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let Some((tag, after)) = rest[at + 1..].split_once('>') else { return };
            rest = after;
            let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            match name {
                "details" | "div" => self.open.push(HtmlBox {
                    tag: name.to_string(),
                    class: attribute(attributes, "class"),
                    id: attribute(attributes, "id"),
                    is_open: attributes.split_whitespace().any(|word| word == "open" || word.starts_with("open=")),
                    at: here..here,
                }),
                "/details" | "/div" => {
                    let Some(index) = self.open.iter().rposition(|open| open.tag == name[1..]) else { continue };
                    let mut closed = self.open.remove(index);
                    closed.at.end = here;
                    self.boxes.push(closed);
                }
                _ => {}
            }
        }
        self.boxes.sort_by_key(|found| found.at.start);
    }
}

impl HtmlBox {
    /// What stands in it.
    pub(super) fn text<'a>(&self, page: &'a Page) -> &'a str {
        &page.text[self.at.clone()]
    }

    /// Its title, on one line; empty without one.
    pub(super) fn summary(&self, page: &Page) -> String {
        let title = self.text(page).split_once("<summary>").and_then(|(_, rest)| rest.split_once("</summary>"));
        title.map(|(title, _)| title.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }

    /// What comes after the title.
    pub(super) fn content<'a>(&self, page: &'a Page) -> &'a str {
        self.text(page).split_once("</summary>").map_or("", |(_, content)| content)
    }
}

fn attribute(attributes: &str, name: &str) -> String {
    let value = attributes.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_the_rules_ask_for() {
        let text = "# One `two`\n\n<details class=\"card\"\nid=\"card-1\">\n<summary>Why\nso?</summary>\n\n```rust\nlet a = \"<div>\";\n```\n\n</details>\n\n\
                    <div class=\"wrong\">\n\n    indented\n\n<!-- <details> -->\n[a](b.md)\n";
        let page = Page::parse("a.md", text);
        assert_eq!(page.headings[0].title, "One two");
        let boxes = &page.boxes;
        assert_eq!((boxes.len(), boxes[0].class.as_str(), boxes[0].id.as_str()), (1, "card", "card-1"));
        assert_eq!(boxes[0].summary(&page), "Why so?");
        assert!(boxes[0].content(&page).contains("let a"));
        assert_eq!(page.open.iter().map(|open| open.tag.as_str()).collect::<Vec<_>>(), ["div"]);
        let fences: Vec<_> = page.fences.iter().map(|fence| (fence.line, fence.indented)).collect();
        assert_eq!(fences, [(8, false), (16, true)]);
        assert_eq!(page.links, [("b.md".to_string(), 19)]);
    }
}
