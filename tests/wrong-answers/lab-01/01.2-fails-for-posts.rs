//! A body that cannot be read is a failure; a name that is missing is a refusal.
//! says: lab-01.2
            if event.payload.http_method.as_str() == "POST" && message.contains("JSON") {
                return Err(message.into());
            }
            Ok(reply(400, &json!({ "error": { "code": "bad_request", "message": message } })))
