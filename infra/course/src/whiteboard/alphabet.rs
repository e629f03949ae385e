//! Letters as a pen writes them on a board: strokes and no outlines, so that a picture needs no font on any machine.
//!
//! A letter stands on a grid: its capital height is 0 to 14 from the top, small letters begin at 5, tails reach to 19. Korean syllables are
//! put together from their letters: see `alphabet/hangul.rs`. A letter that nobody has drawn yet is an empty box, and the linter names it.

mod hangul;

/// A point on the grid, or on the paper.
pub type Point = (f64, f64);
/// A line that the pen draws without being lifted.
pub type Stroke = Vec<Point>;

/// From the top of a capital to the line that letters stand on.
const BASE: f64 = 14.0;
/// Between the letters of a word.
const GAP: f64 = 2.3;
/// How large a unit of the grid is in a text of size 1.
const UNIT: f64 = 0.05;

/// A letter: how wide it is, and its strokes. One that begins with `~` is a curve through its points.
type Letter = (char, f64, &'static [&'static str]);

const LETTERS: &[Letter] = &[
    (' ', 5.0, &[]),
    ('A', 10.0, &["0,14 5,0 10,14", "2,9 8,9"]),
    ('B', 8.0, &["0,0 0,14", "~0,0 4,0 7,1.5 7,5 4,6.7 0,7", "~0,7 5,7.2 8,9 8,12 5,14 0,14"]),
    ('C', 9.0, &["~9,2 6,0 2,1.5 0,7 2,12.5 6,14 9,12"]),
    ('D', 9.0, &["0,0 0,14", "~0,0 5,0.5 9,4 9,10 5,13.5 0,14"]),
    ('E', 7.0, &["7,0 0,0 0,14 7,14", "0,7 6,7"]),
    ('F', 7.0, &["7,0 0,0 0,14", "0,7 6,7"]),
    ('G', 9.0, &["~9,2 6,0 2,1.5 0,7 2,12.5 6,14 9,12.5", "9,13 9,8 5.5,8"]),
    ('H', 8.0, &["0,0 0,14", "8,0 8,14", "0,7 8,7"]),
    ('I', 1.0, &["0.5,0 0.5,14"]),
    ('J', 6.0, &["~6,0 6,10 5,13 2.5,14 0,12"]),
    ('K', 8.0, &["0,0 0,14", "8,0 0,8.5", "3,5.5 8,14"]),
    ('L', 7.0, &["0,0 0,14 7,14"]),
    ('M', 11.0, &["0,14 1,0 5.5,9 10,0 11,14"]),
    ('N', 8.0, &["0,14 0,0 8,14 8,0"]),
    ('O', 10.0, &["~5,0 1.5,2 0,7 1.5,12 5,14 8.5,12 10,7 8.5,2 5,0"]),
    ('P', 8.0, &["0,14 0,0", "~0,0 5,0.3 8,2 8,5.5 5,7.7 0,8"]),
    ('Q', 10.0, &["~5,0 1.5,2 0,7 1.5,12 5,14 8.5,12 10,7 8.5,2 5,0", "6,10 10,15"]),
    ('R', 8.0, &["0,14 0,0", "~0,0 5,0.3 7.5,2 7.5,5 5,6.8 0,7", "3.5,7 8,14"]),
    ('S', 8.0, &["~8,2 5,0 1.5,0.8 0.5,3.5 3,6.2 6.5,8 8,10.5 6,13.6 3,14 0,12"]),
    ('T', 9.0, &["0,0 9,0", "4.5,0 4.5,14"]),
    ('U', 9.0, &["~0,0 0,9 1.5,13 4.5,14 7.5,13 9,9 9,0"]),
    ('V', 10.0, &["0,0 5,14 10,0"]),
    ('W', 14.0, &["0,0 3.5,14 7,4 10.5,14 14,0"]),
    ('X', 9.0, &["0,0 9,14", "9,0 0,14"]),
    ('Y', 9.0, &["0,0 4.5,7 9,0", "4.5,7 4.5,14"]),
    ('Z', 8.0, &["0,0 8,0 0,14 8,14"]),
    ('a', 7.0, &["~7,6.5 4,5 1,6.5 0,9.5 1,13 4,14 7,12", "7,5 7,14"]),
    ('b', 7.0, &["0,0 0,14", "~0,7 3,5 6,6 7,9.5 6,13 3,14 0,12.5"]),
    ('c', 6.5, &["~6.5,6.5 4,5 1,6.5 0,9.5 1,12.7 4,14 6.5,12.7"]),
    ('d', 7.0, &["7,0 7,14", "~7,6.5 4,5 1,6.5 0,9.5 1,13 4,14 7,12"]),
    ('e', 7.0, &["0,9.5 7,9.5", "~7,9.5 6.3,6.5 3.5,5 1,6.5 0,9.5 1,12.8 4,14 6.8,12.8"]),
    ('f', 5.0, &["~5,1 3.5,0 2,2 2,14", "0,5 5,5"]),
    ('g', 7.0, &["~7,6.5 4,5 1,6.5 0,9.5 1,13 4,14 7,12", "~7,5 7,15 6,18 3,19 0.5,18"]),
    ('h', 7.0, &["0,0 0,14", "~0,8 3,5 6,6 7,9 7,14"]),
    ('i', 1.0, &["0.5,5 0.5,14", "0.5,1 0.5,1.5"]),
    ('j', 3.0, &["~2.5,5 2.5,16 1.5,18.5 -0.5,18.5", "2.5,1 2.5,1.5"]),
    ('k', 6.5, &["0,0 0,14", "6,5 0,10.5", "2.5,8.5 6.5,14"]),
    ('l', 1.0, &["0.5,0 0.5,14"]),
    ('m', 11.0, &["0,5 0,14", "~0,8 2.5,5 5,6 5.5,9 5.5,14", "~5.5,8 8,5 10.5,6 11,9 11,14"]),
    ('n', 7.0, &["0,5 0,14", "~0,8 3,5 6,6 7,9 7,14"]),
    ('o', 7.0, &["~3.5,5 1,6.3 0,9.5 1,12.7 3.5,14 6,12.7 7,9.5 6,6.3 3.5,5"]),
    ('p', 7.0, &["0,5 0,19", "~0,7 3,5 6,6 7,9.5 6,13 3,14 0,12.5"]),
    ('q', 7.0, &["7,5 7,19", "~7,6.5 4,5 1,6.5 0,9.5 1,13 4,14 7,12"]),
    ('r', 5.0, &["0,5 0,14", "~0,8.5 1.5,6 3.5,5 5,5.3"]),
    ('s', 6.0, &["~6,6.5 3.5,5 1,6 1.5,8.3 4.8,10 6,12 4,14 0,13"]),
    ('t', 5.0, &["~2,1 2,11 3,14 5,13.3", "0,5 5,5"]),
    ('u', 7.0, &["~0,5 0,10 1,13.3 4,14 7,11", "7,5 7,14"]),
    ('v', 7.0, &["0,5 3.5,14 7,5"]),
    ('w', 10.0, &["0,5 2.5,14 5,7 7.5,14 10,5"]),
    ('x', 6.5, &["0,5 6.5,14", "6.5,5 0,14"]),
    ('y', 7.0, &["0,5 3.7,14", "~7,5 3.7,14 2.5,17.5 0,19"]),
    ('z', 6.5, &["0,5 6.5,5 0,14 6.5,14"]),
    ('0', 8.0, &["~4,0 1,2.5 0,7 1,11.5 4,14 7,11.5 8,7 7,2.5 4,0"]),
    ('1', 4.0, &["0,3 4,0 4,14"]),
    ('2', 8.0, &["~0.5,3 3,0 6.5,0.8 7.5,4 5.5,8 0,14", "0,14 8,14"]),
    ('3', 8.0, &["~0.5,1.5 4,0 7,1.8 6.5,5 3.5,6.7", "~3.5,6.7 7,7.8 8,10.5 5.5,13.6 0,13"]),
    ('4', 8.0, &["6,14 6,0 0,9.5 8,9.5"]),
    ('5', 8.0, &["7,0 1.5,0 1,6", "~1,6 4,5 7.5,6.8 7.7,10.5 5,13.8 0,13"]),
    ('6', 8.0, &["~7,1 3,2.5 0.5,7 0.5,11 3.5,14 7,12.5 7.7,9 5,6.8 2,7.8 0.5,10"]),
    ('7', 8.0, &["0,0 8,0 3,14"]),
    ('8', 8.0, &["~4,6.5 1,4.5 1.5,1 4,0 6.5,1 7,4.5 4,6.5 0.5,9 0.8,12.5 4,14 7.2,12.5 7.5,9 4,6.5"]),
    ('9', 8.0, &["~7.5,4 5.5,7 2,7 0.3,4.5 1.5,1 4.5,0 7,1.5 7.5,5 6.5,10 3,14"]),
    ('.', 1.0, &["0.5,13.5 0.5,14"]),
    (',', 2.0, &["1.5,13 0.5,16.5"]),
    (':', 1.0, &["0.5,6.5 0.5,7", "0.5,13.5 0.5,14"]),
    (';', 2.0, &["1.5,6.5 1.5,7", "1.5,13 0.5,16.5"]),
    ('\'', 1.0, &["0.5,0 0.5,3.5"]),
    ('"', 4.0, &["0.5,0 0.5,3.5", "3.5,0 3.5,3.5"]),
    ('(', 3.5, &["~3.5,-1 1,3 0.5,7.5 1,12 3.5,16"]),
    (')', 3.5, &["~0,-1 2.5,3 3,7.5 2.5,12 0,16"]),
    ('-', 5.0, &["0,9 5,9"]),
    ('–', 8.0, &["0,9 8,9"]),
    ('_', 7.0, &["0,16 7,16"]),
    ('/', 6.0, &["0,15.5 6,-1"]),
    ('+', 8.0, &["4,5 4,13", "0,9 8,9"]),
    ('=', 8.0, &["0,7 8,7", "0,11 8,11"]),
    ('→', 11.0, &["0,8.5 11,8.5", "7.5,5 11,8.5 7.5,12"]),
    ('·', 1.0, &["0.5,8 0.5,8.5"]),
    ('&', 9.0, &["~9,14 2.5,4.5 2.2,1.5 4,0 6,1.5 5,4.8 0.8,9.5 1,12.8 3.5,14 6.5,12.5 8.5,8.5"]),
    ('?', 7.0, &["~0,2.5 2.5,0 6,1 6.5,4 3.5,7.5 3.3,10", "3.3,13.5 3.3,14"]),
    ('!', 1.0, &["0.5,0 0.5,10", "0.5,13.5 0.5,14"]),
    ('%', 10.0, &["0,14 10,0", "~2,0 0,2 2,4 4,2 2,0", "~8,10 6,12 8,14 10,12 8,10"]),
];

