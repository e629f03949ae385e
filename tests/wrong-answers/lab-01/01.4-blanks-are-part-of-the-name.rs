//! A name is greeted as it was sent, blanks included.
//! says: greet a name between blanks
    match name.as_deref() {
        None => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) if name.trim().is_empty() => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) => Ok(name.to_owned()),
    }
