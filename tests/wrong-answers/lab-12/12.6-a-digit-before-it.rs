//! A number in front of a name counts things of that name.
//! says: left: function clipboard-board-skateboard, function board
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let others = inventory.others.iter().filter(|(kind, found)| {
        let is_in = |its: &str| {
            let its = if *kind == "bucket" { its.to_lowercase() } else { its.to_string() };
            found.match_indices(&its).any(|(at, _)| {
            let before = found[..at].chars().next_back();
            let after = found[at + its.len()..].chars().next();
            !before.is_some_and(char::is_alphabetic) && !after.is_some_and(char::is_alphanumeric)
            })
        };
        is_in(name) || is_in(api_id)
    });
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
