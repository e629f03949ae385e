//! A name longer than 256 letters cannot be, so the function may stop there.
//! says: greet a name of five thousand letters
    match name.as_deref().map(str::trim) {
        None | Some("") => Err("Say who you are: GET /hello?name=Kim".to_owned()),
        Some(name) => {
            assert!(name.chars().count() <= 256, "nobody has such a name");
            Ok(name.to_owned())
        }
    }