/// A text that was written on the paper.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenText {
    /// Its strokes.
    pub strokes: Vec<Stroke>,
    /// How wide it is.
    pub width: f64,
}

/// Writes `text` with letters of this size, its middle at `middle`.
pub fn written(text: &str, middle: Point, size: f64) -> WrittenText {
    let unit = size * UNIT;
    let width = units(text) * unit;
    let mut strokes = Vec::new();
    let mut at = middle.0 - width / 2.0;
    let top = middle.1 - BASE / 2.0 * unit;
    for letter in text.chars() {
        let (wide, drawn) = drawn(letter);
        let place = |&(x, y): &Point| (at + x * unit, top + y * unit);
        strokes.extend(drawn.iter().map(|stroke| stroke.iter().map(place).collect::<Stroke>()));
        at += (wide + GAP) * unit;
    }
    WrittenText { strokes, width }
}

/// How wide a text is with letters of this size.
pub fn width(text: &str, size: f64) -> f64 {
    units(text) * size * UNIT
}

/// Whether there are strokes for a letter.
pub fn has(letter: char) -> bool {
    hangul::is_syllable(letter) || LETTERS.iter().any(|(known, _, _)| *known == letter)
}

fn units(text: &str) -> f64 {
    text.chars().map(|letter| drawn(letter).0 + GAP).sum::<f64>() - if text.is_empty() { 0.0 } else { GAP }
}

