//! Quotation marks in an answer are escaped for pages.
//! says: as one types it
            let message = message.replace('"', "&quot;");
            Ok(reply(400, &json!({ "error": { "code": "bad_request", "message": message } })))
