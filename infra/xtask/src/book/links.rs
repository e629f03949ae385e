//! Every link of the book, followed in the pages as readers get them: to a page, a heading, a picture, a script, a font.
//!
//! Links that leave the book are looked at, not followed: a check that needs a network fails for reasons of its own.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use percent_encoding::percent_decode_str;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// How many pages and style sheets there are.
    pub(super) pages: usize,
    /// How many links they have.
    pub(super) links: usize,
    /// One line for each link that leads nowhere.
    pub(super) dead: Vec<String>,
}

/// What a page offers and asks for.
#[derive(Debug, Default)]
struct Page {
    ids: BTreeSet<String>,
    links: BTreeSet<String>,
    /// `<base href>`: links count from here and not from the page's own folder.
    base: Option<String>,
}

/// Follows every link on every page below `folder`.
///
/// # Errors
///
/// A page that cannot be read.
pub(super) fn check(folder: &Path) -> io::Result<Report> {
    let mut pages = BTreeMap::new();
    let mut files = BTreeSet::new();
    for (path, bytes) in course::lab::read_tree(folder)? {
        match path.rsplit('.').next() {
            Some("html") => drop(pages.insert(path.clone(), Page::parse(&String::from_utf8_lossy(&bytes)))),
            Some("css") => drop(pages.insert(path.clone(), Page::of_style(&String::from_utf8_lossy(&bytes)))),
            _ => {}
        }
        files.insert(path);
    }
    let mut report = Report { pages: pages.len(), ..Report::default() };
    for (path, page) in &pages {
        report.links += page.links.len();
        let dead = page.links.iter().filter_map(|link| Some((link, fault(path, page, link, &pages, &files)?)));
        report.dead.extend(dead.map(|(link, why)| format!("{path}: the link {link:?} {why}")));
    }
    Ok(report)
}

/// Where the link stands in the sources of the book, if it stands there as it stands in the page.
pub(super) fn source_of(book: &Path, dead: &str) -> Option<String> {
    let (page, rest) = dead.split_once(": the link \"")?;
    let link = rest.split('"').next()?.replace(".html", ".md");
    let source = format!("{}.md", page.strip_suffix(".html")?);
    let text = fs::read_to_string(book.join("src").join(&source)).ok()?;
    let line = text.lines().position(|line| line.contains(&link))?;
    Some(format!("book/src/{source}:{}", line + 1))
}

