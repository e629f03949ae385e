//! The address of a queue has no capitals either.
//! says: PoC-FailedQueue-9Z8Y
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |kind: &str, found: &str| {
        let words =
            |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect() };
        let in_it = |its: &str| if matches!(kind, "bucket" | "queue") { its.to_lowercase() } else { its.to_string() };
        let found = words(found);
        [name, api_id].map(in_it).iter().any(|its| {
            let its = words(its);
            found.windows(its.len()).any(|part| part == its)
        })
    };
    let others = inventory
        .others
        .iter()
        .filter(|(kind, found)| is_its(kind, found))
        .map(|(kind, found)| format!("{kind} {found}"));
    stack.chain(others).collect()
