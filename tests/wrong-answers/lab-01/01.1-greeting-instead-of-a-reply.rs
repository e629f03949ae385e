//! The answer is the greeting, so the greeting is what the function returns. API Gateway wants an envelope around it
//! (the notes, pitfall 5).
//! says: unknown key "greeting"
    let _ = status;
    body.clone()
