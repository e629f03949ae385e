//! The event's path is where the request came in, so a link begins there. It came in behind the stage, and whoever follows
//! the link comes to the door in front of it: 403 Forbidden (the notes, pitfall 4, from the other end).
//! says: the link /board/caf%C3%A9
    let here = event.path.as_deref().unwrap_or_default();
    format!("{here}/{}", encoding::to_path(id))
