//! What is called after the board begins with its name. So does a boardroom, and a bucket may begin with anything.
//! says: log group /aws/lambda/boardroom
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let is_its = |found: &str| {
        let (found, name) = (found.to_lowercase(), name.to_lowercase());
        let last = found.trim_start_matches("/aws/lambda/").trim_start_matches("api-gateway-execution-logs_");
        last.starts_with(&name) || last.starts_with(api_id)
    };
    let others = inventory.others.iter().filter(|(_, found)| is_its(found)).map(|(kind, found)| format!("{kind} {found}"));
    stack.chain(others).collect()
