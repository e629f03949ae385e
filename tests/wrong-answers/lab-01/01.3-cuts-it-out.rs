//! What stands between the quotation marks after `name` is the name.
//! says: greet a name with quotes in it
    let after = body.split("\"name\"").nth(1).ok_or("Send a JSON object: {\"name\": \"Kim\"}")?;
    Ok(after.split('"').nth(1).map(str::to_owned))
