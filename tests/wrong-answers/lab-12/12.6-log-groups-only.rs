//! What others made for the stack are log groups. Buckets, queues and functions can stay as well.
//! says: got left: nothing
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |found: &str| {
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect()
        };
        let found = words(found);
        [name, api_id].into_iter().map(words).any(|its| found.windows(its.len()).any(|part| part == its))
    };
    let others = inventory.others.iter().filter(|(kind, found)| *kind == "log group" && is_its(found));
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
