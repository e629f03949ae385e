//! Cookies are allowed where a page asks what it may send. The request then arrives as the reader who is logged in.
//! says: and Access-Control-Allow-Credentials: true
//! says: that a page of https://board.example.com may not send this
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    origins.admit(event, &mut reply);
    if event.http_method == "OPTIONS" {
        reply["headers"]["Access-Control-Allow-Credentials"] = "true".into();
    }
    reply
