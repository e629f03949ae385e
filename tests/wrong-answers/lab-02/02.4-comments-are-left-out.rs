//! A comment says nothing, so it is left out.
//! says: // A draft
    let body = event.body.as_deref().unwrap_or_default();
    let bytes = if event.is_base64_encoded {
        encoding::from_base64(body).ok_or_else(|| Refusal::bad_json(body.as_bytes()))?
    } else {
        body.as_bytes().to_vec()
    };
    let text = String::from_utf8(bytes).map_err(|why| Refusal::bad_json(why.as_bytes()))?;
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    serde_json::from_str(&lines.join("\n")).map_err(|_| Refusal::bad_json(text.as_bytes()))
