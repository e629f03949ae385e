//! The finished board as a hand draws it: each box and arrow as strokes, with its words.
//!
//! The hand is unsteady and always the same for the same id, as in the rehearsal page (`book/src/whiteboard/sketch.js`), so that a picture
//! does not change when it is made again.

use super::alphabet::{self, Point, Stroke, written};
use super::storyboard::{Arrow, Glyph, Language, Node, Storyboard, Version};

/// One box or arrow.
#[derive(Debug, Clone, PartialEq)]
pub struct PicturePart {
    /// Its id in the storyboard.
    pub id: String,
    /// What it is, for somebody who does not see it.
    pub name: String,
    /// Its lines.
    pub lines: Vec<Stroke>,
    /// Whether they are dashed.
    pub dashed: bool,
    /// The colour of its lines and words.
    pub ink: Ink,
    /// The strokes of its words.
    pub words: Vec<Stroke>,
}

/// The colours of the board: black for what there is, one for what goes over, one for who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Boxes and frames.
    Box,
    /// Arrows, and the words on them.
    Flow,
    /// Roles, policies and other marks that say who may.
    Mark,
}

impl Ink {
    /// Red, green, blue.
    pub fn rgb(self) -> [u8; 3] {
        match self {
            Ink::Box => [0x1d, 0x27, 0x33],
            Ink::Flow => [0x1f, 0x5c, 0x99],
            Ink::Mark => [0x23, 0x69, 0x3a],
        }
    }

    /// As documents write it: `#1d2733`.
    pub fn hex(self) -> String {
        self.rgb().iter().fold("#".to_string(), |hex, part| format!("{hex}{part:02x}"))
    }

    pub(super) fn of(node: &Node) -> Ink {
        if node.mark { Ink::Mark } else { Ink::Box }
    }
}

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// In the paper's own units.
    pub width: f64,
    /// In the paper's own units.
    pub height: f64,
    /// In the order of drawing.
    pub parts: Vec<PicturePart>,
}

/// How wide a line is, and how wide a letter's, in the paper's units.
pub const LINE: f64 = 3.0;
/// See [`LINE`].
pub const LETTER: f64 = 2.1;
/// Dashes and the gaps between them.
pub const DASHES: [f64; 2] = [14.0, 10.0];

/// How large an arrow's words are, and the room that they keep from lines.
const WORDS: f64 = 19.0;
const ROOM: f64 = 6.0;
/// Between a box and an arrow's end.
const GAP: f64 = 8.0;

/// A rectangle: left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The ids that a version draws, each once, in the order of drawing.
pub fn drawn<'a>(storyboard: &'a Storyboard, version: &'a Version) -> Vec<&'a str> {
    let mut drawn: Vec<&str> = Vec::new();
    for id in storyboard.steps_of(version).flat_map(|step| &step.draw) {
        if !drawn.contains(&id.as_str()) {
            drawn.push(id);
        }
    }
    drawn
}

/// The board at the end of a version.
pub fn finished(storyboard: &Storyboard, version: &Version, language: Language) -> Picture {
    let ids = drawn(storyboard, version);
    let arrows: Vec<&Arrow> = ids.iter().filter_map(|id| storyboard.arrow(id)).collect();
    let nodes: Vec<&Node> = ids.iter().filter_map(|id| storyboard.node(id)).collect();
    let mut places = Places::around(storyboard, &nodes, &arrows, language);
    let ticked = storyboard.ticked(version);
    let part = |id: &&str| {
        let node = storyboard.node(id).map(|node| of_node(node, &ticked, language));
        node.or_else(|| storyboard.arrow(id).and_then(|arrow| of_arrow(storyboard, arrow, language, &mut places)))
    };
    let board = storyboard.board;
    Picture { width: board.width.into(), height: board.height.into(), parts: ids.iter().filter_map(part).collect() }
}

/// Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32, begun from an FNV-1a hash).
struct Hand(u32);

