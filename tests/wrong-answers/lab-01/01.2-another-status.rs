//! There is nobody with that name, so it is a 404.
//! says: status 404
            Ok(reply(404, &json!({ "error": { "code": "bad_request", "message": message } })))
