if headers.get("Access-Control-Allow-Origin").is_some() {
    headers["Vary"] = json!("Origin");
}
