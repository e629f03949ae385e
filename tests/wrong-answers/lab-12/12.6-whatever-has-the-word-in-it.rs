//! Better one name too many than one too few. Somebody will then delete a list of names that has other people's in it.
//! says: bucket keyboards
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |found: &str| {
        let found = found.to_lowercase();
        found.contains(&name.to_lowercase()) || found.contains(api_id)
    };
    let others = inventory.others.iter().filter(|(_, found)| is_its(found)).map(|(kind, found)| format!("{kind} {found}"));
    stack.chain(others).collect()
