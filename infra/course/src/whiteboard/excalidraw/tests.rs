//! The file is held to the format, field by field, and its parts to each other.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::whiteboard::storyboard::tests::SMALL;

/// What a field must hold.
#[derive(Clone, Copy)]
enum Holds {
    Text,
    Number,
    Truth,
    One(&'static [&'static str]),
    OrNull(&'static Holds),
    List(&'static Holds),
    Pair,
    Object(&'static [(&'static str, Holds)]),
    /// Anything, such as an author's own data.
    Any,
}

use Holds::{Any, List, Number, Object, One, OrNull, Pair, Text, Truth};

const BOUND: Holds = Object(&[("id", Text), ("type", One(&["arrow", "text"]))]);
const BINDING: Holds = OrNull(&Object(&[("elementId", Text), ("focus", Number), ("gap", Number)]));
const HEAD: Holds = OrNull(&One(&["arrow", "bar", "dot", "circle", "triangle", "diamond"]));

/// What every element has.
const COMMON: &[(&str, Holds)] = &[
    ("id", Text),
    ("type", One(&["rectangle", "ellipse", "arrow", "text"])),
    ("x", Number),
    ("y", Number),
    ("width", Number),
    ("height", Number),
    ("angle", Number),
    ("strokeColor", Text),
    ("backgroundColor", Text),
    ("fillStyle", One(&["hachure", "cross-hatch", "solid", "zigzag"])),
    ("strokeWidth", Number),
    ("strokeStyle", One(&["solid", "dashed", "dotted"])),
    ("roughness", Number),
    ("opacity", Number),
    ("groupIds", List(&Text)),
    ("frameId", OrNull(&Text)),
    ("index", OrNull(&Text)),
    ("roundness", OrNull(&Object(&[("type", Number)]))),
    ("seed", Number),
    ("version", Number),
    ("versionNonce", Number),
    ("isDeleted", Truth),
    ("boundElements", OrNull(&List(&BOUND))),
    ("updated", Number),
    ("link", OrNull(&Text)),
    ("locked", Truth),
    ("customData", Any),
];

const OF_TEXT: &[(&str, Holds)] = &[
    ("text", Text),
    ("originalText", Text),
    ("fontSize", Number),
    ("fontFamily", Number),
    ("textAlign", One(&["left", "center", "right"])),
    ("verticalAlign", One(&["top", "middle", "bottom"])),
    ("containerId", OrNull(&Text)),
    ("autoResize", Truth),
    ("lineHeight", Number),
];

const OF_ARROW: &[(&str, Holds)] = &[
    ("points", List(&Pair)),
    ("lastCommittedPoint", OrNull(&Pair)),
    ("startBinding", BINDING),
    ("endBinding", BINDING),
    ("startArrowhead", HEAD),
    ("endArrowhead", HEAD),
    ("elbowed", Truth),
];

impl Holds {
    fn is(&self, value: &Value) -> bool {
        match self {
            Text => value.is_string(),
            Number => value.is_number(),
            Truth => value.is_boolean(),
            One(known) => value.as_str().is_some_and(|text| known.contains(&text)),
            OrNull(holds) => value.is_null() || holds.is(value),
            List(holds) => value.as_array().is_some_and(|values| values.iter().all(|value| holds.is(value))),
            Pair => value.as_array().is_some_and(|pair| pair.len() == 2 && pair.iter().all(Value::is_number)),
            Object(fields) => faults(value, fields).is_empty(),
            Any => true,
        }
    }
}

/// Fields that are missing, wrong or unknown.
fn faults(value: &Value, fields: &[(&str, Holds)]) -> Vec<String> {
    let Some(object) = value.as_object() else { return vec!["is not an object".to_string()] };
    let wrong = fields.iter().filter(|(name, holds)| !object.get(*name).is_some_and(|value| holds.is(value)));
    let mut faults: Vec<String> = wrong.map(|(name, _)| format!("{name} is {:?}", object.get(*name))).collect();
    let unknown = object.keys().filter(|key| !fields.iter().any(|(name, _)| name == key));
    faults.extend(unknown.map(|key| format!("{key} is unknown")));
    faults
}

