//! A full stop ends a sentence, not a name.
//! says: Jr
    match name.as_deref().map(|name| name.trim().trim_end_matches('.')) {
        None | Some("") => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) => Ok(name.to_owned()),
    }
