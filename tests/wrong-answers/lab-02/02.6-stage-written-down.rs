//! The stage is called dev, as anybody can see in the template. On the next stage every link leads back to this one.
//! says: expected a link that begins with /v2/board/ got the link /dev/board/
    let here = event.path.as_deref().unwrap_or_default();
    format!("/dev{here}/{}", encoding::to_path(id))
