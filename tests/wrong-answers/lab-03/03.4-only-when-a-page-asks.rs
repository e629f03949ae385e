//! Who sends no origin gets no answer that depends on one. It is kept, and the next who asks is a page.
//! says: say it also where no page has asked
//! says: no header Vary
        if !origin.is_empty() {
            headers["Vary"] = json!("Origin");
        }
