//! Who asked belongs into the refusal.
//! says: unknown key
            let mut refusal = reply(400, &json!({ "error": { "code": "bad_request", "message": message } }));
            if let Some(agent) = event.payload.headers.get("user-agent").and_then(|agent| agent.to_str().ok()) {
                refusal["agent"] = json!(agent);
            }
            Ok(refusal)
