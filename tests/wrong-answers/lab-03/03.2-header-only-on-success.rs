//! The page wants posts, so posts carry the header (the notes, pitfall 7: it stands beside 'statusCode': 200).
//! says: let a page read a 404 of the board's
//! says: No 'Access-Control-Allow-Origin' header is present on the requested resource.
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    if reply["statusCode"].as_u64().is_some_and(|status| status < 300) {
        origins.admit(event, &mut reply);
    }
    reply
