//! The finished board as PNG: the strokes of the picture, painted with a round pen on white, twice as large as the paper.

use course::whiteboard::alphabet::Stroke;
use course::whiteboard::picture::{DASHES, LETTER, LINE, Picture, PicturePart};
use tiny_skia::{Color, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, StrokeDash, Transform};

/// Points of the image to a unit of the paper.
const SCALE: f32 = 2.0;

/// The image's bytes.
///
/// # Errors
///
/// Why it cannot be made: a size that no image has, or no memory for it.
pub(super) fn image(picture: &Picture) -> Result<Vec<u8>, String> {
    let size = |length: f64| (length as f32 * SCALE).round() as u32;
    let mut pixels = Pixmap::new(size(picture.width), size(picture.height)).ok_or("its size is not an image's")?;
    pixels.fill(Color::WHITE);
    let ink = |part: &PicturePart| {
        let [red, green, blue] = part.ink.rgb();
        Color::from_rgba8(red, green, blue, 0xff)
    };
    for part in &picture.parts {
        let dashes = part.dashed.then(|| DASHES.map(|length| length as f32).to_vec());
        draw(&mut pixels, &part.lines, ink(part), LINE, dashes);
    }
    // Words lie over all lines, and on paper of their own.
    for part in &picture.parts {
        draw(&mut pixels, &part.words, Color::WHITE, LETTER + 5.0, None);
        draw(&mut pixels, &part.words, ink(part), LETTER, None);
    }
    pixels.encode_png().map_err(|why| why.to_string())
}

fn draw(pixels: &mut Pixmap, strokes: &[Stroke], colour: Color, width: f64, dashes: Option<Vec<f32>>) {
    let Some(path) = path(strokes) else { return };
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour);
    let stroke = tiny_skia::Stroke {
        width: width as f32,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        dash: dashes.and_then(|dashes| StrokeDash::new(dashes, 0.0)),
        ..tiny_skia::Stroke::default()
    };
    pixels.stroke_path(&path, &paint, &stroke, Transform::from_scale(SCALE, SCALE), None);
}

/// The strokes as one path; nothing where there are none.
fn path(strokes: &[Stroke]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for stroke in strokes {
        for (at, (x, y)) in stroke.iter().enumerate() {
            match at {
                0 => path.move_to(*x as f32, *y as f32),
                _ => path.line_to(*x as f32, *y as f32),
            }
        }
    }
    path.finish()
}

#[cfg(test)]
mod tests {
    use course::whiteboard::picture::Ink;

    use super::*;

    #[test]
    fn ink_is_where_the_strokes_are() {
        let line = vec![vec![(10.0, 20.0), (30.0, 20.0)]];
        let part = PicturePart {
            id: "a".to_string(),
            name: "A".to_string(),
            lines: line,
            dashed: false,
            ink: Ink::Flow,
            words: Vec::new(),
        };
        let bytes = image(&Picture { width: 40.0, height: 40.0, parts: vec![part] }).unwrap();
        let pixels = Pixmap::decode_png(&bytes).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (80, 80));
        let red = |x, y| pixels.pixel(x, y).unwrap().red();
        assert_eq!((red(40, 40), red(40, 10), red(4, 40)), (0x1f, 0xff, 0xff));
    }
}
