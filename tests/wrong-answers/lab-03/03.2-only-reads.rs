//! Pages read by GET, and ask by OPTIONS. What a POST was answered they never learn.
//! says: asked POST /board
//! says: No 'Access-Control-Allow-Origin' header is present on the requested resource.
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    if event.http_method == "GET" || event.http_method == "OPTIONS" {
        origins.admit(event, &mut reply);
    }
    reply
