let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
origins.admit(event, &mut reply);
reply["headers"]["Access-Control-Allow-Credentials"] = "true".into();
reply
