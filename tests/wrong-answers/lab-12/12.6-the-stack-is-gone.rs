//! The stack is deleted, so only what others made can be left. A stack can fail to delete something.
//! says: left: stack resource SiteBucket
    let is_its = |found: &str| {
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect()
        };
        let found = words(found);
        [name, api_id].into_iter().map(words).any(|its| found.windows(its.len()).any(|part| part == its))
    };
    let others = inventory.others.iter().filter(|(_, found)| is_its(found));
    others.map(|(kind, found)| format!("{kind} {found}")).collect()
