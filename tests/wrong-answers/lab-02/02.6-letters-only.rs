//! Addresses are made of letters, so the rest is left out. The link is pretty, and leads to no post.
//! says: got the link /dev/board/caf
    let here = event.request_context.path.as_deref().unwrap_or_default();
    let letters: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{here}/{}", encoding::to_path(&letters))
