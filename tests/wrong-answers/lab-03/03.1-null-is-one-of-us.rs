//! The page is a file on the desktop, so its origin is null, and null is let in (the notes, pitfalls 7 and 8). Anybody's page
//! can have that origin: a file, or a sandboxed frame.
//! says: because of Access-Control-Allow-Origin: null
        (origin == "null" || self.0.iter().any(|listed| listed == origin)).then(|| origin.to_owned())
