//! How long a page takes to read, shown below its title.

use pulldown_cmark::{Event, Options, Parser, TagEnd};

/// Words that are read in a minute of a technical text in a language that may not be one's own.
const WORDS: usize = 180;

/// The minutes that a page takes, at least one. Code counts as prose: it is read as slowly.
pub fn minutes(page: &str) -> usize {
    let words = Parser::new_ext(page, Options::ENABLE_TABLES | Options::ENABLE_GFM).map(|event| match event {
        Event::Text(text) | Event::Code(text) => text.split_whitespace().count(),
        _ => 0,
    });
    words.sum::<usize>().div_ceil(WORDS).max(1)
}

/// Puts the minutes of a page below its title.
pub fn tell(page: &mut String) {
    let mut events = Parser::new(page).into_offset_iter();
    let title = events.find(|(event, _)| matches!(event, Event::End(TagEnd::Heading(_)))).map(|(_, range)| range.end);
    let Some(end) = title else { return };
    let minutes = minutes(page);
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    page.insert_str(end, &format!("\n<p class=\"minutes\">{minutes} {unit} to read</p>\n\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_its_minutes_below_its_title() {
        let mut page = format!("<!-- A comment. -->\n\n# A title\n\n{}\n\n## A part\n", "word ".repeat(200));
        tell(&mut page);
        assert!(page.contains("# A title\n\n<p class=\"minutes\">2 minutes to read</p>\n\n"), "{page}");
        let mut untitled = "no title".to_string();
        tell(&mut untitled);
        assert_eq!(untitled, "no title");
    }
}
