Ok(reply(200, &json!({ "error": { "code": "bad_request", "message": message } })))
