//! A preflight is answered where preflights are answered, so nothing is added to it. It has to name the origin like every other.
//! says: asked OPTIONS /board/welcome
//! says: expected header Access-Control-Allow-Origin: https://board.example.com
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    if event.http_method != "OPTIONS" {
        origins.admit(event, &mut reply);
    }
    reply
