//! Who follows a link wants what they asked for before.
//! says: by an address with a query
    let here = event.request_context.path.as_deref().unwrap_or_default();
    let query = event.query_string_parameters.iter().map(|(name, value)| format!("{name}={value}"));
    let query: Vec<String> = query.collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{here}/{}{mark}{}", encoding::to_path(id), query.join("&"))
