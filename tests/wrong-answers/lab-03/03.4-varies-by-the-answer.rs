//! What differs is Access-Control-Allow-Origin, so the reply varies by that. A cache compares requests.
//! says: header Vary: Access-Control-Allow-Origin, so it does.
        headers["Vary"] = json!("Access-Control-Allow-Origin");
