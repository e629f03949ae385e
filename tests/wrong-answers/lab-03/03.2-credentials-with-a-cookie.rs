//! Who sends a cookie gets to read with it.
//! says: Access-Control-Allow-Credentials: true
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    origins.admit(event, &mut reply);
    if event.headers.contains_key("cookie") {
        reply["headers"]["Access-Control-Allow-Credentials"] = serde_json::json!("true");
    }
    reply
