//! As long as the stack has something, all the rest is its own.
//! says: got left: stack resource SiteBucket
    if !inventory.stack.is_empty() {
        return inventory.stack.iter().map(|resource| format!("stack resource {resource}")).collect();
    }
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
    let others = inventory.others.iter().filter(|(kind, found)| is_its(kind, found));
    others.map(|(kind, found)| format!("{kind} {found}")).collect()
