//! A word is letters, digits and underscores.
//! says: table my_board_2026
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let others = inventory.others.iter().filter(|(kind, found)| {
        let is_in = |its: &str| {
            let its = if *kind == "bucket" { its.to_lowercase() } else { its.to_string() };
            found.match_indices(&its).any(|(at, _)| {
            let before = found[..at].chars().next_back();
            let after = found[at + its.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
        };
        is_in(name) || is_in(api_id)
    });
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
