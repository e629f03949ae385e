//! The browser compares the header with the origin that it sent, so it gets what it wants to see. Everybody does.
//! says: because of Access-Control-Allow-Origin: https://stranger.example
        Some(origin.to_owned())
