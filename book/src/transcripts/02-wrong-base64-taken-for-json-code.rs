let body = event.body.as_deref().unwrap_or_default();
serde_json::from_str(body).map_err(|_| Refusal::bad_json(body.as_bytes()))
