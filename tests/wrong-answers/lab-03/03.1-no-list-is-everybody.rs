//! Nobody is listed, so nobody is kept out.
//! says: where SiteOrigin lists none
        if self.0.is_empty() {
            return Some(origin.to_owned());
        }
        self.0.iter().find(|listed| *listed == origin).cloned()
