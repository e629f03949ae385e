small_board::answer(event).or_else(|refusal| {
    let mut reply = refusal.reply();
    reply["headers"]["Access-Control-Allow-Methods"] = json!("GET, POST, PUT");
    reply["headers"]["Access-Control-Allow-Headers"] = json!("content-type");
    Ok(reply)
})
