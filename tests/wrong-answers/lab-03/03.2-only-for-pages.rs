//! Who sends no origin is not a page, and the board is for pages.
//! says: which sends no origin
    if !event.headers.contains_key("origin") {
        return serde_json::json!({ "statusCode": 403, "headers": { "Vary": "Origin" } });
    }
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    origins.admit(event, &mut reply);
    reply
