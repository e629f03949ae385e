//! Who sends an empty name has seen where it goes.
//! says: where the name is empty
    match name.as_deref().map(str::trim) {
        None => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some("") => Err("The name is empty.".to_owned()),
        Some(name) => Ok(name.to_owned()),
    }
