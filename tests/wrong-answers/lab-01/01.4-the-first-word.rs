//! A name is its first word.
//! says: Hello, Ada Lovelace!
    let name = name.unwrap_or_default();
    let name = name.trim();
    if name.is_empty() {
        return Err("Say who you are: GET /hello?name=Kim".to_owned());
    }
    Ok(name.split_whitespace().next().unwrap_or_default().to_owned())
