//! The stack is deleted, so only what others made can be left. A stack can fail to delete something.
//! says: left: stack resource SiteBucket
    let is_its = |found: &str| found.split(|c: char| !c.is_alphanumeric()).any(|part| part == name || part == api_id);
    let others = inventory.others.iter().filter(|(_, found)| is_its(found));
    others.map(|(kind, found)| format!("{kind} {found}")).collect()
