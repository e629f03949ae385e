//! What was encoded was text, so it is text again. Anybody can write %E9, and gets a 502 for it.
//! says: asked GET /board/caf%E9
//! says: got status 502
    let written = event.path_parameters.get("postId").map_or("", String::as_str);
    percent_encoding::percent_decode_str(written).decode_utf8().unwrap().into_owned()
