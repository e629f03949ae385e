//! There is a name parameter, so there is a name.
//! says: Hello,
    name.ok_or("Say who you are: GET /hello?name=Kim".to_owned())
