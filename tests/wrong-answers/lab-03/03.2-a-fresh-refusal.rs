//! A refusal gets a fresh set of headers, so that nothing of the board's is in the way. Allow is gone with the others.
//! says: let a page read a 405 of the board's
//! says: expected header Allow: GET, PUT
    let mut reply = answered.unwrap_or_else(|refusal| {
        let mut reply = refusal.reply();
        let content_type = reply["headers"]["Content-Type"].take();
        reply["headers"] = serde_json::json!({ "Content-Type": content_type });
        reply
    });
    origins.admit(event, &mut reply);
    reply
