//! What a page of the built book loads before it is read. mdBook gives every page the scripts of the search and the highlighting of 48
//! languages, which are heavier than any page's text. Here the search's scripts are left to `book/theme/search.js`, which loads them when
//! somebody searches, and of the languages those stay that the book has.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::whiteboard::script::stripped;

/// The scripts of the search, by the beginning of their names, and the one that loads them.
const SEARCH: [&str; 4] = ["elasticlunr", "mark", "searcher", "register"];
const LOADER: &str = "search";
/// How a script is loaded.
const OPEN: &str = "<script src=\"";
const CLOSE: &str = "\"></script>";
/// The highlighting, by the beginning of its name, and what adds a language to it.
const HIGHLIGHT: &str = "highlight";
const LANGUAGE: &str = "hljs.registerLanguage(\"";
/// The folder of the book's own scripts and styles, whose comments and indentation are for who changes them.
const THEME: &str = "theme";

/// Takes out of the built book in `pages` what its pages need not load at first.
///
/// # Errors
///
/// A file that cannot be read or written.
pub fn lighten(pages: &Path) -> io::Result<()> {
    let mut languages = BTreeSet::new();
    for page in files(pages, "html")? {
        let text = fs::read_to_string(&page)?;
        languages.extend(languages_of(&text).map(str::to_string));
        let lighter = without_search(&text);
        if lighter != text {
            fs::write(&page, lighter)?;
        }
    }
    for script in fs::read_dir(pages)? {
        let script = script?.path();
        if stem(&script.to_string_lossy()) == HIGHLIGHT && script.extension().is_some_and(|ending| ending == "js") {
            fs::write(&script, with_languages(&fs::read_to_string(&script)?, &languages))?;
        }
    }
    let theme = pages.join(THEME);
    for file in files(&theme, "js")?.into_iter().chain(files(&theme, "css")?) {
        fs::write(&file, stripped(&fs::read_to_string(&file)?))?;
    }
    Ok(())
}

/// The files with an ending in a folder and the folders below it.
fn files(folder: &Path, ending: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, ending)?);
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    Ok(found)
}

/// The name of a script without what its content adds to it: `searcher` for `../searcher-09f2665d.js`.
fn stem(address: &str) -> &str {
    let name = address.rsplit(['/', '\\']).next().unwrap_or_default();
    name.split(['-', '.']).next().unwrap_or_default()
}

/// The languages of the code on a page.
fn languages_of(page: &str) -> impl Iterator<Item = &str> {
    let is_end = |letter: char| !letter.is_ascii_alphanumeric();
    page.split("class=\"language-").skip(1).filter_map(move |code| code.split(is_end).next())
}

/// A page which names the search's scripts to the one that loads them, in place of loading them.
fn without_search(page: &str) -> String {
    let mut scripts = Vec::new();
    let kept = with_scripts(page, |address| match SEARCH.contains(&stem(address)) {
        true => {
            scripts.push(address.to_string());
            Some(String::new())
        }
        false => None,
    });
    with_scripts(&kept, |address| {
        let is_loader = stem(address) == LOADER;
        is_loader.then(|| format!("{OPEN}{address}\" data-scripts=\"{}{CLOSE}", scripts.join(" ")))
    })
}

/// A page with another text in the place of each script for which `instead` has one.
fn with_scripts(page: &str, mut instead: impl FnMut(&str) -> Option<String>) -> String {
    let mut parts = page.split(OPEN);
    let mut changed = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let replaced = part.split_once(CLOSE).and_then(|(address, after)| Some((instead(address)?, after)));
        match replaced {
            Some((text, after)) => changed.extend([text.as_str(), after]),
            None => changed.extend([OPEN, part]),
        }
    }
    changed
}

/// The highlighting with these languages and no others, by their names or by what else they are called.
fn with_languages(script: &str, languages: &BTreeSet<String>) -> String {
    let mut parts = script.split(LANGUAGE);
    let mut kept = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let name = part.split('"').next().unwrap_or_default();
        let aliases = part.split_once("aliases:[").map_or("", |(_, after)| after.split(']').next().unwrap_or_default());
        let mut names = aliases.split(',').map(|alias| alias.trim_matches('"')).chain([name]);
        if names.any(|name| languages.contains(name)) {
            kept.push_str(LANGUAGE);
            kept.push_str(part);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_scripts_of_the_search_and_does_not_load_them() {
        let page = "<script src=\"../searcher-09f2665d.js\"></script>\n<script src=\"../book-1.js\"></script>\n\
                    <script src=\"../theme/search-2.js\"></script>\n<script src=\"../theme/register-3.js\"></script>";
        assert_eq!(
            without_search(page),
            "\n<script src=\"../book-1.js\"></script>\n\
             <script src=\"../theme/search-2.js\" data-scripts=\"../searcher-09f2665d.js ../theme/register-3.js\"></script>\n"
        );
        let without = "<p>A page of its own.</p><script src=\"review/main.js\"></script>";
        assert_eq!(without_search(without), without);
    }

    #[test]
    fn the_languages_of_the_book_stay() {
        let script = "var hljs={};hljs.registerLanguage(\"bash\",{aliases:[\"sh\",\"zsh\"]});\n\
                      hljs.registerLanguage(\"go\",{});\nhljs.registerLanguage(\"rust\",{aliases:[\"rs\"]});";
        let languages: BTreeSet<String> =
            languages_of("<code class=\"language-sh\"></code><code class=\"language-rust hidelines\">")
                .map(str::to_string)
                .collect();
        assert_eq!(languages, ["rust", "sh"].map(str::to_string).into());
        assert_eq!(
            with_languages(script, &languages),
            "var hljs={};hljs.registerLanguage(\"bash\",{aliases:[\"sh\",\"zsh\"]});\nhljs.registerLanguage(\"rust\",{aliases:[\"rs\"]});"
        );
    }
}
