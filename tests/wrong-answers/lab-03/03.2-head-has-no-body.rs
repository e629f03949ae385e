//! There is nothing to read in the answer to HEAD.
//! says: Access-Control-Allow-Origin
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    if event.http_method.as_str() == "HEAD" {
        reply["headers"]["Vary"] = serde_json::json!("Origin");
    } else {
        origins.admit(event, &mut reply);
    }
    reply
