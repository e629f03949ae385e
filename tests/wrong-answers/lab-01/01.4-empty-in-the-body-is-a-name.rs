//! Who sends an empty name in JSON means it.
//! says: that says nothing
    match name.as_deref() {
        None => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some("") if request.http_method != "POST" => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) if request.http_method != "POST" && name.trim().is_empty() => {
            Err("Say who you are: GET /hello?name=Kim".to_owned())
        }
        Some(name) => Ok(name.trim().to_owned()),
    }
