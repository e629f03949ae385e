//! What ends in our name is ours. Somebody else may have been given a name below it.
//! says: because of Access-Control-Allow-Origin: https://stranger.board.example.com
        let host = |listed: &str| listed.split("://").nth(1).unwrap_or_default().to_owned();
        let is_ours = |listed: &String| *listed == origin || origin.ends_with(&format!(".{}", host(listed)));
        self.0.iter().any(is_ours).then(|| origin.to_owned())
