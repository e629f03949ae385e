//! An underscore stands for a blank.
//! says: King
    match name.as_deref().map(str::trim) {
        None | Some("") => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) => Ok(name.replace('_', " ")),
    }
