//! Preflights are what CORS is about, so their answers carry the headers. Permission to send is not permission to read.
//! says: status 200, {"posts"
//! says: No 'Access-Control-Allow-Origin' header is present on the requested resource.
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    if event.http_method == "OPTIONS" {
        origins.admit(event, &mut reply);
    }
    reply
