//! Where the request comes from is in Referer. It is the page's address, often cut, and two pages of one origin differ in it.
//! says: header Vary: Referer, so it does.
        headers["Vary"] = json!("Referer");
