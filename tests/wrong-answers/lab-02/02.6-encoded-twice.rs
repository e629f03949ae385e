//! The id is encoded, and then it is put into a path, which is encoded. Who follows the link asks for another id.
//! says: caf%25C3%25A9
    let here = event.request_context.path.as_deref().unwrap_or_default();
    format!("{here}/{}", encoding::to_path(&encoding::to_path(id)))