/// What is wrong with a document: its form, its ids, what is bound to what.
fn faults_of(document: &Value) -> Vec<String> {
    let top: &[(&str, Holds)] = &[
        ("type", One(&["excalidraw"])),
        ("version", Number),
        ("source", Text),
        ("elements", List(&Any)),
        ("appState", Any),
        ("files", Any),
    ];
    let mut found = faults(document, top);
    let elements = document["elements"].as_array().cloned().unwrap_or_default();
    let mut known: BTreeMap<&str, &Value> = BTreeMap::new();
    for element in &elements {
        let id = element["id"].as_str().unwrap_or_default();
        if known.insert(id, element).is_some() {
            found.push(format!("{id} is there twice"));
        }
        let own = match element["type"].as_str() {
            Some("text") => OF_TEXT,
            Some("arrow") => OF_ARROW,
            _ => &[],
        };
        let fields: Vec<_> = COMMON.iter().chain(own).copied().collect();
        found.extend(faults(element, &fields).into_iter().map(|fault| format!("{id}: {fault}")));
    }
    let lists = |id: &str, other: &str| {
        let bound = known.get(id).and_then(|element| element["boundElements"].as_array());
        bound.is_some_and(|bound| bound.iter().any(|one| one["id"] == other))
    };
    for (id, element) in &known {
        for bound in element["boundElements"].as_array().into_iter().flatten() {
            let other = bound["id"].as_str().unwrap_or_default();
            if !known.get(other).is_some_and(|found| found["type"] == bound["type"]) {
                found.push(format!("{id} is bound to {other}, which is not there"));
            }
        }
        let ends = ["startBinding", "endBinding"].map(|end| element[end]["elementId"].as_str());
        for other in ends.into_iter().chain([element["containerId"].as_str()]).flatten() {
            if !lists(other, id) {
                found.push(format!("{other} does not list {id}, which is bound to it"));
            }
        }
    }
    found
}

fn small(language: Language) -> Value {
    let storyboard = Storyboard::parse(SMALL).unwrap();
    serde_json::from_str(&document(&storyboard, storyboard.version(1).unwrap(), language)).unwrap()
}

#[test]
fn every_element_has_the_fields_of_the_format_and_is_bound_both_ways() {
    for language in [Language::English, Language::Korean] {
        assert_eq!(faults_of(&small(language)), [""; 0]);
    }
}

#[test]
fn the_check_finds_what_is_wrong() {
    for (path, value, says) in [
        ("/version", json!("2"), "version is"),
        ("/elements/0/opacity", json!("full"), "browser: opacity is"),
        ("/elements/0/extra", json!(1), "browser: extra is unknown"),
        ("/elements/0/boundElements", Value::Null, "browser does not list browser-to-api"),
        ("/elements/2/id", json!("browser"), "browser is there twice"),
        ("/elements/8/endBinding/elementId", json!("gone"), "gone does not list browser-to-api"),
        ("/elements/8/points", json!([[0]]), "browser-to-api: points is"),
    ] {
        let mut document = small(Language::English);
        match document.pointer_mut(path) {
            Some(place) => *place = value,
            None => document["elements"][0]["extra"] = value,
        }
        let found = faults_of(&document);
        assert!(found.iter().any(|fault| fault.contains(says)), "{path}: {found:?}");
    }
}

#[test]
fn elements_are_named_by_the_storyboard() {
    let document = small(Language::Korean);
    let elements = document["elements"].as_array().unwrap();
    let ids: BTreeSet<_> = elements.iter().filter_map(|element| element["id"].as_str()).collect();
    let parts = ["api", "browser", "browser-to-api", "conditions", "role"];
    let words = parts.map(|id| format!("{id}-words"));
    assert_eq!(ids, parts.into_iter().chain(words.iter().map(String::as_str)).collect());
    let arrow = elements.iter().find(|element| element["id"] == "browser-to-api").unwrap();
    assert_eq!(arrow["customData"]["name"], "브라우저 → API: REST");
    assert_eq!(arrow["startBinding"]["elementId"], "browser");
    let words = elements.iter().find(|element| element["id"] == "browser-words").unwrap();
    assert_eq!((&words["text"], &words["containerId"]), (&json!("브라우저"), &json!("browser")));
    let list = elements.iter().find(|element| element["id"] == "conditions-words").unwrap();
    assert_eq!((&list["text"], &list["customData"]["name"]), (&json!("조건\n✓ REST\n– 서버 없음"), &json!("조건")));
    let colour = |id: &str| &elements.iter().find(|element| element["id"] == id).unwrap()["strokeColor"];
    assert_eq!(["api", "browser-to-api", "role"].map(colour), ["#1d2733", "#1f5c99", "#23693a"]);
}
