//! A refusal holds nothing that anybody could want, so it may be for everybody. It says which posts there are not.
//! says: got status 404, {"error":{"code":"no_such_post","message":"There is no post \"nothing\"."}} The browser shows it
    match answered {
        Ok(mut reply) => {
            origins.admit(event, &mut reply);
            reply
        }
        Err(refusal) => {
            let mut reply = refusal.reply();
            reply["headers"]["Access-Control-Allow-Origin"] = "*".into();
            reply["headers"]["Access-Control-Expose-Headers"] = "Allow".into();
            reply["headers"]["Vary"] = "Origin".into();
            reply
        }
    }
