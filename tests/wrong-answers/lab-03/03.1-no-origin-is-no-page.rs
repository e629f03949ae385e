//! Who sends no origin is no page, so everybody may read that answer. It is kept in caches as anybody's.
//! says: name no origin to who has none
//! says: got header Access-Control-Allow-Origin: *
        if origin.is_empty() {
            return Some("*".to_owned());
        }
        self.0.iter().find(|listed| *listed == origin).cloned()
