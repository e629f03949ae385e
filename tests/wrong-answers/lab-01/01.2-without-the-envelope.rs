//! The answer is a JSON object, and Lambda returns it.
//! says: error
            Ok(json!({ "error": { "code": "bad_request", "message": message } }))
