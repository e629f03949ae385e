//! Headers of an answer: a subset, in any spelling of their names.

use serde_json::Value;

use super::{Difference, shown, values};
use crate::observed::Answer;

/// `expect.headers`. Several lines of one name count as one value, joined by a comma; `{"values": […]}` takes either form.
pub(super) fn compare(expected: &Value, answer: &Answer, found: &mut Vec<Difference>) {
    let Some(expected) = expected.as_object() else {
        found.push(Difference("cannot be expressed: expect.headers that are not an object".to_string()));
        return;
    };
    for (name, expected) in expected {
        let got = answer.values(name);
        let joined = (!got.is_empty()).then(|| Value::from(got.join(", ")));
        match expected.get("values").and_then(Value::as_array) {
            None => values::compare(&format!("header {name}"), expected, joined.as_ref(), found),
            Some(wanted) => {
                let wanted: Vec<&str> = wanted.iter().filter_map(Value::as_str).collect();
                // Recorders join repeated lines, with a space or without.
                let split: Vec<&str> = got.iter().flat_map(|line| line.split(',')).map(str::trim).collect();
                if got != wanted && split != wanted {
                    let got = joined.as_ref().map_or_else(|| "nothing".to_string(), shown);
                    found.push(Difference::new(&format!("header {name}"), shown(expected), got));
                }
            }
        }
    }
}

/// `expect.header_case`: a name, or several, with exactly this spelling.
pub(super) fn compare_spelling(expected: &Value, answer: &Answer, found: &mut Vec<Difference>) {
    let wanted = expected.as_array().map_or(std::slice::from_ref(expected), Vec::as_slice);
    for name in wanted.iter().filter_map(Value::as_str) {
        if !answer.headers.iter().any(|(given, _)| given == name) {
            let spelled: Vec<&str> = answer.headers.iter().map(|(given, _)| given.as_str()).collect();
            found.push(Difference::new("spelling of a header", name, spelled.join(", ")));
        }
    }
}
