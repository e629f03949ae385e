//! The finished board as an SVG picture: named parts, strokes only, no fonts.

use std::fmt::Write;

use super::alphabet::Stroke;
use super::picture::{DASHES, Ink, LETTER, LINE, Picture};

/// The picture as a document, which is as large as the window or the frame that it stands in. `title` says what it is.
pub fn document(picture: &Picture, title: &str) -> String {
    let Picture { width, height, .. } = picture;
    let paper = format!("<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n");
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", element(picture, title, "", &paper))
}

/// The picture as an element of a page, on the page's own ground.
pub fn inline(picture: &Picture, title: &str) -> String {
    let Picture { width, height, .. } = picture;
    element(picture, title, &format!(" width=\"{width}\" height=\"{height}\""), "")
}

fn element(picture: &Picture, title: &str, size: &str, paper: &str) -> String {
    let Picture { width, height, parts } = picture;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\"{size} role=\"img\" \
         fill=\"none\" stroke=\"{}\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n<title>{}</title>\n{paper}",
        Ink::Box.hex(),
        escaped(title)
    );
    let stroke = |ink: Ink| if ink == Ink::Box { String::new() } else { format!(" stroke=\"{}\"", ink.hex()) };
    for part in parts {
        let dashes =
            if part.dashed { format!(" stroke-dasharray=\"{} {}\"", DASHES[0], DASHES[1]) } else { String::new() };
        let _ = writeln!(
            svg,
            "<g id=\"{}\"><title>{}</title><path d=\"{}\" stroke-width=\"{LINE}\"{dashes}{}/></g>",
            part.id,
            escaped(&part.name),
            path(&part.lines),
            stroke(part.ink)
        );
    }
    // Words lie over all lines, and on paper of their own.
    for part in parts.iter().filter(|part| !part.words.is_empty()) {
        let words = path(&part.words);
        let _ = writeln!(
            svg,
            "<g id=\"{}-words\" aria-hidden=\"true\"><path d=\"{words}\" stroke=\"#fff\" stroke-width=\"{}\"/><path d=\"{words}\" \
             stroke-width=\"{LETTER}\"{}/></g>",
            part.id,
            LETTER + 5.0,
            stroke(part.ink)
        );
    }
    svg + "</svg>"
}

fn path(strokes: &[Stroke]) -> String {
    // Without a negative zero.
    let number = |number: f64| (number * 10.0).round() / 10.0 + 0.0;
    let mut path = String::new();
    for stroke in strokes {
        for (at, (x, y)) in stroke.iter().enumerate() {
            let _ = write!(path, "{}{} {}", if at == 0 { "M" } else { "L" }, number(*x), number(*y));
        }
    }
    path
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whiteboard::picture::PicturePart;

    #[test]
    fn parts_are_named_and_words_lie_over_lines() {
        let part = PicturePart {
            id: "a".to_string(),
            name: "A & <B>".to_string(),
            lines: vec![vec![(0.0, 0.04), (10.25, -0.01)]],
            dashed: true,
            ink: Ink::Mark,
            words: vec![vec![(1.0, 2.0), (3.0, 4.0)]],
        };
        let svg = document(&Picture { width: 40.0, height: 30.0, parts: vec![part] }, "The board");
        for wanted in [
            "viewBox=\"0 0 40 30\" role",
            "<title>The board</title>\n<rect width=\"40\" height=\"30\" fill=\"#fff\"/>",
            "<g id=\"a\"><title>A &amp; &lt;B></title><path d=\"M0 0L10.3 0\" stroke-width=\"3\" stroke-dasharray=\"14 10\" stroke=\"#23693a\"/></g>",
            "<g id=\"a-words\" aria-hidden=\"true\"><path d=\"M1 2L3 4\" stroke=\"#fff\"",
            "stroke-width=\"2.1\" stroke=\"#23693a\"/></g>\n</svg>",
        ] {
            assert!(svg.contains(wanted), "{wanted}\nis not in\n{svg}");
        }
    }
}