/// A letter on the grid: how wide it is, and its strokes.
fn drawn(letter: char) -> (f64, Vec<Stroke>) {
    if let Some(strokes) = hangul::syllable(letter) {
        return (hangul::WIDTH, strokes);
    }
    match LETTERS.iter().find(|(known, _, _)| *known == letter) {
        Some((_, wide, strokes)) => (*wide, strokes.iter().map(|stroke| parsed(stroke)).collect()),
        None => (8.0, vec![parsed("0,0 8,0 8,14 0,14 0,0")]),
    }
}

/// `~0,0 4,5 8,0` → the points of a stroke.
fn parsed(stroke: &str) -> Stroke {
    let (is_curve, points) = stroke.strip_prefix('~').map_or((false, stroke), |points| (true, points));
    let number = |text: &str| text.parse::<f64>().unwrap_or_default();
    let points: Stroke =
        points.split(' ').filter_map(|point| point.split_once(',')).map(|(x, y)| (number(x), number(y))).collect();
    if is_curve { curve(&points) } else { points }
}

/// A curve through all points (Catmull and Rom).
fn curve(points: &[Point]) -> Stroke {
    const PIECES: usize = 6;
    let Some(last) = points.len().checked_sub(1) else { return Stroke::new() };
    let closed = last > 0 && points[0] == points[last];
    let at = |index: isize| match index {
        index if index < 0 => points[if closed { last - 1 } else { 0 }],
        index if index as usize > last => points[if closed { 1 } else { last }],
        index => points[index as usize],
    };
    let mut curve = vec![points[0]];
    for index in 0..last as isize {
        let [a, b, c, d] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
        for piece in 1..=PIECES {
            let t = piece as f64 / PIECES as f64;
            let through = |a: f64, b: f64, c: f64, d: f64| {
                0.5 * (2.0 * b
                    + (c - a) * t
                    + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
                    + (3.0 * (b - c) + d - a) * t * t * t)
            };
            curve.push((through(a.0, b.0, c.0, d.0), through(a.1, b.1, c.1, d.1)));
        }
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_middle_where_it_was_asked_for() {
        let written = written("HOH", (100.0, 50.0), 20.0);
        let xs: Vec<f64> = written.strokes.iter().flatten().map(|point| point.0).collect();
        let (left, right) = (xs.iter().copied().fold(f64::MAX, f64::min), xs.iter().copied().fold(f64::MIN, f64::max));
        assert!((left + right - 200.0).abs() < 0.01, "{left} to {right}");
        assert!((right - left - written.width).abs() < 0.01);
        assert!(written.strokes.iter().flatten().all(|point| (43.0..=57.0).contains(&point.1)));
    }

    #[test]
    fn each_letter_keeps_to_its_place_on_the_grid() {
        for (letter, wide, _) in LETTERS {
            for (x, y) in drawn(*letter).1.into_iter().flatten() {
                assert!((-1.0..=wide + 1.0).contains(&x) && (-1.5..=19.5).contains(&y), "{letter}: {x},{y}");
            }
        }
        let twice = LETTERS.iter().enumerate().find(|(at, one)| LETTERS[..*at].iter().any(|other| other.0 == one.0));
        assert_eq!(twice, None);
        assert!(has('A') && has('한') && !has('漢'));
    }
}