impl Hand {
    fn of(seed: &str) -> Hand {
        Hand(seed.encode_utf16().fold(2_166_136_261, |state, unit| (state ^ u32::from(unit)).wrapping_mul(16_777_619)))
    }

    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let state = self.0;
        let mut mixed = (state ^ (state >> 15)).wrapping_mul(1 | state);
        mixed = mixed.wrapping_add((mixed ^ (mixed >> 7)).wrapping_mul(61 | mixed)) ^ mixed;
        f64::from(mixed ^ (mixed >> 14)) / 4_294_967_296.0
    }

    /// A line that a hand draws: a little bent, and up to `over` too long at both ends.
    fn line(&mut self, from: Point, to: Point, over: f64) -> Stroke {
        let far = distance(from, to).max(1.0);
        let (right, down) = ((to.0 - from.0) / far, (to.1 - from.1) / far);
        let bend = (self.next() - 0.5) * f64::min(7.0, far * 0.03);
        let (before, after) = (self.next() * over, self.next() * over);
        let count = (far / 22.0).round().max(4.0) as usize;
        (0..=count)
            .map(|at| {
                let share = at as f64 / count as f64;
                let along = share * (far + before + after) - before;
                let off = (share * std::f64::consts::PI).sin() * bend + (self.next() - 0.5) * 0.9;
                (from.0 + right * along - down * off, from.1 + down * along + right * off)
            })
            .collect()
    }

    /// A part of an ellipse, from an angle on.
    fn arc(&mut self, middle: Point, across: f64, down: f64, from: f64, sweep: f64) -> Stroke {
        let is_whole = sweep.abs() > 6.0;
        let start = from + if is_whole { self.next() } else { 0.0 };
        let count = ((across + down) * sweep.abs() / 24.0).round().max(20.0) as usize;
        let (wobble, phase) = (0.02 * self.next(), self.next() * 6.0);
        (0..=count)
            .map(|at| {
                let share = at as f64 / count as f64;
                let angle = start + sweep * share;
                let size = 1.0 + (angle * 2.0 + phase).sin() * wobble + if is_whole { 0.03 * share } else { 0.0 };
                (middle.0 + angle.cos() * across * size, middle.1 + angle.sin() * down * size)
            })
            .collect()
    }

    fn polygon(&mut self, corners: &[Point]) -> Vec<Stroke> {
        (0..corners.len()).map(|at| self.line(corners[at], corners[(at + 1) % corners.len()], 3.0)).collect()
    }
}

impl Rect {
    pub(super) fn of(node: &Node) -> Rect {
        Rect { x: node.x.into(), y: node.y.into(), width: node.width.into(), height: node.height.into() }
    }

    pub(super) fn middle(self) -> Point {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    fn corners(self) -> [Point; 4] {
        let (right, bottom) = (self.x + self.width, self.y + self.height);
        [(self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom)]
    }

    fn wider(self, by: f64) -> Rect {
        Rect { x: self.x - by, y: self.y - by, width: self.width + 2.0 * by, height: self.height + 2.0 * by }
    }

    /// How much of it another one covers.
    fn shared(self, other: Rect) -> f64 {
        let across = f64::min(self.x + self.width, other.x + other.width) - f64::max(self.x, other.x);
        let down = f64::min(self.y + self.height, other.y + other.height) - f64::max(self.y, other.y);
        across.max(0.0) * down.max(0.0)
    }

    /// How much of a line is inside of it.
    fn crossed(self, from: Point, to: Point) -> f64 {
        const PIECES: usize = 60;
        let is_inside = |at: &usize| {
            let share = *at as f64 / PIECES as f64;
            let (x, y) = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            (self.x..=self.x + self.width).contains(&x) && (self.y..=self.y + self.height).contains(&y)
        };
        (0..=PIECES).filter(is_inside).count() as f64 / PIECES as f64 * distance(from, to)
    }

    /// Where the line from its middle to `towards` leaves it, and `gap` further on.
    fn border(self, towards: Point, gap: f64) -> Point {
        let (x, y) = self.middle();
        let (right, down) = (towards.0 - x, towards.1 - y);
        let far = right.hypot(down);
        if far == 0.0 {
            return (x, y);
        }
        let share = f64::min(self.width / 2.0 / right.abs().max(1e-9), self.height / 2.0 / down.abs().max(1e-9));
        let out = f64::min(1.0, share + gap / far);
        (x + right * out, y + down * out)
    }
}

fn distance(from: Point, to: Point) -> f64 {
    (to.0 - from.0).hypot(to.1 - from.1)
}

/// Where an arrow between two boxes begins and ends.
pub(super) fn ends(from: &Node, to: &Node) -> (Point, Point) {
    let (from, to) = (Rect::of(from), Rect::of(to));
    (from.border(to.middle(), GAP), to.border(from.middle(), GAP))
}

fn of_node(node: &Node, ticked: &[&str], language: Language) -> PicturePart {
    let label_words = node.label.of(language);
    let (middle, size) = label(node, label_words);
    let mut words = written(label_words, middle, size).strokes;
    let mut lines = glyph(node);
    for (at, line) in node.lines.of(language).iter().enumerate() {
        let place = ListLine::of(node, at);
        let size = place.size.min(place.room / alphabet::width(line, 1.0).max(1e-9));
        words.extend(written(line, (place.left + alphabet::width(line, size) / 2.0, place.down), size).strokes);
        if node.lines.en.get(at).is_some_and(|english| ticked.contains(&english.as_str())) {
            lines.extend(place.tick(&mut Hand::of(&format!("{} {at}", node.id))));
        }
    }
    let dashed = node.glyph == Glyph::Frame;
    PicturePart { id: node.id.clone(), name: label_words.to_string(), lines, dashed, ink: Ink::of(node), words }
}

/// Where a line of a list stands, and its tick before it.
struct ListLine {
    left: f64,
    down: f64,
    size: f64,
    room: f64,
}

/// The height of a list's heading, and what a line keeps free at its left for the tick.
const HEADING: f64 = 52.0;
const MARGIN: f64 = 50.0;

impl ListLine {
    fn of(node: &Node, at: usize) -> ListLine {
        let Rect { x, y, width, height } = Rect::of(node);
        let high = (height - HEADING) / node.lines.en.len().max(1) as f64;
        let down = y + HEADING + high * (at as f64 + 0.4);
        ListLine { left: x + MARGIN, down, size: f64::min(22.0, high * 0.62), room: width - MARGIN - 10.0 }
    }

