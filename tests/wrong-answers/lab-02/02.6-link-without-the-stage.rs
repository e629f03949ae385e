//! The event's path is where the request arrived, so a link begins there. It arrived after the stage was taken away, and a
//! caller that follows the link asks for a stage called board: 403 Forbidden (the notes, pitfall 4, from the other end).
//! says: the link /board/caf%C3%A9
    let here = event.path.as_deref().unwrap_or_default();
    format!("{here}/{}", encoding::to_path(id))
