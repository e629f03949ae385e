//! JSON paths, as `$input.json('$.a.b[0]')` and parameter mappings take them.

use serde_json::Value;

enum PathStep<'a> {
    Name(&'a str),
    Index(usize),
    All,
}

/// What `path` names in `value`; a path with `*` in it names the list of all that match.
pub(in crate::api_gateway) fn at_path(value: &Value, path: &str) -> Option<Value> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut found = vec![value];
    let mut several = false;
    while !rest.is_empty() {
        let (step, behind) = step(rest)?;
        rest = behind;
        found = match step {
            PathStep::Name(name) => found.into_iter().filter_map(|value| value.get(name)).collect(),
            PathStep::Index(index) => found.into_iter().filter_map(|value| value.get(index)).collect(),
            PathStep::All => {
                several = true;
                found.into_iter().flat_map(children).collect()
            }
        };
    }
    if several {
        return Some(Value::Array(found.into_iter().cloned().collect()));
    }
    found.first().map(|value| (*value).clone())
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    }
}

/// The step at the start of `path`, and what follows it.
fn step(path: &str) -> Option<(PathStep<'_>, &str)> {
    if let Some(rest) = path.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let name = &rest[..end];
        return match name {
            "" => None,
            "*" => Some((PathStep::All, &rest[end..])),
            name => Some((PathStep::Name(name), &rest[end..])),
        };
    }
    let inner = path.strip_prefix('[')?;
    for quote in ['\'', '"'] {
        if let Some(quoted) = inner.strip_prefix(quote) {
            let (name, rest) = quoted.split_once(quote)?;
            return Some((PathStep::Name(name), rest.strip_prefix(']')?));
        }
    }
    let (index, rest) = inner.split_once(']')?;
    match index.trim() {
        "*" => Some((PathStep::All, rest)),
        digits => Some((PathStep::Index(digits.parse().ok()?), rest)),
    }
}
