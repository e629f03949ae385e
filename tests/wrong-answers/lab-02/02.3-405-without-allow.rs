//! The status says it all. The caller has to try which methods there are.
//! says: no header Allow
    let resource = event.resource.as_deref().unwrap_or_default();
    match (resource, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board/{postId}", "GET") => read(event),
        ("/board/{postId}", "PUT") => update(event),
        _ => {
            let error = json!({ "code": "method_not_allowed", "message": "Not with this method." });
            Ok(reply::json(405, &json!({ "error": error })))
        }
    }
