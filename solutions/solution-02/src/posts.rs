//! The posts, which nobody can change: this lab is about the way to them.

use serde_json::{Value, json};

/// One post.
#[derive(Debug)]
pub(crate) struct Post {
    /// What stands in its path.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    body: &'static str,
}

/// Everything on the board, newest first.
pub(crate) const POSTS: [Post; 3] = [
    Post { id: "café", title: "Where we meet", body: "On Thursdays at seven, at the big table." },
    Post { id: "c++", title: "Questions about C++", body: "Ask Grace. She is in the café, too." },
    Post { id: "welcome", title: "Welcome", body: "Introduce yourself." },
];

impl Post {
    /// As a caller that asks for this one gets it.
    pub(crate) fn json(&self) -> Value {
        json!({ "id": self.id, "title": self.title, "body": self.body })
    }
}

/// The post with this id.
pub(crate) fn post(id: &str) -> Option<&'static Post> {
    POSTS.iter().find(|post| post.id == id)
}
