//! A preflight's answer is for the browser, which keeps it for that page. A distribution in between may keep it for all.
//! says: say it also in the answer to a preflight
//! says: no header Vary
        if event.http_method != "OPTIONS" {
            headers["Vary"] = json!("Origin");
        }
