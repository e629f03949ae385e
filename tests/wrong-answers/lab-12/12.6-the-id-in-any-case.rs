//! An id is the same id in any case.
//! says: left: function clipboard-board-skateboard, function board
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |kind: &str, found: &str| {
        let words = |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect() };
        let in_it = |its: &str| if kind == "bucket" { its.to_lowercase() } else { its.to_string() };
        let found = if kind == "bucket" { words(&found.to_lowercase()) } else { words(found) };
        [name, api_id].map(in_it).iter().any(|its| { let its = words(its); found.windows(its.len()).any(|part| part == its) })
            || found.iter().any(|word| word.to_lowercase() == api_id)
    };
    let others = inventory.others.iter().filter(|(kind, found)| is_its(kind, found));
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
