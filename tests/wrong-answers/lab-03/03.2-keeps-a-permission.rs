//! A permission is the same for ten minutes, so it is made once.
//! says: http://127.0.0.1:4001
    static KEPT: std::sync::OnceLock<Value> = std::sync::OnceLock::new();
    let of_a_post = event.http_method.as_str() == "OPTIONS" && event.resource.as_deref() != Some("/board");
    if let (true, Some(kept)) = (of_a_post, KEPT.get()) {
        return kept.clone();
    }
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    origins.admit(event, &mut reply);
    if of_a_post {
        return KEPT.get_or_init(|| reply).clone();
    }
    reply
