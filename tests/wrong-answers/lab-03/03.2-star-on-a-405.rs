//! Which methods there are may be known to everybody. It is an answer of the board's like the others.
//! says: because of Access-Control-Allow-Origin: *
//! says: asked POST /board/welcome
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    origins.admit(event, &mut reply);
    if reply["statusCode"] == 405 {
        reply["headers"]["Access-Control-Allow-Origin"] = "*".into();
    }
    reply
