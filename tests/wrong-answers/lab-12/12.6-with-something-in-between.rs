//! Both words must be there, one after the other.
//! says: left: function board-board-poc, function board-poc-2
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |kind: &str, found: &str| {
        let words = |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect() };
        let in_it = |its: &str| if kind == "bucket" { its.to_lowercase() } else { its.to_string() };
        let found = words(found);
        [name, api_id].map(in_it).iter().any(|its| { let mut all = found.iter(); words(its).iter().all(|word| all.any(|f| f == word)) })
    };
    let others = inventory.others.iter().filter(|(kind, found)| is_its(kind, found));
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
