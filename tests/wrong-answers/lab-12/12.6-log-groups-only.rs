//! What others made for the stack are log groups. Buckets, queues and functions can stay as well.
//! says: got left: nothing
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |found: &str| found.split(|c: char| !c.is_alphanumeric()).any(|part| part == name || part == api_id);
    let others = inventory.others.iter().filter(|(kind, found)| *kind == "log group" && is_its(found));
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
