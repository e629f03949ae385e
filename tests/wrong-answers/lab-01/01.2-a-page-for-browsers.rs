//! A browser shows pages, so it gets one.
//! says: the refusal that everybody gets
            let accepts = event.payload.headers.get("accept").and_then(|accept| accept.to_str().ok()).unwrap_or_default();
            if accepts.contains("text/html") {
                return Ok(json!({ "statusCode": 400, "headers": { "Content-Type": "text/html" }, "body": message }));
            }
            Ok(reply(400, &json!({ "error": { "code": "bad_request", "message": message } })))
