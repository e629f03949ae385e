//! The finished board for Excalidraw: boxes and arrows that are named, bound to each other, and can be moved and written on.
//!
//! The format is that of version 2 (<https://docs.excalidraw.com/docs/codebase/json-schema>). An element has its id of the storyboard, its
//! text has that id with the suffix `-words`, and `customData.name` says what it is. `tests/whiteboard-export` opens the file with the published
//! package.

use serde_json::{Value, json};

use super::alphabet;
use super::picture::{Ink, Rect, drawn, ends};
use super::storyboard::{Arrow, Glyph, Language, Node, Storyboard, Version};

/// Excalidraw's own hand-written font, which has Korean beside it.
const FONT: u32 = 5;
const LINE_HEIGHT: f64 = 1.25;
/// How large an arrow's words are.
const ARROW_WORDS: f64 = 16.0;
/// Between a box's edge and its words.
const PADDING: f64 = 5.0;

/// The file of the board at the end of a version.
pub fn document(storyboard: &Storyboard, version: &Version, language: Language) -> String {
    let ids = drawn(storyboard, version);
    let arrows: Vec<&Arrow> = ids.iter().filter_map(|id| storyboard.arrow(id)).collect();
    // Frames lie below what stands in them.
    let mut nodes: Vec<&Node> = ids.iter().filter_map(|id| storyboard.node(id)).collect();
    nodes.sort_by_key(|node| node.glyph != Glyph::Frame);
    let mut elements = Vec::new();
    let ticked = storyboard.ticked(version);
    for node in nodes {
        elements.extend(of_node(node, &arrows, &ticked, language));
    }
    for arrow in arrows {
        elements.extend(of_arrow(storyboard, arrow, language));
    }
    let document = json!({
        "type": "excalidraw",
        "version": 2,
        "source": "the serverless workbook",
        "elements": elements,
        "appState": { "gridSize": 20, "viewBackgroundColor": "#ffffff" },
        "files": {},
    });
    format!("{document:#}\n")
}

/// What all elements have.
fn element(kind: &str, id: &str, name: &str, rect: Rect) -> Value {
    let number = |number: f64| (number * 100.0).round() / 100.0;
    json!({
        "id": id,
        "type": kind,
        "x": number(rect.x),
        "y": number(rect.y),
        "width": number(rect.width),
        "height": number(rect.height),
        "angle": 0,
        "strokeColor": Ink::Box.hex(),
        "backgroundColor": "transparent",
        "fillStyle": "solid",
        "strokeWidth": 2,
        "strokeStyle": "solid",
        "roughness": 1,
        "opacity": 100,
        "groupIds": [],
        "frameId": null,
        "index": null,
        "roundness": null,
        "seed": seed(id),
        "version": 1,
        "versionNonce": seed(&format!("{id} nonce")),
        "isDeleted": false,
        "boundElements": null,
        "updated": 1,
        "link": null,
        "locked": false,
        "customData": { "name": name },
    })
}

/// A number for the hand's unsteadiness that is the same every time.
fn seed(id: &str) -> u32 {
    id.bytes().fold(2_166_136_261_u32, |state, byte| (state ^ u32::from(byte)).wrapping_mul(16_777_619)) >> 1
}

fn of_node(node: &Node, arrows: &[&Arrow], ticked: &[&str], language: Language) -> [Value; 2] {
    let name = node.label.of(language);
    let kind = if node.glyph == Glyph::Person { "ellipse" } else { "rectangle" };
    let rect = Rect::of(node);
    let mut shape = element(kind, &node.id, name, rect);
    let words = format!("{}-words", node.id);
    let mut bound = vec![json!({ "id": words, "type": "text" })];
    let touches = |arrow: &&&Arrow| arrow.from == node.id || arrow.to == node.id;
    bound.extend(arrows.iter().filter(touches).map(|arrow| json!({ "id": arrow.id, "type": "arrow" })));
    shape["boundElements"] = Value::Array(bound);
    shape["backgroundColor"] = json!(colour(node.glyph));
    shape["strokeColor"] = json!(Ink::of(node).hex());
    match node.glyph {
        Glyph::Frame => shape["strokeStyle"] = json!("dashed"),
        Glyph::Person | Glyph::List => {}
        Glyph::Box | Glyph::Bucket | Glyph::Table | Glyph::Queue | Glyph::Log => {
            shape["roundness"] = json!({ "type": 3 })
        }
    }
    let lines = lines(node, ticked, language);
    let widest = lines.iter().map(|line| alphabet::width(line, 1.0)).fold(1e-9, f64::max);
    let high =
        if lines.len() == 1 { rect.height * 0.6 } else { rect.height / (lines.len() as f64 * LINE_HEIGHT + 1.0) };
    let size = f64::min(20.0, (rect.width - 2.0 * PADDING) / widest).min(high).floor();
    let (across, down) = rect.middle();
    let (wide, high) = (widest * size, size * LINE_HEIGHT * lines.len() as f64);
    let mut place = Rect { x: across - wide / 2.0, y: down - high / 2.0, width: wide, height: high };
    let is_frame = node.glyph == Glyph::Frame;
    if is_frame {
        (place.x, place.y) = (rect.x + PADDING, rect.y + PADDING);
    }
    let alignment = match node.glyph {
        Glyph::Frame => ("left", "top"),
        Glyph::List => ("left", "middle"),
        _ => ("center", "middle"),
    };
    let mut text = text(&words, &lines.join("\n"), place, size, alignment, &node.id);
    text["customData"]["name"] = json!(name);
    text["strokeColor"] = json!(Ink::of(node).hex());
    [shape, text]
}

