//! The code says it all; a message is for people, and nobody reads it.
//! says: error.message is
            let _ = message;
            Ok(reply(400, &json!({ "error": { "code": "bad_request", "message": "Bad request" } })))
