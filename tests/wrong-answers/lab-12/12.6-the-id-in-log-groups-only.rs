//! The API's id is in the name of its log group, and nowhere else.
//! says: got left: table dev-board, bucket www.board.example
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |kind: &str, found: &str| {
        let words =
            |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect() };
        let in_it = |its: &str| if kind == "bucket" { its.to_lowercase() } else { its.to_string() };
        let found = words(found);
        let its = if kind == "log group" { vec![name, api_id] } else { vec![name] };
        its.into_iter().map(in_it).any(|its| {
            let its = words(&its);
            found.windows(its.len()).any(|part| part == its)
        })
    };
    let others = inventory.others.iter().filter(|(kind, found)| is_its(kind, found));
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
