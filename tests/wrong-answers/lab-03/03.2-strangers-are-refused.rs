//! What is not for a page of the site gets a 403.
//! says: status 403
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    origins.admit(event, &mut reply);
    if reply["headers"].get("Access-Control-Allow-Origin").is_none() {
        reply["statusCode"] = serde_json::json!(403);
    }
    reply
