//! Forms send a dash where nothing was filled in.
//! says: greet a name that is a word for nobody elsewhere
    match name.as_deref().map(str::trim) {
        None | Some("" | "-") => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) => Ok(name.to_owned()),
    }
