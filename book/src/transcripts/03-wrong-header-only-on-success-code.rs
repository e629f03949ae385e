let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
if reply["statusCode"].as_u64().is_some_and(|status| status < 300) {
    origins.admit(event, &mut reply);
}
reply