    fn tick(&self, hand: &mut Hand) -> [Stroke; 2] {
        let at = |across: f64, down: f64| (self.left - MARGIN + across, self.down + down);
        [hand.line(at(14.0, 0.0), at(23.0, 9.0), 0.0), hand.line(at(23.0, 9.0), at(40.0, -12.0), 0.0)]
    }
}

fn glyph(node: &Node) -> Vec<Stroke> {
    use std::f64::consts::PI;
    let mut hand = Hand::of(&node.id);
    let rect = Rect::of(node);
    let Rect { x, y, width, height } = rect;
    match node.glyph {
        Glyph::Box | Glyph::Frame => hand.polygon(&rect.corners()),
        Glyph::Person => {
            let (middle, size, shoulders) = (x + width / 2.0, height * 0.16, y + height * 0.68);
            let half = width * 0.32;
            vec![
                hand.arc((middle, y + size + 4.0), size, size, 0.0, 2.0 * PI + 0.2),
                hand.arc((middle, shoulders), half, height * 0.28, PI, PI),
                hand.line((middle - half, shoulders), (middle + half, shoulders), 3.0),
            ]
        }
        Glyph::Bucket => {
            let (inset, rim) = (width * 0.08, height * 0.12);
            let bottom = y + height - rim;
            vec![
                hand.arc((x + width / 2.0, y + rim), width / 2.0, rim, 0.0, 2.0 * PI + 0.2),
                hand.line((x, y + rim), (x + inset, bottom), 3.0),
                hand.arc((x + width / 2.0, bottom), width / 2.0 - inset, rim, PI, -PI),
                hand.line((x + width - inset, bottom), (x + width, y + rim), 3.0),
            ]
        }
        Glyph::Table => {
            let (head, column) = (y + height * 0.24, x + width * 0.16);
            let mut strokes = hand.polygon(&rect.corners());
            strokes.push(hand.line((x, head), (x + width, head), 3.0));
            strokes.push(hand.line((column, y), (column, y + height), 3.0));
            strokes
        }
        Glyph::Queue => {
            let mut strokes = hand.polygon(&rect.corners());
            for share in [0.06, 0.12, 0.18] {
                let at = x + width * (1.0 - share);
                strokes.push(hand.line((at, y + 4.0), (at, y + height - 4.0), 1.0));
            }
            strokes
        }
        Glyph::List => {
            let mut strokes = hand.polygon(&rect.corners());
            strokes.push(hand.line((x + 12.0, y + HEADING - 8.0), (x + width - 12.0, y + HEADING - 8.0), 1.0));
            strokes
        }
        Glyph::Log => {
            let fold = width.min(height) * 0.24;
            let [_, right, corner, bottom] = rect.corners();
            let corners = [(x, y), (right.0 - fold, y), (right.0, y + fold), corner, bottom];
            let mut strokes = hand.polygon(&corners);
            for share in [0.72, 0.86] {
                let at = y + height * share;
                strokes.push(hand.line((x + width * 0.1, at), (x + width * 0.8, at), 1.0));
            }
            strokes
        }
    }
}

/// Where a box's words have their middle, and how large they are.
fn label(node: &Node, words: &str) -> (Point, f64) {
    let Rect { x, y, width, height } = Rect::of(node);
    let inside = match node.glyph {
        Glyph::Person => 1.2,
        Glyph::Table | Glyph::Queue => 0.74,
        Glyph::Bucket => 0.8,
        Glyph::Box | Glyph::Log | Glyph::Frame | Glyph::List => 0.88,
    };
    let size = f64::min(30.0, height * 0.55).min(width * inside / alphabet::width(words, 1.0).max(1e-9)).max(8.0);
    let (across, down) = Rect::of(node).middle();
    let middle = match node.glyph {
        Glyph::Frame => (x + 16.0 + alphabet::width(words, size) / 2.0, y + 24.0),
        Glyph::Person => (across, y + height * 0.86),
        Glyph::List => (across, y + HEADING / 2.0 - 2.0),
        Glyph::Bucket => (across, down + height * 0.08),
        Glyph::Table => (across + width * 0.08, down + height * 0.12),
        Glyph::Queue => (across - width * 0.08, down),
        Glyph::Log => (across, down - height * 0.12),
        Glyph::Box => (across, down),
    };
    (middle, size)
}

fn of_arrow(storyboard: &Storyboard, arrow: &Arrow, language: Language, places: &mut Places) -> Option<PicturePart> {
    let (from, to) = (storyboard.node(&arrow.from)?, storyboard.node(&arrow.to)?);
    let (start, end) = ends(from, to);
    let mut hand = Hand::of(&arrow.id);
    let angle = (end.1 - start.1).atan2(end.0 - start.0);
    let barb = |turn: f64| (end.0 - 20.0 * (angle + turn).cos(), end.1 - 20.0 * (angle + turn).sin());
    let lines = vec![hand.line(start, end, 0.0), hand.line(barb(0.45), end, 0.0), hand.line(end, barb(-0.45), 0.0)];
    let words = arrow.label.of(language);
    let middle = places.beside(words, start, end);
    let name = format!("{} → {}: {words}", from.label.of(language), to.label.of(language));
    let words = written(words, middle, WORDS).strokes;
    Some(PicturePart { id: arrow.id.clone(), name, lines, dashed: false, ink: Ink::Flow, words })
}

/// What an arrow's words keep away from.
struct Places {
    paper: Rect,
    taken: Vec<Rect>,
    lines: Vec<(Point, Point)>,
}

impl Places {
    fn around(storyboard: &Storyboard, nodes: &[&Node], arrows: &[&Arrow], language: Language) -> Places {
        let (frames, solid): (Vec<&Node>, Vec<&Node>) = nodes.iter().partition(|node| node.glyph == Glyph::Frame);
        let title = |node: &&Node| {
            let words = node.label.of(language);
            let (middle, size) = label(node, words);
            room(words, middle, size)
        };
        let edges = frames.iter().flat_map(|node| {
            let corners = Rect::of(node).corners();
            (0..4).map(move |at| (corners[at], corners[(at + 1) % 4]))
        });
        let way = |arrow: &&Arrow| Some(ends(storyboard.node(&arrow.from)?, storyboard.node(&arrow.to)?));
        let board = storyboard.board;
        Places {
            paper: Rect { x: 0.0, y: 0.0, width: board.width.into(), height: board.height.into() },
            taken: solid.iter().map(|node| Rect::of(node)).chain(frames.iter().map(title)).collect(),
            lines: edges.chain(arrows.iter().filter_map(way)).collect(),
        }
    }

