//! Pages with a mistake in them send undefined.
//! says: undefined
    match name.as_deref().map(str::trim) {
        None | Some("" | "undefined") => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) => Ok(name.to_owned()),
    }
