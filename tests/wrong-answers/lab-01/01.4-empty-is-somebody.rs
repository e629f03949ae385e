//! The parameter is there, so somebody has been named.
//! says: there and empty
    match name.as_deref().map(str::trim) {
        None => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some("") if request.query_string_parameters.first("name") == Some("") => Ok(String::new()),
        Some("") => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) => Ok(name.to_owned()),
    }
