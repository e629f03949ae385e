//! A name is the same letters in the same order. Buckets have no capitals, so the name of the stack is in theirs without its own.
//! says: look for what is left of PoC
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |found: &str| {
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect()
        };
        let found = words(found);
        [name, api_id].into_iter().map(words).any(|its| found.windows(its.len()).any(|part| part == its))
    };
    let others = inventory.others.iter().filter(|(_, found)| is_its(found)).map(|(kind, found)| format!("{kind} {found}"));
    stack.chain(others).collect()
