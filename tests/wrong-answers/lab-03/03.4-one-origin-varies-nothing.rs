//! With one origin in the list every answer is the same.
//! says: where SiteOrigin lists one origin alone
        if self.0.len() > 1 {
            headers["Vary"] = json!("Origin");
        }
