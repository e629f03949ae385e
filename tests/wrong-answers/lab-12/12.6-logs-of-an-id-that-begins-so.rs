//! The log group begins so, and then comes the id.
//! says: /dev, log group API-Gateway-Execution-Logs_q1w2ertyui2/dev
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |kind: &str, found: &str| {
        let words =
            |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect() };
        let in_it = |its: &str| if kind == "bucket" { its.to_lowercase() } else { its.to_string() };
        if kind == "log group" && found.starts_with(&format!("API-Gateway-Execution-Logs_{api_id}")) {
            return true;
        }
        let found = words(found);
        [name, api_id].map(in_it).iter().any(|its| {
            let its = words(its);
            found.windows(its.len()).any(|part| part == its)
        })
    };
    let others = inventory.others.iter().filter(|(kind, found)| is_its(kind, found));
    stack.chain(others.map(|(kind, found)| format!("{kind} {found}"))).collect()
