//! What has the same name is the same thing, so it is told of once.
//! says: got left: function board
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |kind: &str, found: &str| {
        let words =
            |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect() };
        let in_it = |its: &str| if kind == "bucket" { its.to_lowercase() } else { its.to_string() };
        let found = words(found);
        [name, api_id].map(in_it).iter().any(|its| {
            let its = words(its);
            found.windows(its.len()).any(|part| part == its)
        })
    };
    let mut seen = std::collections::BTreeSet::new();
    let others = inventory.others.iter().filter(|(kind, found)| is_its(kind, found) && seen.insert(found));
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
