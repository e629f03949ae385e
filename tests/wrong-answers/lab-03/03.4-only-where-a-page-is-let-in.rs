//! Where the reply names an origin, it depends on the origin. Where it names none it does, too: another origin would be named.
//! says: no header Vary, so it does.
//! says: say it also where no page may read the list
        if headers.get("Access-Control-Allow-Origin").is_some() {
            headers["Vary"] = json!("Origin");
        }
