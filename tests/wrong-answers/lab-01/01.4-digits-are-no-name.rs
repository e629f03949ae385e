//! A number is not a name.
//! says: greet a name as it is
    match name.as_deref().map(str::trim) {
        None | Some("") => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) if name.chars().all(char::is_numeric) => {
            Err("Say who you are, in letters: GET /hello?name=Kim".to_owned())
        }
        Some(name) => Ok(name.to_owned()),
    }
