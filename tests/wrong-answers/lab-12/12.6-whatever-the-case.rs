//! Upper case or lower, it is ours.
//! says: Board-lights
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |found: &str| found.split(|c: char| !c.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(name) || part == api_id);
    let others =
        inventory.others.iter().filter(|(kind, found)| { let _ = kind; is_its(found) }).map(|(kind, found)| format!("{kind} {found}"));
    stack.chain(others).collect()
