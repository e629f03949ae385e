//! What is called after the board begins with its name, wherever its path begins.
//! says: table q1w2ertyui-keys, bucket q1w2ertyui-access-logs
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |kind: &str, found: &str| {
        let words =
            |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect() };
        let in_it = |its: &str| if kind == "bucket" { its.to_lowercase() } else { its.to_string() };
        let (its, id) = (words(&in_it(name)), words(api_id));
        found.split('/').any(|part| words(part).starts_with(&its)) || words(found).windows(id.len()).any(|part| part == id)
    };
    let others = inventory.others.iter().filter(|(kind, found)| is_its(kind, found));
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
