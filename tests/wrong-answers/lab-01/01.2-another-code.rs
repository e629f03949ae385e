//! The code is called what the status is called.
//! says: BAD_REQUEST
            Ok(reply(400, &json!({ "error": { "code": "BAD_REQUEST", "message": message } })))
