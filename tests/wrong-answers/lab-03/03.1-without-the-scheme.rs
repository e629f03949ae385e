//! The host is what matters, with or without TLS. What comes by http may have been changed on its way.
//! says: because of Access-Control-Allow-Origin: http://board.example.com
        let host = |whole: &str| whole.split("://").nth(1).unwrap_or_default().to_owned();
        self.0.iter().any(|listed| host(listed) == host(origin)).then(|| origin.to_owned())
