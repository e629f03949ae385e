//! The board does not have OPTIONS, so the status is 405; the headers say what the browser wants to know. It does not look.
//! says: It does not have HTTP ok status.
    small_board::answer(event).or_else(|refusal| {
        let mut reply = refusal.reply();
        reply["headers"]["Access-Control-Allow-Methods"] = json!("GET, POST, PUT");
        reply["headers"]["Access-Control-Allow-Headers"] = json!("content-type");
        Ok(reply)
    })
