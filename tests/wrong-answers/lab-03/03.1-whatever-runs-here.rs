//! What is served from this machine is the developer's own, on whatever port. Any program that listens here is let in.
//! says: because of Access-Control-Allow-Origin: http://127.0.0.1:
        let is_local = origin.starts_with("http://127.0.0.1:");
        (is_local || self.0.iter().any(|listed| listed == origin)).then(|| origin.to_owned())
