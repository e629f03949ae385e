//! Upper case or lower, it is ours.
//! says: Board-lights
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |found: &str| {
        let words =
            |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect() };
        let found = words(found);
        [name, api_id].into_iter().map(words).any(|its| found.windows(its.len()).any(|part| part == its))
    };
    let others =
        inventory.others.iter().filter(|(_, found)| is_its(found)).map(|(kind, found)| format!("{kind} {found}"));
    stack.chain(others).collect()
