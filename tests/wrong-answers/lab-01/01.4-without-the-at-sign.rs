//! People write @Ada, and are called Ada.
//! says: Hello, @Ada@!
    match name.as_deref().map(|name| name.trim().trim_start_matches('@')) {
        None | Some("") => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) => Ok(name.to_owned()),
    }
