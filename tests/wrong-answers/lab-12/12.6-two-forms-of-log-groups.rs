//! Log groups come in two forms: /aws/lambda/NAME and API-Gateway-Execution-Logs_ID/STAGE.
//! says: /aws/vendedlogs/board-access
    let stack = inventory.stack.iter().map(|resource| format!("stack resource {resource}"));
    let words =
        |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect() };
    let is_its = |kind: &str, found: &str| {
        let in_it = |its: &str| if kind == "bucket" { its.to_lowercase() } else { its.to_string() };
        if kind == "log group" {
            let of_lambda = found.strip_prefix("/aws/lambda/").is_some_and(|rest| words(rest).starts_with(&words(name)));
            let of_api = found.strip_prefix("API-Gateway-Execution-Logs_").and_then(|rest| rest.split('/').next());
            return of_lambda || of_api == Some(api_id);
        }
        let found = words(found);
        [name, api_id].map(in_it).iter().any(|its| {
            let its = words(its);
            found.windows(its.len()).any(|part| part == its)
        })
    };
    let others = inventory
        .others
        .iter()
        .filter(|(kind, found)| is_its(kind, found))
        .map(|(kind, found)| format!("{kind} {found}"));
    stack.chain(others).collect()
