//! The cue sheet: a version of the talk on one page for the pocket, with the finished board in small.
//!
//! It fits the area that A4 and Letter share, in the largest type that holds the talk. Lines are counted beforehand, because nobody
//! scrolls paper.

use std::fmt::Write;

use super::picture::finished;
use super::storyboard::{Language, Storyboard, Version};
use super::svg;
use super::talk::{Timed, clock, timed, title};

/// What A4 (210 × 297 mm) and Letter (216 × 279 mm) both have inside of margins of 10 mm.
const WIDTH: f64 = 190.0;
const HEIGHT: f64 = 257.0;
/// The title above the cues, and how high the picture is: smaller where a long talk needs the room.
const TITLE: f64 = 9.0;
const PICTURES: [f64; 3] = [84.0, 70.0, 58.0];
/// Letters of this size, in points, are read at arm's length: nobody gives up the picture for larger ones.
const READABLE: f64 = 9.0;
/// Millimetres of a point.
const POINT: f64 = 0.3528;
/// Between lines, in sizes of the letters.
const LINE: f64 = 1.22;
/// Between two steps, in lines.
const BETWEEN: f64 = 0.35;
/// Before a cue, in sizes of the letters.
const INDENT: f64 = 1.4;
/// Between columns.
const GAP: f64 = 5.0;
/// The sizes that are tried, in points.
const LARGEST: f64 = 12.0;
const SMALLEST: f64 = 4.0;

/// How the cues are set.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Typesetting {
    size: f64,
    columns: usize,
    picture: f64,
}

/// The sheet of a version in a language, as a page of HTML that prints on one page.
pub fn html(storyboard: &Storyboard, version: &Version, language: Language) -> String {
    let steps = timed(storyboard, version);
    let typesetting = setting(&steps, language);
    let title = title(version, language);
    let picture = svg::inline(&finished(storyboard, version, language), &title);
    let tongue = match language {
        Language::English => "en",
        Language::Korean => "ko",
    };
    let mut cues = String::new();
    for Timed { step, begin, .. } in &steps {
        let _ = writeln!(cues, "<section><h2>{} {}</h2><ul>", clock(*begin), escaped(step.title.of(language)));
        cues.extend(step.say.of(language).iter().map(|cue| format!("<li>{}</li>\n", escaped(cue))));
        cues.push_str("</ul></section>\n");
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"{tongue}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{picture}\n<div class=\"cues\">\n{cues}</div>\n</main>\n</body>\n</html>\n",
        style(typesetting)
    )
}

fn style(Typesetting { size, columns, picture }: Typesetting) -> String {
    let cues = HEIGHT - picture - TITLE;
    let picture = picture - 3.0;
    // Both papers: the page has no size of its own, and what is printed fits on the smaller one.
    format!(
        "@page {{ margin: 10mm; }}\n\
         * {{ box-sizing: border-box; margin: 0; padding: 0; }}\n\
         body {{ color: #111; background: #fff; font: {size}pt/{LINE} system-ui, \"Noto Sans KR\", \"Apple SD Gothic Neo\", \"Malgun Gothic\", sans-serif; }}\n\
         main {{ width: {WIDTH}mm; height: {HEIGHT}mm; margin: 0 auto; overflow: hidden; break-inside: avoid; }}\n\
         h1 {{ height: {TITLE}mm; font-size: 15pt; line-height: {TITLE}mm; }}\n\
         svg {{ display: block; width: auto; height: {picture}mm; max-width: 100%; margin: 0 auto 3mm; }}\n\
         .cues {{ height: {cues}mm; columns: {columns}; column-gap: {GAP}mm; column-fill: auto; }}\n\
         section {{ break-inside: avoid; padding-bottom: {BETWEEN}lh; }}\n\
         h2 {{ font-size: 1em; line-height: inherit; }}\n\
         li {{ margin-left: {INDENT}em; }}\n\
         @media screen {{ main {{ margin: 10mm auto; }} }}\n"
    )
}

