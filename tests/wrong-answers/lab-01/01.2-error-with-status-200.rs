//! The function has worked, so the status is 200 and the body says that it has not.
//! says: expected status 400
            Ok(reply(200, &json!({ "error": { "code": "bad_request", "message": message } })))