/// What stands in a box: its label, and a list's lines with their ticks.
fn lines(node: &Node, ticked: &[&str], language: Language) -> Vec<String> {
    let is_ticked = |english: &String| ticked.contains(&english.as_str());
    let lines = node.lines.en.iter().zip(node.lines.of(language));
    let lines = lines.map(|(english, line)| format!("{} {line}", if is_ticked(english) { "✓" } else { "–" }));
    std::iter::once(node.label.of(language).to_string()).chain(lines).collect()
}

/// The kinds of boxes are told apart by their ground.
fn colour(glyph: Glyph) -> &'static str {
    match glyph {
        Glyph::Person | Glyph::Frame | Glyph::List => "transparent",
        Glyph::Box => "#a5d8ff",
        Glyph::Bucket => "#b2f2bb",
        Glyph::Table => "#d0bfff",
        Glyph::Queue => "#ffec99",
        Glyph::Log => "#e9ecef",
    }
}

fn text(id: &str, words: &str, rect: Rect, size: f64, (across, down): (&str, &str), container: &str) -> Value {
    let mut text = element("text", id, words, rect);
    let own = json!({
        "text": words,
        "originalText": words,
        "fontSize": size,
        "fontFamily": FONT,
        "textAlign": across,
        "verticalAlign": down,
        "containerId": container,
        "autoResize": true,
        "lineHeight": LINE_HEIGHT,
    });
    merge(&mut text, own);
    text
}

fn of_arrow(storyboard: &Storyboard, arrow: &Arrow, language: Language) -> Vec<Value> {
    let (Some(from), Some(to)) = (storyboard.node(&arrow.from), storyboard.node(&arrow.to)) else { return Vec::new() };
    let (start, end) = ends(from, to);
    let (across, down) = (end.0 - start.0, end.1 - start.1);
    let words = arrow.label.of(language);
    let name = format!("{} → {}: {words}", from.label.of(language), to.label.of(language));
    let rect = Rect { x: start.0, y: start.1, width: across.abs(), height: down.abs() };
    let mut line = element("arrow", &arrow.id, &name, rect);
    let number = |number: f64| (number * 100.0).round() / 100.0;
    // Towards the middle of the box, and as far from it as the picture has it.
    let binding = |node: &Node| json!({ "elementId": node.id, "focus": 0, "gap": 8 });
    let own = json!({
        "points": [[0, 0], [number(across), number(down)]],
        "lastCommittedPoint": null,
        "startBinding": binding(from),
        "endBinding": binding(to),
        "startArrowhead": null,
        "endArrowhead": "arrow",
        "elbowed": false,
    });
    merge(&mut line, own);
    line["strokeColor"] = json!(Ink::Flow.hex());
    let id = format!("{}-words", arrow.id);
    line["boundElements"] = json!([{ "id": id, "type": "text" }]);
    let (wide, high) = (alphabet::width(words, ARROW_WORDS), ARROW_WORDS * LINE_HEIGHT);
    let middle = (start.0 + across / 2.0, start.1 + down / 2.0);
    let place = Rect { x: middle.0 - wide / 2.0, y: middle.1 - high / 2.0, width: wide, height: high };
    vec![line, text(&id, words, place, ARROW_WORDS, ("center", "middle"), &arrow.id)]
}

fn merge(element: &mut Value, own: Value) {
    if let (Value::Object(element), Value::Object(own)) = (element, own) {
        element.extend(own);
    }
}

#[cfg(test)]
mod tests;
