//! Conversations with the REST endpoint, as data: `cases.json` has the requests, one after the other, with what is expected of each answer.
//!
//! A `{name}` in a request stands for what an earlier answer had in the element of this name.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// `PUT /open/k`.
    ask: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    status: u16,
    /// Headers of the answer; `null` where there must be none.
    #[serde(default)]
    answer: BTreeMap<String, Option<String>>,
    /// What the body has in it.
    #[serde(default)]
    says: Vec<String>,
    /// What it does not have.
    #[serde(default)]
    omits: Vec<String>,
    /// The whole body.
    is: Option<String>,
    /// Elements or headers whose text later requests use.
    #[serde(default)]
    keep: Vec<String>,
}

#[tokio::test]
async fn conversations_go_as_they_are_written_down() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("cases.json")).unwrap();
    assert!(cases.len() >= 20, "the file is read");
    for case in cases {
        let ground = Ground::new().await;
        let mut kept: BTreeMap<String, String> = BTreeMap::new();
        for step in case.steps {
            let filled = |text: &str| {
                kept.iter().fold(text.to_string(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
            };
            let (ask, body) = (filled(&step.ask), filled(&step.body));
            let (method, target) = ask.split_once(' ').unwrap();
            let headers: Vec<_> = step.headers.iter().map(|(name, value)| (name.as_str(), filled(value))).collect();
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = ground.ask(method.parse().unwrap(), target, &headers, &body).await;
            let (what, said) = (format!("{}: {ask}", case.name), said(&answer));
            assert_eq!(answer.status().as_u16(), step.status, "{what}: {said}");
            for (name, expected) in &step.answer {
                // Each byte of a header is a character.
                let found = answer.headers().get(name).map(|value| value.as_bytes().iter().copied().map(char::from));
                assert_eq!(found.map(String::from_iter).as_deref(), expected.as_deref(), "{what}: {name}");
            }
            for part in &step.says {
                assert!(said.contains(&filled(part)), "{what}: no {part} in {said}");
            }
            for part in &step.omits {
                assert!(!said.contains(part), "{what}: {part} in {said}");
            }
            if let Some(expected) = &step.is {
                assert_eq!(&said, expected, "{what}");
            }
            for name in step.keep {
                let element = said.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once("</"));
                let header =
                    answer.headers().get(&name).map(|value| value.to_str().unwrap().trim_matches('"').to_string());
                let value = element.map(|(text, _)| text.to_string()).or(header);
                kept.insert(name.clone(), value.unwrap_or_else(|| panic!("{what}: no {name} in {said}")));
            }
        }
    }
}