/// Why `link` leads nowhere; nothing if it leads somewhere.
fn fault(
    path: &str,
    page: &Page,
    link: &str,
    pages: &BTreeMap<String, Page>,
    files: &BTreeSet<String>,
) -> Option<String> {
    if let Some((scheme, rest)) =
        link.split_once(':').filter(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    {
        return external_fault(scheme, rest);
    }
    if page.base.is_some() && link.starts_with('#') {
        // mdBook's own page for what is not found: it is served under every address, so its base is another page.
        return None;
    }
    let (target, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = target.split('?').next().unwrap_or_default();
    let Some(file) = file_of(path, page.base.as_deref(), &decoded(target)) else {
        return Some("leads out of the book".to_string());
    };
    let file = if files.contains(&file) {
        file
    } else {
        format!("{}/index.html", file.trim_end_matches('/')).trim_start_matches('/').to_string()
    };
    if !files.contains(&file) {
        return Some(format!("leads to {target}, and there is no such file"));
    }
    let fragment = decoded(fragment);
    let has = fragment.is_empty() || pages.get(&file).is_some_and(|page| page.ids.contains(&fragment));
    (!has).then(|| format!("leads to #{fragment}, which {file} does not have"))
}

fn external_fault(scheme: &str, rest: &str) -> Option<String> {
    match scheme {
        "http" | "https" => {
            let host = rest.strip_prefix("//").unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default();
            let is_address = !host.is_empty() && !rest.contains(char::is_whitespace);
            (!is_address).then(|| "is not an address".to_string())
        }
        "data" | "mailto" => None,
        _ => Some(format!("has the scheme {scheme}, which a book has no use for")),
    }
}

/// The file that a path leads to, seen from a page; nothing where it leads out of the book.
fn file_of(page: &str, base: Option<&str>, target: &str) -> Option<String> {
    if target.is_empty() && base.is_none() {
        return Some(page.to_string());
    }
    let mut folders: Vec<&str> = match base {
        _ if target.starts_with('/') => Vec::new(),
        Some(base) => base.split('/').filter(|part| !part.is_empty()).collect(),
        None => page.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(folders.pop()?),
            name => folders.push(name),
        }
    }
    Some(folders.join("/"))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl Page {
    /// What a style sheet asks for.
    fn of_style(css: &str) -> Page {
        let asked = css.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
        let links = asked.map(|link| link.trim().trim_matches(['"', '\'']).to_string());
        // A colour filter of the page's own picture is not a file.
        Page { links: links.filter(|link| !link.starts_with('#')).collect(), ..Page::default() }
    }

    fn parse(html: &str) -> Page {
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from(html));
        let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
        let _ = tokenizer.feed(&queue);
        tokenizer.end();
        tokenizer.sink.0.take()
    }
}

/// Collects ids and links as the tokenizer meets them.
#[derive(Default)]
struct Reader(RefCell<Page>);

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        if tag.kind != TagKind::StartTag {
            return TokenSinkResult::Continue;
        }
        let mut page = self.0.borrow_mut();
        for attribute in &tag.attrs {
            let value = attribute.value.trim().to_string();
            match (&*tag.name, &*attribute.name.local) {
                ("base", "href") => page.base = Some(value),
                (_, "id") | ("a", "name") => drop(page.ids.insert(value)),
                (_, "href" | "src" | "poster") => drop(page.links.insert(value)),
                _ => {}
            }
        }
        match &*tag.name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "noscript" => TokenSinkResult::RawData(RawKind::Rawtext),
            _ => TokenSinkResult::Continue,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead(link: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let page = format!("<h1 id=\"top\">x</h1><a href=\"{link}\">x</a><script>\"<a href='no.html'>\"</script>");
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(folder.path().join("a.html"), page).unwrap();
        fs::write(folder.path().join("sub/index.html"), "<p id='ein-ä'>x<img src='../pic.svg'></p>").unwrap();
        fs::write(folder.path().join("pic.svg"), "").unwrap();
        check(folder.path()).unwrap().dead
    }

    #[test]
    fn links_that_lead_somewhere() {
        for link in [
            "",
            "#top",
            "sub/",
            "sub/index.html#ein-%C3%A4",
            "./a.html?x=1#top",
            "/pic.svg",
            "https://docs.aws.amazon.com/x",
            "mailto:a@b.c",
        ] {
            assert_eq!(dead(link), Vec::<String>::new(), "{link}");
        }
    }

    #[test]
    fn links_that_lead_nowhere_are_named() {
        for (link, why) in [
            ("b.html", "leads to b.html, and there is no such file"),
            ("#bottom", "leads to #bottom, which a.html does not have"),
            ("sub/index.html#top", "leads to #top, which sub/index.html does not have"),
            ("pic.svg#top", "leads to #top, which pic.svg does not have"),
            ("../a.html", "leads out of the book"),
            ("https:/x", "is not an address"),
            ("javascript:alert(1)", "has the scheme javascript"),
        ] {
            let dead = dead(link);
            assert!(
                dead.len() == 1 && dead[0].contains(why) && dead[0].starts_with("a.html: the link"),
                "{link}: {dead:?}"
            );
        }
    }

    #[test]
    fn a_style_sheet_names_files_too() {
        let folder = tempfile::tempdir().unwrap();
        let css = "@font-face { src: url('a.woff2') format('woff2'), url(\"no.woff2\") } b { background: url(data:image/png;base64,AA==); filter: url(#f) }";
        fs::write(folder.path().join("a.css"), css).unwrap();
        fs::write(folder.path().join("a.woff2"), "").unwrap();
        let dead = check(folder.path()).unwrap().dead;
        assert_eq!(dead, ["a.css: the link \"no.woff2\" leads to no.woff2, and there is no such file"]);
    }

    #[test]
    fn a_dead_link_is_found_in_its_chapter() {
        let book = tempfile::tempdir().unwrap();
        fs::create_dir(book.path().join("src")).unwrap();
        fs::write(book.path().join("src/a.md"), "one\n[x](b.md#c)\n").unwrap();
        let dead = "a.html: the link \"b.html#c\" leads to #c, which b.html does not have";
        assert_eq!(source_of(book.path(), dead).unwrap(), "book/src/a.md:2");
    }
}
