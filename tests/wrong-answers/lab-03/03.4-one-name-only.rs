//! A cache looks at the encoding as well, and first.
//! says: Accept-Encoding
        let vary = if event.headers.contains_key("accept-encoding") { "Accept-Encoding" } else { "Origin" };
        headers["Vary"] = json!(vary);