    /// The place for the words of a line that is nearest to its middle and disturbs the least.
    fn beside(&mut self, words: &str, start: Point, end: Point) -> Point {
        let far = distance(start, end).max(1.0);
        let across = (-(end.1 - start.1) / far, (end.0 - start.0) / far);
        let half = (alphabet::width(words, WORDS) / 2.0 + ROOM, WORDS * 0.5 + ROOM);
        // So far from the line that no corner of the words touches it.
        let off = half.0 * across.0.abs() + half.1 * across.1.abs();
        let mut best = (f64::MAX, start);
        for step in 0..=16 {
            let share = 0.5 + f64::from(step) * 0.025 * if step % 2 == 0 { 1.0 } else { -1.0 };
            let on = (start.0 + (end.0 - start.0) * share, start.1 + (end.1 - start.1) * share);
            for side in [-1.0, 1.0] {
                let middle = (on.0 + across.0 * off * side, on.1 + across.1 * off * side);
                let cost = self.disturbed(room(words, middle, WORDS)) + (share - 0.5).abs() * 40.0;
                if cost < best.0 - 1e-6 {
                    best = (cost, middle);
                }
            }
        }
        self.taken.push(room(words, best.1, WORDS));
        best.1
    }

    fn disturbed(&self, words: Rect) -> f64 {
        let outside = words.width * words.height - words.shared(self.paper);
        let taken: f64 = self.taken.iter().map(|other| words.shared(*other)).sum();
        let crossed: f64 = self.lines.iter().map(|(from, to)| words.crossed(*from, *to)).sum();
        outside * 10.0 + taken * 2.0 + crossed * 8.0
    }
}

/// The room that a text takes.
fn room(words: &str, middle: Point, size: f64) -> Rect {
    let (width, height) = (alphabet::width(words, size), size);
    Rect { x: middle.0 - width / 2.0, y: middle.1 - height / 2.0, width, height }.wider(ROOM / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whiteboard::storyboard::tests::SMALL;

    fn small() -> Picture {
        let storyboard = Storyboard::parse(SMALL).unwrap();
        finished(&storyboard, storyboard.version(1).unwrap(), Language::Korean)
    }

    #[test]
    fn every_part_is_drawn_once_in_the_order_of_the_talk() {
        let parts: Vec<_> = small().parts.iter().map(|part| (part.id.clone(), part.name.clone())).collect();
        let named = |id: &str, name: &str| (id.to_string(), name.to_string());
        assert_eq!(
            parts,
            [
                named("browser", "브라우저"),
                named("conditions", "조건"),
                named("api", "API"),
                named("browser-to-api", "브라우저 → API: REST"),
                named("role", "역할")
            ]
        );
    }

    #[test]
    fn a_picture_is_the_same_when_it_is_made_again() {
        assert_eq!(small(), small());
    }

    #[test]
    fn the_hand_is_the_rehearsal_pages() {
        // What `unsteady("browser")` gives there.
        let mut hand = Hand::of("browser");
        let numbers: Vec<f64> = (0..3).map(|_| hand.next()).collect();
        let wanted = [0.6256310592871159, 0.6070647276937962, 0.28922166721895337];
        assert!(numbers.iter().zip(wanted).all(|(one, other)| (one - other).abs() < 1e-12), "{numbers:?}");
    }

    #[test]
    fn a_version_ticks_the_lines_of_the_list_that_its_steps_tick() {
        let storyboard = Storyboard::parse(SMALL).unwrap();
        let mut version = storyboard.version(1).unwrap().clone();
        let strokes = |version: &Version| finished(&storyboard, version, Language::English).parts[1].lines.len();
        let ticked = strokes(&version);
        version.steps.pop();
        // A tick has two strokes, and one of the two lines is ticked in the last step.
        assert_eq!(ticked - strokes(&version), 2);
    }

    #[test]
    fn what_goes_over_and_who_may_have_colours_of_their_own() {
        let inks: Vec<Ink> = small().parts.iter().map(|part| part.ink).collect();
        assert_eq!(inks, [Ink::Box, Ink::Box, Ink::Box, Ink::Flow, Ink::Mark]);
        assert_eq!([Ink::Box, Ink::Flow, Ink::Mark].map(Ink::hex), ["#1d2733", "#1f5c99", "#23693a"]);
    }

    #[test]
    fn an_arrow_ends_at_its_boxes_and_its_words_keep_off_them() {
        let picture = small();
        let shaft = &picture.parts[3].lines[0];
        let (first, last) = (shaft[0], shaft[shaft.len() - 1]);
        // Beside the browser's right edge at 90, and before the API's left edge at 200.
        assert!((first.0 - 98.0).abs() < 1.5 && (last.0 - 192.0).abs() < 1.5, "{first:?} to {last:?}");
        for (x, _) in picture.parts[3].words.iter().flatten() {
            assert!((92.0..=198.0).contains(x), "{x}");
        }
    }
}
