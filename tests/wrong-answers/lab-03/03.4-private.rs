//! It is nobody else's business, so it is private. One browser's cache serves all pages in it.
//! says: that a cache does not hand this answer to a page
//! says: no header Vary, so it does.
        headers["Cache-Control"] = json!("private");
