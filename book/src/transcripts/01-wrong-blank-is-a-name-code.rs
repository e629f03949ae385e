name.ok_or("Say who you are: GET /hello?name=Kim".to_owned())
