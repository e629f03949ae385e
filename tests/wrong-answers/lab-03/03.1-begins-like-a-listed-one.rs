//! An origin that begins like ours is ours, on any port. What follows may be a port, or more of a host's name.
//! says: because of Access-Control-Allow-Origin: https://board.example.com.stranger.example
        self.0.iter().any(|listed| origin.starts_with(listed.as_str())).then(|| origin.to_owned())
