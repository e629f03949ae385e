//! Host names have no case, so an origin is compared without. A browser compares texts, and sends small letters only: who writes
//! others is no browser.
//! says: because of Access-Control-Allow-Origin: https://Board.example.com
        self.0.iter().any(|listed| listed.eq_ignore_ascii_case(origin)).then(|| origin.to_owned())
