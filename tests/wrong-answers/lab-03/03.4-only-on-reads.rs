//! Caches keep what GET was answered, so only that needs the header. A preflight's answer and a POST's are kept by some, too.
//! says: asked POST /board
//! says: no header Vary, so it does.
        if event.http_method == "GET" {
            headers["Vary"] = json!("Origin");
        }
