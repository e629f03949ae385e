//! The body must be text, and `{:?}` makes text of everything. It is Rust's text, and not JSON.
//! says: Object {"greeting"
    json!({
        "statusCode": status,
        "headers": { "Content-Type": "application/json" },
        "body": format!("{body:?}"),
    })