/// The largest letters with which everything stands in its columns, below the largest picture that leaves them readable.
fn setting(steps: &[Timed<'_>], language: Language) -> Typesetting {
    let mut best = below(PICTURES[0], steps, language);
    for picture in &PICTURES[1..] {
        if best.size < READABLE {
            best = below(*picture, steps, language);
        }
    }
    best
}

fn below(picture: f64, steps: &[Timed<'_>], language: Language) -> Typesetting {
    let cues = HEIGHT - picture - TITLE;
    let mut size = LARGEST;
    while size > SMALLEST {
        for columns in 2..=4 {
            let width = (WIDTH - GAP * (columns - 1) as f64) / columns as f64 / (size * POINT);
            let heights: Vec<f64> = steps.iter().map(|timed| lines(timed, language, width)).collect();
            if fits(&heights, columns, cues / (size * POINT * LINE)) {
                return Typesetting { size, columns, picture };
            }
        }
        size -= 0.25;
    }
    Typesetting { size: SMALLEST, columns: 4, picture }
}

/// Whether blocks of these heights, none of which is divided, fill so many columns in their order.
fn fits(heights: &[f64], columns: usize, height: f64) -> bool {
    let (mut column, mut filled) = (1, 0.0);
    for block in heights {
        if filled + block > height {
            (column, filled) = (column + 1, 0.0);
        }
        filled += block;
    }
    column <= columns && heights.iter().all(|block| *block <= height)
}

/// How many lines a step takes in a column so many sizes wide.
fn lines(timed: &Timed<'_>, language: Language, width: f64) -> f64 {
    let title = format!("{} {}", clock(timed.begin), timed.step.title.of(language));
    let cues = timed.step.say.of(language).iter().map(|cue| wrapped(cue, width - INDENT));
    // Bold letters are wider.
    wrapped(&title, width / 1.08) + cues.sum::<f64>() + BETWEEN
}

/// How many lines a text takes, which is broken between words: in a narrow column the words decide, and not the letters.
fn wrapped(text: &str, width: f64) -> f64 {
    let (mut lines, mut filled) = (1.0, 0.0);
    for word in text.split_whitespace() {
        let word = wide(word);
        if filled > 0.0 && filled + wide(" ") + word > width {
            (lines, filled) = (lines + 1.0, word);
        } else {
            filled += if filled > 0.0 { wide(" ") + word } else { word };
        }
        // What is longer than a line is broken somewhere.
        lines += (filled / width).ceil().max(1.0) - 1.0;
        filled = if filled > width { filled % width } else { filled };
    }
    lines
}

/// How wide a text is in sizes of its letters, a little more than in most fonts.
fn wide(text: &str) -> f64 {
    let letters = text.chars().map(|letter| match letter {
        ' ' | '.' | ',' | ':' | ';' | 'i' | 'j' | 'l' | 't' | 'f' | '\'' => 0.36,
        'm' | 'w' | 'M' | 'W' => 0.92,
        letter if letter.is_ascii_uppercase() => 0.74,
        letter if letter < '\u{1100}' => 0.6,
        _ => 1.0,
    });
    letters.sum::<f64>() * 1.06
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whiteboard::storyboard::tests::SMALL;

    #[test]
    fn the_sheet_has_the_picture_and_the_cues_with_their_clock() {
        let storyboard = Storyboard::parse(SMALL).unwrap();
        let sheet = html(&storyboard, storyboard.version(1).unwrap(), Language::English);
        for part in [
            "<html lang=\"en\">",
            "@page { margin: 10mm; }",
            "<svg ",
            "<section><h2>0:30 The API</h2><ul>\n<li>The API</li>\n<li>Its door</li>\n</ul></section>",
        ] {
            assert!(sheet.contains(part), "{part}\nis not in\n{sheet}");
        }
    }

    #[test]
    fn letters_become_smaller_until_everything_is_on_the_page() {
        let storyboard = Storyboard::parse(SMALL).unwrap();
        let version = storyboard.version(1).unwrap();
        let few = timed(&storyboard, version);
        let many: Vec<_> = (0..40).flat_map(|_| timed(&storyboard, version)).collect();
        let largest = Typesetting { size: LARGEST, columns: 2, picture: PICTURES[0] };
        assert_eq!(setting(&few, Language::English), largest);
        let small = setting(&many, Language::English);
        assert!(small.size < LARGEST && small.size > SMALLEST, "{small:?}");
        // A long talk has a smaller picture, and so larger letters.
        assert!(small.picture < PICTURES[0] && small.size > below(PICTURES[0], &many, Language::English).size);
    }

    #[test]
    fn lines_are_broken_between_words() {
        let word = wide("mmmm");
        assert_eq!(wrapped("mmmm mmmm", word * 2.2), 1.0);
        // Two words and a half would fit by their letters.
        assert_eq!(wrapped("mmmm mmmm mmmm", word * 1.6), 3.0);
        assert_eq!(wrapped("mmmmmmmm", word * 1.1), 2.0);
    }

    #[test]
    fn a_block_is_not_divided_between_columns() {
        assert!(fits(&[4.0, 4.0, 4.0], 3, 5.0));
        assert!(!fits(&[4.0, 4.0, 4.0], 2, 5.0));
        assert!(!fits(&[6.0], 2, 5.0));
    }
}
