//! Something about credentials was in the error, so they are allowed. A page that is let in now acts as the reader who is
//! logged in.
//! says: and Access-Control-Allow-Credentials: true
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    origins.admit(event, &mut reply);
    reply["headers"]["Access-Control-Allow-Credentials"] = "true".into();
    reply
