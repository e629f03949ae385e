//! The name is there or it is not, and `find` finds it.
//! says: function clipboard-board-skateboard
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let others = inventory.others.iter().filter(|(kind, found)| {
        let is_in = |its: &str| {
            let its = if *kind == "bucket" { its.to_lowercase() } else { its.to_string() };
            let Some(at) = found.find(&its) else { return false };
            let before = found[..at].chars().next_back();
            let after = found[at + its.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        };
        is_in(name) || is_in(api_id)
    });
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
