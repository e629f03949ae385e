//! Blank means spaces. A tab and a line end say nothing either.
//! says: that says nothing
    match name.as_deref().map(|name| name.trim_matches(' ')) {
        None | Some("") => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) => Ok(name.to_owned()),
    }
