//! A name stands between signs that are no letters. The name of a stack may have such signs itself, and then no part is ever it.
//! says: look for what is left of board-poc
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |found: &str| {
        let is_word = |word: &str| word.eq_ignore_ascii_case(name) || word == api_id;
        found.split(|c: char| !c.is_alphanumeric()).any(is_word)
    };
    let others = inventory.others.iter().filter(|(_, found)| is_its(found)).map(|(kind, found)| format!("{kind} {found}"));
    stack.chain(others).collect()
